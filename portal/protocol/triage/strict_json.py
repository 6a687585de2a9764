"""JSON from outside, read strictly: nothing in it is dropped silently.

Ordinary readers keep only the last of two equal keys and accept NaN as a number; a red
flag could be lost that way. Here a repeated key is refused by name, and NaN fits no
field, so that the check of the fields names it.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable

from portal.errors import InvalidInput

_Pairs = list[tuple[str, object]]
_MOST_DIGITS = 20  # of a whole number that can be meant


class RepeatedKey(InvalidInput):
    """A key occurs twice in one object; ``readings`` are both possible values."""

    def __init__(self, key: str, readings: tuple[object, object]) -> None:
        super().__init__("the key is there twice", field=key)
        self.readings = readings


def read_json(text: str) -> object:
    """The value of ``text``.

    NaN, Infinity and much too long whole numbers become the float NaN. Raises
    ``RepeatedKey``, or ``InvalidInput`` if it is not JSON or nested too deeply.
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
        said = f"not valid JSON: {error.msg} at column {error.colno}"
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
