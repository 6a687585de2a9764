"""APScheduler, only as a metronome: what is due stands in our tables.

It stores nothing. Several late ticks become one, and no tick is dropped for being late.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

READ_SECONDS = 0.1


class SteppedZone(tzinfo):
    """UTC by a clock that a test sets forward or back, for APScheduler.

    The difference at the start counts as 0, because a zone may be off by a day at most.
    """

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds, self._at_start = seconds, seconds()
        self._read_at, self._offset = float("-inf"), timedelta(0)

    def utcoffset(self, _moment: datetime | None) -> timedelta:
        """How far the clock is off now; APScheduler asks this for each missed tick."""
        if time.monotonic() - self._read_at > READ_SECONDS:
            self._offset = timedelta(seconds=round(self._seconds() - self._at_start))
            self._read_at = time.monotonic()
        return self._offset

    def dst(self, _moment: datetime | None) -> timedelta:
        """Nothing."""
        return timedelta(0)

    def tzname(self, _moment: datetime | None) -> str:
        """UTC."""
        return "UTC"


class Metronome:
    """Calls ``tick`` about once every ``period`` seconds, never twice at once."""

    def __init__(
        self, tick: Callable[[], object], period: float, zone: tzinfo = UTC
    ) -> None:
        self._scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(1)},
            timezone=zone,
        )
        self._scheduler.add_job(
            tick,
            "interval",
            seconds=period,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )

    def start(self) -> None:
        """Begin to tick, in its own thread."""
        self._scheduler.start()

    def stop(self) -> None:
        """Stop ticking; do not wait for a tick under way."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
