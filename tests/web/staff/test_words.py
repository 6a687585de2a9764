"""Every code that the tables keep has a word on the pages that show it."""

from __future__ import annotations

from enum import StrEnum

import pytest

from portal.people.roles import Role
from portal.web.staff import words

TABLES: list[tuple[type[StrEnum], words.Words]] = [
    (Role, words.ROLES),
]


@pytest.mark.parametrize(("codes", "table"), TABLES, ids=lambda one: str(one)[:20])
def test_no_code_lacks_its_word(codes: type[StrEnum], table: words.Words) -> None:
    assert set(codes) == set(table)
