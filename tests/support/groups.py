"""Which tests one worker runs after another, where several run the suite.

Marks would do (``xdist_group``), but xdist 3.8 writes them where pytest 9.2 no longer
looks: every test then goes its own way, and says nothing.
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

TOGETHER = {
    "tests/browser/": "browser",
    "tests/parity/": "browser",
    "tests/journeys/test_texts_and_calls.py": "provider and relay",
}


def group_of(nodeid: str) -> str:
    """The group of a test; most are one of their own."""
    for beginning, group in TOGETHER.items():
        if nodeid.startswith(beginning):
            return group
    return nodeid


class Groups(LoadScopeScheduling):
    """Deals out groups, the largest first, and whatever is left one by one."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)
