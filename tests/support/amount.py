"""How much a run searches: a part in ``./test``, everything in ``./test thorough``."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar
from zlib import crc32

T = TypeVar("T")

THOROUGH = os.environ.get("PORTAL_TEST_AMOUNT") == "thorough"
PART = 4
"""Of so many invented examples an ordinary run tries one."""
LOOKS = {"dark", "language", "reader", "short", "size", "times", "width"}
"""Parameters by which a page looks otherwise and says the same.

Of all looks of a page an ordinary run tries one.
"""


def examples(whole: int) -> int:
    """How many examples of ``whole`` this run tries."""
    return whole if THOROUGH else max(whole // PART, 1)


def part_of(whole: Sequence[T], turn: int) -> Sequence[T]:
    """The part of ``whole`` for this ``turn``; all turns together try everything."""
    return whole if THOROUGH else whole[turn % PART :: PART]


def turn_of(name: str, many: int) -> int:
    """Which of so many a test of this name tries: the same in every run."""
    return crc32(name.encode()) % many


def not_sampled(cases: Iterable[tuple[str, str, int]]) -> set[str]:
    """Which cases of a test an ordinary run leaves out: it tries one of so many.

    Each is given by its id, its test, and how many cases there are to one that runs.
    """
    groups: dict[tuple[str, int], list[str]] = defaultdict(list)
    for nodeid, test, of in cases:
        groups[test, of].append(nodeid)
    found: set[str] = set()
    for (test, of), nodeids in groups.items():
        first = turn_of(test, min(of, len(nodeids)))
        found |= set(nodeids) - set(nodeids[first::of])
    return found


def left_out(tests: Iterable[tuple[str, str, Mapping[str, Any]]]) -> set[str]:
    """Which tests are further looks of a page; an ordinary run tries one look.

    Each test is given by its id, its function, and its parameters. The function's name
    decides which look is tried, so that half of the pages are read in each language.
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for nodeid, function, parameters in tests:
        same = {name: repr(parameters[name]) for name in set(parameters) - LOOKS}
        groups[f"{function} {sorted(same.items())}"].append(nodeid)
    found: set[str] = set()
    for name, nodeids in groups.items():
        tried = turn_of(name, len(nodeids))
        found |= {each for at, each in enumerate(nodeids) if at != tried}
    return found
