"""Time that never goes back, and how a step of the clock is told from time that passed.

Anybody may set the clock of a machine; nobody can set the seconds that a process
counts.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

FORWARD = timedelta(minutes=5)  # after a longer jump a person must confirm the clock
SMALL = timedelta(minutes=1)  # a smaller lead is not reported


class SteadyClock:
    """The later of the clock and the highest time so far plus the seconds since."""

    def __init__(
        self, wall: Callable[[], datetime], monotonic: Callable[[], float]
    ) -> None:
        self._wall, self._monotonic = wall, monotonic
        self._lock = threading.Lock()
        self._at, self._since = wall(), monotonic()

    def now(self) -> datetime:
        """The steady time. It continues as before when the clock is set back."""
        with self._lock:
            moment = self._monotonic()
            counted = self._at + timedelta(seconds=moment - self._since)
            self._at, self._since = max(self._wall(), counted), moment
            return self._at

    def lead(self) -> timedelta:
        """How far steady time is ahead of the clock."""
        return self.now() - self._wall()

    def reach(self, mark: datetime) -> None:
        """Be no earlier than the time that another process has used before."""
        self.now()
        with self._lock:
            self._at = max(self._at, mark)

    def reset(self) -> None:
        """Use the clock again, because a person confirmed it."""
        with self._lock:
            self._at, self._since = self._wall(), self._monotonic()


class Anchor:
    """A reading of the clock together with one of the monotonic seconds."""

    def __init__(self, wall: datetime, moment: float) -> None:
        self._at, self._since = wall, moment

    def drift(self, wall: datetime, moment: float) -> timedelta:
        """How far the clock has moved beyond the seconds counted since the anchor."""
        return wall - self._at - timedelta(seconds=moment - self._since)

    def move(self, wall: datetime, moment: float) -> None:
        """Trust the clock as it stands now."""
        self._at, self._since = wall, moment
