"""How large a simulated study is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Size:
    """How long a study lasts, in days, how many take part, how often visits move."""

    days: int
    people: int
    moves: int
    first: int = 0
    """The number of the first participant: it decides whose zones are lived in."""
    begins: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    midway: bool = False
    """Whether the first is enrolled as it begins, on day 20 and home already."""
