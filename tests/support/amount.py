"""How much a run searches: a part in ``./test``, everything in ``./test thorough``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

THOROUGH = os.environ.get("PORTAL_TEST_AMOUNT") == "thorough"
PART = 4
"""Of so many invented examples an ordinary run tries one."""


def examples(whole: int) -> int:
    """How many examples of ``whole`` this run tries."""
    return whole if THOROUGH else max(whole // PART, 1)


def part_of(whole: Sequence[T], turn: int) -> Sequence[T]:
    """The part of ``whole`` for this ``turn``; all turns together try everything."""
    return whole if THOROUGH else whole[turn % PART :: PART]
