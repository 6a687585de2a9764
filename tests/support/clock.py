"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 12, 1, 0, tzinfo=UTC)  # 09:00 in Chengdu, a Thursday


class Clock:
    """Gives the time to whoever calls it; only the test moves it."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **amount: float) -> datetime:
        """Moves on by ``timedelta(**amount)`` and says what time it is then."""
        self.at += timedelta(**amount)
        return self.at

    def set(self, at: datetime) -> None:
        """Jumps to ``at``, which must know its zone."""
        if at.tzinfo is None:
            raise ValueError("a test's time must know its zone")
        self.at = at
