"""Handwriting from a phone: what is taken, what is let go, and how it is drawn."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.diary.strokes import (
    HEIGHT,
    LONGEST,
    MOST_POINTS,
    MOST_STROKES,
    WIDTH,
    read_strokes,
    svg_path,
)

POINT = st.tuples(st.integers(0, WIDTH), st.integers(0, HEIGHT))
STROKE = st.lists(POINT, min_size=1, max_size=20).map(
    lambda points: [number for point in points for number in point]
)


@given(st.lists(STROKE, min_size=1, max_size=20))
def test_what_a_finger_wrote_is_taken_and_drawn_through_every_point(
    strokes: list[list[int]],
) -> None:
    assert read_strokes(json.dumps(strokes)) == strokes
    path = svg_path(strokes)
    assert re.fullmatch(r"(M\d+ \d+(L\d+ \d+)*(h0)?)+", path)
    assert path.count("M") == len(strokes)
    assert path.count("L") == sum(len(stroke) // 2 - 1 for stroke in strokes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "{}",
        "[]",
        "[[]]",
        "[[1]]",
        "[[1,2,3]]",
        "[[1,2],null]",
        "[[true,2]]",
        "[[1.5,2]]",
        "[[NaN,2]]",
        "[[-1,2]]",
        f"[[{WIDTH + 1},2]]",
        f"[[1,{HEIGHT + 1}]]",
        '[["1","2"]]',
        '[["<script>",2]]',
        "[" * 5000,
        json.dumps([[1, 1]] * (MOST_STROKES + 1)),
        json.dumps([[1, 1] * (MOST_POINTS + 1)]),
        "[[1,2]]" + " " * LONGEST,
        f"[[{'9' * 400},2]]",
    ],
)
def test_anything_else_is_let_go(text: str) -> None:
    assert read_strokes(text) is None


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    read_strokes(text)
