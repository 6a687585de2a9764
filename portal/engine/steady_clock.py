"""Time that never goes back, and telling a step of the clock from time that passed.

The clock of a machine may be set by anybody; the seconds a process counts may not.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

FORWARD = timedelta(minutes=5)  # a jump of more than that waits for a person
SMALL = timedelta(minutes=1)  # being less ahead than that is told to nobody


class SteadyClock:
    """The higher of the clock, and the highest time so far plus the seconds since."""

    def __init__(
        self, wall: Callable[[], datetime], monotonic: Callable[[], float]
    ) -> None:
        self._wall, self._monotonic = wall, monotonic
        self._lock = threading.Lock()
        self._at, self._since = wall(), monotonic()

    def now(self) -> datetime:
        """The time to go by. A clock set back leaves it going on as before."""
        with self._lock:
            moment = self._monotonic()
            counted = self._at + timedelta(seconds=moment - self._since)
            self._at, self._since = max(self._wall(), counted), moment
            return self._at

    def lead(self) -> timedelta:
        """How far the time to go by is ahead of the clock."""
        return self.now() - self._wall()

    def reach(self, mark: datetime) -> None:
        """Be no earlier than a time that was gone by before, in another process."""
        self.now()
        with self._lock:
            self._at = max(self._at, mark)

    def reset(self) -> None:
        """Go by the clock again, because a person said that it is right."""
        with self._lock:
            self._at, self._since = self._wall(), self._monotonic()


class Anchor:
    """A reading of the clock beside one of the seconds counted."""

    def __init__(self, wall: datetime, moment: float) -> None:
        self._at, self._since = wall, moment

    def drift(self, wall: datetime, moment: float) -> timedelta:
        """How much further the clock has gone than the seconds since the anchor."""
        return wall - self._at - timedelta(seconds=moment - self._since)

    def move(self, wall: datetime, moment: float) -> None:
        """Believe the clock as it stands now."""
        self._at, self._since = wall, moment
