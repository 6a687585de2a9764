"""JSON from outside, read strictly: nothing in it may be lost without a word.

Ordinary readers keep the last of two equal keys and take NaN for a number; a red
flag could vanish that way. Here the one is refused by name, and the other fits no
field, so that whoever checks the fields names it.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable

from portal.errors import InvalidInput

_Pairs = list[tuple[str, object]]
_MOST_DIGITS = 20  # of a whole number that anybody means


class RepeatedKey(InvalidInput):
    """A key stands twice in one object; ``readings`` are both ways to read it."""

    def __init__(self, key: str, readings: tuple[object, object]) -> None:
        super().__init__("the key stands twice", field=key)
        self.readings = readings


def read_json(text: str) -> object:
    """The value that ``text`` holds.

    NaN, Infinity and whole numbers too long to be meant come out as the float NaN.
    Raises ``RepeatedKey``, or ``InvalidInput`` for what is no JSON or is nested too
    deeply.
    """
    repeated: list[str] = []
    last = _parsed(text, _keeping(dict, repeated))
    if repeated:
        first = _parsed(text, _keeping(_first_wins, repeated))
        raise RepeatedKey(repeated[0], (first, last))
    return last


def _parsed(text: str, pairs: Callable[[_Pairs], object]) -> object:
    try:
        return json.loads(
            text, object_pairs_hook=pairs, parse_constant=_unmeant, parse_int=_whole
        )
    except json.JSONDecodeError as error:
        said = f"no valid JSON: {error.msg} at column {error.colno}"
        raise InvalidInput(said, field="line") from error
    except RecursionError as error:
        raise InvalidInput("nested too deeply", field="line") from error


def _unmeant(_: str) -> float:
    return math.nan


def _whole(digits: str) -> float:
    return int(digits) if len(digits) <= _MOST_DIGITS else math.nan


def _keeping(
    build: Callable[[_Pairs], dict[str, object]], repeated: list[str]
) -> Callable[[_Pairs], dict[str, object]]:
    def hook(pairs: _Pairs) -> dict[str, object]:
        built = build(pairs)
        if len(built) < len(pairs):
            counted = Counter(name for name, _ in pairs)
            repeated.extend(name for name, times in counted.items() if times > 1)
        return built

    return hook


def _first_wins(pairs: _Pairs) -> dict[str, object]:
    return dict(reversed(pairs))
