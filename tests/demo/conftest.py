"""Everybody of the demonstration, in a database of the test's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.databases import Databases
from tests.support.demonstration import demonstration


@pytest.fixture
def demonstrated(databases: Databases) -> Iterator[str]:
    """The address of a database with the demonstration as it was made at the start."""
    url = demonstration(databases)
    yield url
    databases.drop(url)
