"""The clocks of a process: real time, steady time, and study time.

Only this module reads the machine's clock. Steady time is real time that never goes
back, whatever the machine's clock does. Study time is steady time, plus an offset in
the demo and in rehearsals. Leases, deadlines, codes and sessions always use real time.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal.db.tables.engine import StudyClock
from portal.engine import clock_steps
from portal.engine.clock_steps import TimeMark
from portal.engine.steady_clock import SteadyClock

OFFSET_SECONDS_CACHED = 0.25
MARK_SECONDS_CACHED = 1.0
NEVER = float("-inf")
log = logging.getLogger(__name__)


def system_clock() -> datetime:
    """Real time, in UTC."""
    return datetime.now(UTC)


def stepped(clock: Callable[[], datetime], path: Path) -> Callable[[], datetime]:
    """A clock set forward or back by the seconds in a file, for tests of steps."""

    def shown() -> datetime:
        return clock() + timedelta(seconds=step_in(path))

    return shown


def step_in(path: Path) -> float:
    """The seconds by which the clock is set; 0 without the file."""
    try:
        return float(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0.0


@cache
def boot_id() -> str:
    """The id of this start of the machine; empty where the system gives none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


class Clocks:
    """Every time that a process uses.

    Without ``monotonic`` the clock is used as it is, as tests do. ``reading`` opens a
    session that reads. ``movable``: the demo's study clock may run ahead. ``held``: the
    clock leapt forward, and calendar work waits for a person.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] | None,
        reading: Callable[[], AbstractContextManager[Session]],
        *,
        movable: bool,
    ) -> None:
        self.held = False
        self._clock, self._reading, self._movable = clock, reading, movable
        self._steady = SteadyClock(clock, monotonic) if monotonic else None
        self._monotonic = monotonic or time.monotonic
        self._epoch: int | None = None
        self._marked_at = NEVER
        self._marking = threading.Lock()
        self._offset = timedelta(0)
        self._offset_read = NEVER

    def real_now(self) -> datetime:
        """Real time, in UTC: for leases, deadlines, codes and sessions."""
        return self._clock()

    def now(self) -> datetime:
        """Study time, in UTC: it never goes back; in the demo, plus its offset."""
        return self.steady_now() + self._study_offset()

    def steady_now(self) -> datetime:
        """Real time that never goes back, also when the clock is set back."""
        if self._steady is None:
            return self._clock()
        if time.monotonic() - self._marked_at > MARK_SECONDS_CACHED:
            self.look_at_mark()
        return self._steady.now()

    def lead(self) -> timedelta:
        """How far steady time is ahead of the clock, which was set back."""
        self.steady_now()  # a person may have confirmed the clock in another process
        return self._steady.lead() if self._steady else timedelta(0)

    def look_at_mark(self) -> None:
        """Follow the stored mark: never behind it, and set back when a person did so.

        While the database does not answer, this process counts its own seconds.
        """
        if self._steady is None or not self._marking.acquire(blocking=False):
            return
        try:
            self._marked_at = time.monotonic()
            with self._reading() as session:
                mark = clock_steps.mark(session)
            self._go_by(self._steady, mark)
        except SQLAlchemyError:
            log.debug("the clock mark cannot be read")
        finally:
            self._marking.release()

    def _go_by(self, steady: SteadyClock, mark: TimeMark) -> None:
        if self._epoch is not None and mark.epoch != self._epoch:
            steady.reset()
        self._epoch = mark.epoch
        reckoned = mark.reckoned(boot_id(), self._monotonic())
        if reckoned is not None:
            steady.reach(reckoned)

    def mark_to_keep(self) -> TimeMark:
        """Steady time, for other processes and the next one."""
        at = self.steady_now()
        return TimeMark(at, self._epoch or 0, boot_id(), self._monotonic())

    def _study_offset(self) -> timedelta:
        if not self._movable:
            return timedelta(0)
        if time.monotonic() - self._offset_read > OFFSET_SECONDS_CACHED:
            with self._reading() as session:
                row = session.get(StudyClock, 1)
                seconds = row.offset_seconds if row else 0
            self._offset = timedelta(seconds=seconds)
            self._offset_read = time.monotonic()
        return self._offset

    def read_again(self) -> None:
        """Read the offset and the mark again at the next ``now()``."""
        self._offset_read = self._marked_at = NEVER
