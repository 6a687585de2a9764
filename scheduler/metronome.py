"""APScheduler, as a metronome and no more: what is due stands in our tables.

Nothing is stored, late ticks fold into one, and no tick is dropped for being late.
"""

from __future__ import annotations

from collections.abc import Callable

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler


class Metronome:
    """Calls ``tick`` about once a ``period`` of seconds, never twice at a time."""

    def __init__(self, tick: Callable[[], object], period: float) -> None:
        self._scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(1)},
            timezone="UTC",
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
        """Begin to tick, in a thread of its own."""
        self._scheduler.start()

    def stop(self) -> None:
        """Tick no more; a tick under way is not waited for."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
