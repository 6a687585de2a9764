"""Every journey has a hospital of its own, on each kind of database."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.journey import Journey
from tests.support.journey import journey as open_journey


@pytest.fixture
def journey(database_url: str, tmp_path: Path, begins: datetime) -> Iterator[Journey]:
    """A staffed hospital; the test starts the processes that its story needs."""
    with open_journey(database_url, tmp_path, begins) as opened:
        yield opened


LAST = 4_000  # characters of what a process said


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A journey that fails shows what each of its processes said last."""
    report = yield
    told = getattr(item, "funcargs", {}).get("journey")
    if report.failed and isinstance(told, Journey):
        for file in sorted(told.folder.glob("process-*.txt")):
            report.sections.append((file.name, file.read_text("utf-8")[-LAST:]))
    return report
