"""Which tests run a line: found once, by a run of all of them under ``coverage``.

As a plugin of pytest (``-p tests.mutants.reach``) it keeps the lines of each test in the
file that ``REACH_FILE`` names. A test counts with what was set up for it; what is read
once for all tests counts for the first alone, so no line is ever said to be free of tests.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from coverage import Coverage, CoverageData

REACH_FILE = "PORTAL_TEST_REACH_FILE"
LINES_ABOVE = 5
"""How far above a line its statement may begin."""


class Reach:
    """The tests of each line of a tree, by the file that a run has kept."""

    def __init__(self, tree: Path, kept: Path) -> None:
        self._tree = tree
        self._data = CoverageData(str(kept))
        self._data.read()
        self._of: dict[str, dict[int, list[str]]] = {}

    def tests(self, file: str, line: int) -> list[str]:
        """The tests that run a line, or else the beginning of its statement."""
        if file not in self._of:
            found = self._data.contexts_by_lineno(str(self._tree / file))
            self._of[file] = found
        lines = self._of[file]
        for near in range(line, max(0, line - LINES_ABOVE), -1):
            if named := sorted(one for one in lines.get(near, ()) if one):
                return named
        return []


class _Recorder:
    """Tells coverage which test runs."""

    def __init__(self, kept: str) -> None:
        self.coverage = Coverage(data_file=kept, config_file=False, source=["portal"])
        self.coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item
    ) -> Generator[None, object, object]:
        self.coverage.switch_context(item.nodeid.partition("[")[0])
        return (yield)

    def pytest_unconfigure(self) -> None:
        self.coverage.stop()
        self.coverage.save()


def pytest_configure(config: pytest.Config) -> None:
    if kept := os.environ.get(REACH_FILE):
        config.pluginmanager.register(_Recorder(kept))
