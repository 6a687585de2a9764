"""Which tests one worker runs one after another, if several run the suite.

Marks (``xdist_group``) would be enough, but xdist 3.8 writes them where pytest 9.2 no
longer looks: every test is then scheduled alone, without a word.
"""

from __future__ import annotations

from zlib import crc32

from xdist.scheduler import LoadScopeScheduling

PAGES = ("tests/browser/", "tests/parity/", "tests/shape/test_suite.py")
BROWSERS = 2
"""So many workers drive a browser, each its own; while one waits, others work."""
STORIES = (
    *("tests/faults/", "tests/hours/", "tests/journeys/"),
    *("tests/cli/test_clock_command.py", "tests/cli/test_watch.py"),
    "tests/outages/test_red_flag_journal.py",
    *("tests/scheduler/test_clock_process.py", "tests/scheduler/test_paused.py"),
    "tests/scheduler/test_process.py",
    *("tests/shape/test_ground.py", "tests/shape/test_hours.py"),
    "tests/shape/test_processes.py",
)
"""What starts processes."""
NURSERIES = 2
"""So many workers start processes, each from a warm one of its own, which imports all."""
TOGETHER = {
    "tests/demo/test_moments.py": "demonstration",
    "tests/demo/test_seed.py": "demonstration",
    "tests/protocol/checks/test_demands.py": "reads everything",
    "tests/shape/test_documents.py": "reads everything",
    "tests/shape/test_fields_of_medicine.py": "reads everything",
    "tests/shape/test_source.py": "reads everything",
    "tests/shape/test_translations.py": "reads every text",
    "tests/shape/test_vocabulary.py": "reads everything",
}


def group_of(nodeid: str) -> str:
    """The group of a test; most tests are their own group."""
    file = nodeid.partition("::")[0]
    for what, files, many in (
        ("browser", PAGES, BROWSERS),
        ("processes", STORIES, NURSERIES),
    ):
        if file.startswith(files):
            return f"{what} {crc32(file.encode()) % many + 1}"
    return TOGETHER.get(file, nodeid)


class Groups(LoadScopeScheduling):
    """Hands out groups, the largest first, and the rest one by one."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)

    def _pending_of(self, workload: dict[str, dict[str, bool]]) -> int:
        """How many tests wait; what is done is not looked at again after each test."""
        for group in [one for one, tests in workload.items() if all(tests.values())]:
            del workload[group]
        return super()._pending_of(workload)
