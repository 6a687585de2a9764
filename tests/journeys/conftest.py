"""Every journey has a hospital of its own, on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator
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
