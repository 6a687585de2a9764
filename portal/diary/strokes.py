"""Handwriting as a phone sends it: strokes of points on a ground of 1000 by 400.

A stroke is a list of whole numbers, x and y by turns. It is a picture for people to
compare, never a fact that a rule reads.
"""

from __future__ import annotations

from collections.abc import Sequence

from portal.errors import InvalidInput
from portal.protocol.triage.strict_json import read_json

WIDTH, HEIGHT = 1000, 400
LONGEST = 32_000  # characters
MOST_STROKES = 300
MOST_POINTS = 4000
Strokes = list[list[int]]


def read_strokes(text: str) -> Strokes | None:
    """The strokes in ``text``; None: there are none, or it is something else."""
    if not text or len(text) > LONGEST:
        return None
    try:
        found = read_json(text)
    except InvalidInput:
        return None
    if not isinstance(found, list) or not 0 < len(found) <= MOST_STROKES:
        return None
    if not all(_is_stroke(stroke) for stroke in found):
        return None
    points = sum(len(stroke) for stroke in found) // 2
    return found if points <= MOST_POINTS else None


def _is_stroke(stroke: object) -> bool:
    return (
        isinstance(stroke, list)
        and len(stroke) >= 2
        and len(stroke) % 2 == 0
        and all(_lies(x, WIDTH) for x in stroke[::2])
        and all(_lies(y, HEIGHT) for y in stroke[1::2])
    )


def _lies(number: object, most: int) -> bool:
    return type(number) is int and 0 <= number <= most


def svg_path(strokes: Sequence[Sequence[int]]) -> str:
    """The path that draws the strokes in SVG; a stroke of one point is a dot."""
    return "".join(
        f"M{stroke[0]} {stroke[1]}"
        + (
            "".join(
                f"L{x} {y}" for x, y in zip(stroke[2::2], stroke[3::2], strict=True)
            )
        )
        + ("h0" if len(stroke) == 2 else "")
        for stroke in strokes
    )
