"""Text in one form, its piles of marks cut before they are ordered."""

from __future__ import annotations

import sys
import unicodedata
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.characters import MOST_MARKS, is_mark, nfc, nfkc

FORMS = [(nfc, "NFC"), (nfkc, "NFKC")]
MARKS = st.sampled_from(
    "\u0301\u0327\u0344\u3099\uff9e\u0345\u20dd\u0f71\u0f73\ufe0f\u034f"
)
PILES = st.text(st.one_of(st.characters(), MARKS), max_size=200)
TALL = st.tuples(st.text(max_size=3), st.text(MARKS, min_size=60, max_size=120))


def longest_pile(text: str) -> int:
    piles = (sum(1 for _ in run) for mark, run in groupby(text, is_mark) if mark)
    return max(piles, default=0)


@pytest.mark.parametrize(("form", "name"), FORMS)
@given(text=PILES)
def test_what_people_write_is_normalised_as_ever(
    form: type, name: str, text: str
) -> None:
    usual = unicodedata.normalize(name, text)
    if longest_pile(text) <= MOST_MARKS and longest_pile(usual) <= MOST_MARKS:
        assert form(text) == usual


@pytest.mark.parametrize(("form", "name"), FORMS)
@given(parts=st.lists(TALL, min_size=1, max_size=3))
def test_no_pile_is_higher_than_thirty_and_a_second_time_changes_nothing(
    form: type, name: str, parts: list[tuple[str, str]]
) -> None:
    done = form("".join(before + pile for before, pile in parts))
    assert longest_pile(done) <= MOST_MARKS
    assert form(done) == done
    assert unicodedata.is_normalized(name, done)


def test_every_character_that_can_be_moved_counts_as_a_mark() -> None:
    """Only these are put in order; one that escaped could pile up without end."""
    moved = [
        char
        for char in map(chr, range(sys.maxunicode + 1))
        if any(
            unicodedata.combining(unicodedata.normalize(form, char)[0])
            for form in ("NFD", "NFKD")
        )
        and not is_mark(char)
    ]
    assert moved == []


@pytest.mark.parametrize("form", [nfc, nfkc])
@pytest.mark.parametrize(
    "pile", ["\u0301\u0327", "\uff9e\u0327", "\u0344\u0327", "\u0f73"]
)
def test_a_pile_of_a_quarter_megabyte_leaves_its_letter(form: type, pile: str) -> None:
    assert form("b" + pile * 65_000 + "c")[0] in "bḅƀ\u1e03b"
    assert form("b" + pile * 65_000 + "c")[-1] == "c"
    assert len(form("b" + pile * 65_000 + "c")) <= MOST_MARKS + 2
