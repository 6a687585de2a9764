"""What docs/reliability.md promises has a test that exists, for every fault."""

from __future__ import annotations

import re

from tests.support.source import ROOT

ROW = re.compile(r"^\| F([0-9]+) \|.*$", re.MULTILINE)
NAMED = re.compile(r"`(test_\w+)`")
DEFINED = re.compile(r"^\s*def (test_\w+)", re.MULTILINE)
ABOUT = re.compile(r"^test_((?:F[0-9]+_)+)")
FAULTS = range(1, 61)


def page() -> str:
    return (ROOT / "docs" / "reliability.md").read_text("utf-8")


def known_tests() -> set[str]:
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return {name for f in files for name in DEFINED.findall(f.read_text("utf-8"))}


def lies(text: str, known: set[str]) -> list[str]:
    """What a page says that is not so: tests that do not exist, faults left out."""
    found = [name for name in NAMED.findall(text) if name not in known]
    rows = {int(row[1]): NAMED.findall(row[0]) for row in ROW.finditer(text)}
    return found + [f"F{number}" for number in FAULTS if not rows.get(number)]


def test_every_test_that_is_named_exists_and_every_fault_has_one() -> None:
    assert lies(page(), known_tests()) == []


def named_after() -> set[int]:
    """The faults that some test is named after."""
    return {
        int(number)
        for name in known_tests()
        if (about := ABOUT.match(name))
        for number in re.findall(r"[0-9]+", about[1])
    }


def test_every_fault_has_a_test_of_its_name() -> None:
    assert named_after() == set(FAULTS)


def test_a_page_that_lies_is_seen() -> None:
    text = page().replace("`test_F54_", "`test_F54_no_such_")
    text = re.sub(r"^\| F60 \|.*$", "", text, flags=re.MULTILINE)
    found = lies(text, known_tests())
    assert len(found) == 2
    assert found[1] == "F60"
