"""The list of every key is that of the reader: nothing is missing, nothing is made up."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from portal.languages import LANGUAGES
from portal.protocol.study.file.keys import ANY, Asked, asked_of, listed
from portal.protocol.study.file.reading import scan_study
from portal.protocol.study.file.toml_tables import Table
from portal.study_files import every_key, study_names, study_source, study_text
from tests.support.small_study import SMALL

OPEN = {"rule.case.when", "example.answers", "example.previous.answers"}
OPEN |= {"missing.*.brought_forward_when", "named.*.case.when"}
"""Tables whose keys are facts and items of the study."""
BY_ID = ("message", "sms", "missing", "tier", "words", "named")


@pytest.fixture(scope="module")
def asked() -> Asked:
    return asked_of(study_source(name) for name in study_names())


def used(values: dict[str, Any], table: str = "") -> Iterator[tuple[str, str]]:
    """Each key that a file has, by the name of its table without ids."""
    for key, value in values.items():
        yield table, key
        inner = f"{table}.{key}".lstrip(".")
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) and inner not in OPEN:
                if inner in BY_ID:
                    for each in one.values():
                        yield from used(each, f"{inner}.{ANY}")
                elif not set(one) <= set(LANGUAGES):
                    yield from used(one, inner)


@pytest.mark.parametrize("name", study_names())
def test_every_key_of_a_study_that_ships_is_in_the_list(
    name: str, asked: Asked
) -> None:
    found = set(used(tomllib.loads(study_text(name)))) - {("", "base")}
    spelled = {(table, key) for table, key in found if key not in LANGUAGES}
    known = {(table, key) for table, keys in asked.shapes.items() for key in keys}
    assert len(spelled) > 3
    assert spelled - known == set()


def test_a_key_that_the_list_calls_needed_is_missed(asked: Asked) -> None:
    """Of tables whose keys stand on lines of their own in the small study."""
    text, tried = SMALL, 0
    for table in ("site", "visit", "phase", "item", "group", "rule", "example"):
        for key in asked.shapes[table]:
            head = re.search(rf"(?m)^\[+{table}\]+$", text)
            assert head, table
            line = re.compile(rf"(?m)^{key} = .*\n").search(text, head.end())
            if (table, key) in asked.optional or line is None:
                continue
            without = text[: line.start()] + text[line.end() :]
            assert scan_study(without).faults, f"{table}.{key}"
            tried += 1
    assert tried > 20


def test_what_may_be_left_out_is_in_italics_and_ids_have_no_row() -> None:
    said = "\n".join(listed([SMALL]))
    assert "| `visit` | *`days`* number, *`months`* number, `code` text" in said
    assert "`message.*`" in said
    assert "M-E" not in every_key()


@pytest.mark.parametrize("name", study_names())
def test_a_key_that_no_table_knows_is_named_wherever_it_stands(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Table] = []

    def with_one_more(
        self: Table, values: dict[str, Any], path: str, *rest: Any
    ) -> None:
        begin(self, {**values, "zzz": 1}, path, *rest)
        made.append(self)

    begin = Table.__init__
    monkeypatch.setattr(Table, "__init__", with_one_more)
    named = {fault.key for fault in scan_study(study_source(name)).faults}
    free = {each.rpartition(".")[2] for each in OPEN}
    inside = [each for each in made if "zzz" not in each.path]
    silent = [each.path for each in inside if each.key("zzz") not in named]
    assert [one for one in silent if one.rpartition(".")[2] not in free] == []
