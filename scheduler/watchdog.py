"""Ends a process that has stopped making progress, so that its supervisor restarts it.

It counts monotonic seconds, because the metronome stops when the wall clock is moved
back.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable

LIMIT_SECONDS = 8.0  # with the restart, the gap stays under 15 s
EXIT_STATUS = 70
log = logging.getLogger(__name__)


def end_process(status: int) -> None:
    """End at once, without waiting for a thread that may hang."""
    logging.shutdown()
    os._exit(status)


class Watchdog:
    """A thread that expects ``progress()`` at least every ``limit`` seconds."""

    def __init__(
        self,
        limit: float = LIMIT_SECONDS,
        end: Callable[[int], None] = end_process,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = limit
        self._end = end
        self._monotonic = monotonic
        self._last = monotonic()
        self._stopped = threading.Event()
        self._thread = threading.Thread(
            target=self._watch, name="watchdog", daemon=True
        )

    def start(self) -> None:
        """Start the thread."""
        self.progress()
        self._thread.start()

    def progress(self) -> None:
        """Report that work continues."""
        self._last = self._monotonic()

    def stop(self) -> None:
        """Stop the thread."""
        self._stopped.set()

    def _watch(self) -> None:
        while not self._stopped.wait(self._limit / 20):
            silent = self._monotonic() - self._last
            if silent > self._limit:
                log.critical("no progress for %.0f s: ending the process", silent)
                self._end(EXIT_STATUS)
                return
