"""How large a study file may be, how deep its tables, how long its numbers.

A file beyond these bounds could exhaust the code that reads it, so it is not read
further.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST_FILE = 1_000_000
"""In characters; the largest known study has a ninth of it."""
MOST_DEPTH = 24
"""The depth of nested tables and lists; a rule with many conditions needs ten."""
LARGEST_NUMBER = 10**9
LONGEST_KEY = 100

_DIGITS = re.compile("[0-9_]{1000,}")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BRACKETS = {"[": 1, "{": 1, "]": -1, "}": -1}

Excess = tuple[str, str]
"""The key, and a sentence on what is too large there."""


def excesses(values: object) -> Iterator[Excess]:
    """Values of a file that are too deep, too large, or contain an unusable character.

    It walks without recursion, and shortens long keys.
    """
    waiting: list[tuple[str, object, int]] = [("", values, 0)]
    while waiting:
        path, value, depth = waiting.pop()
        if depth > MOST_DEPTH:
            said = f"tables and lists are nested more than {MOST_DEPTH} deep."
            yield path[:LONGEST_KEY], said
        elif isinstance(value, dict):
            inner = [(_key(path, key), one) for key, one in value.items()]
            waiting += [(key, one, depth + 1) for key, one in reversed(inner)]
        elif isinstance(value, list):
            waiting += [(path, one, depth + 1) for one in reversed(value)]
        else:
            yield from _single(path, value)


def _key(path: str, key: str) -> str:
    return f"{path}.{key}"[: LONGEST_KEY + 1] if path else key[: LONGEST_KEY + 1]


def _single(path: str, value: object) -> Iterator[Excess]:
    if isinstance(value, int) and abs(value) > LARGEST_NUMBER:
        yield path, f"a number must not be larger than {LARGEST_NUMBER}."
    if isinstance(value, str) and _CONTROLS.search(value):
        yield path, "it has a control character, which no page can show."
    if len(path) > LONGEST_KEY:
        yield path[:LONGEST_KEY], f"a key has more than {LONGEST_KEY} characters."


def unreadable_line(text: str) -> int | None:
    """The line, from 1, with a number or nesting beyond the bounds; None: not found."""
    digits = _DIGITS.search(text)
    if digits:
        return text.count("\n", 0, digits.start()) + 1
    depth = 0
    for number, line in enumerate(text.splitlines(), start=1):
        for character in line:
            depth = max(0, depth + _BRACKETS.get(character, 0))
            if depth > MOST_DEPTH:
                return number
    return None
