"""CSV that a spreadsheet opens and never runs, and that can be read back."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.records.own.csv_file import BYTE_ORDER_MARK, to_csv


def as_typed(cell: str) -> str:
    """What a reader of the file takes a cell of text for."""
    return cell[1:] if cell.startswith("'") else cell


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))


@pytest.mark.parametrize(
    "typed",
    [
        '=HYPERLINK("http://x","y")',
        "+861380013",
        "-1+cmd|' /C calc'!A0",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "  =1",
        "＝1+1",
        "＋1",
        "－1",
        "＠a",
        "\u3000=1",
        "'quoted'",
    ],
)
def test_a_cell_that_begins_like_a_formula_is_text(typed: str) -> None:
    (((cell),),) = cells(to_csv([[typed]]))
    assert cell == f"'{typed}"
    assert as_typed(cell) == typed


@pytest.mark.parametrize("typed", ["", "38.2", "没有", "a=b", "well, thanks", 'a "b"'])
def test_other_text_stands_as_it_is(typed: str) -> None:
    assert cells(to_csv([[typed, "x"]])) == [[typed, "x"]]


def test_numbers_are_numbers_and_nothing_is_empty() -> None:
    assert to_csv([[-5, 38.2, None]]) == "\ufeff-5,38.2,\r\n"


@given(st.lists(st.text(alphabet=st.characters(exclude_characters="\0")), min_size=1))
def test_whatever_was_typed_comes_back(row: list[str]) -> None:
    read = cells(to_csv([row, ["end"]]))
    assert [as_typed(cell) for cell in read[0]] == row or row == [""]
