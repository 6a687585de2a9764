"""Watches the machine's clock: a leap forward holds reminders, a step back is reported.

It compares the clock with the seconds that this process counts, so it works only while
the process runs; a restart counts as downtime.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from portal.db.tables.engine import ClockStep
from portal.engine import clock_steps, leases, time_source
from portal.engine.leases import Held
from portal.engine.steady_clock import FORWARD, SMALL, Anchor
from portal.runtime import Runtime

SOURCE, RETURNED, RESTART = "time source", "clock returned", "restart"
log = logging.getLogger(__name__)


class Timekeeper:
    """Looks once a cycle, and sets ``Clocks.held``."""

    def __init__(
        self,
        runtime: Runtime,
        held: Callable[[], Held | None],
        monotonic: Callable[[], float] = time.monotonic,
        vouches: Callable[[], bool] | None = None,
    ) -> None:
        self._runtime, self._held = runtime, held
        self._monotonic = monotonic
        self._vouches = vouches or _vouching(runtime)
        self._anchor = Anchor(runtime.real_now(), monotonic())

    def look(self) -> int:
        """Compare clock and seconds; return how many rows were written."""
        runtime = self._runtime
        wall, moment = runtime.real_now(), self._monotonic()
        drift = self._anchor.drift(wall, moment)
        held = self._held()
        ahead = drift > FORWARD
        if held is None or not ahead:
            self._anchor.move(wall, moment)
        if held is None:
            runtime.clocks.held = False
            return 0
        with runtime.reading() as session:
            step = clock_steps.open_step(session)
        forward = step is not None and step.seconds > 0
        if ahead and runtime.clocks.held and not forward:
            self._believe(wall, moment)  # a person confirmed the clock
            return 0
        if ahead:
            return self._hold(held, step if forward else None, drift, wall, moment)
        return self._look_back(held, step)

    def _believe(self, wall: datetime, moment: float) -> None:
        self._anchor.move(wall, moment)
        self._runtime.clocks.held = False
        log.warning("the clock is trusted again: reminders continue")

    def _hold(
        self,
        held: Held,
        step: ClockStep | None,
        drift: timedelta,
        wall: datetime,
        moment: float,
    ) -> int:
        """The clock leapt: hold until a person or a time source confirms it."""
        self._runtime.clocks.held = True
        if step is None:
            seconds = round(drift.total_seconds())
            log.critical(
                "the clock jumped by %s s: reminders wait for a person", seconds
            )
            return self._note(held, seconds)
        if self._vouches():
            self._settle(held, step, SOURCE, timedelta(0))
            self._believe(wall, moment)
            return 1
        return 0

    def _look_back(self, held: Held, step: ClockStep | None) -> int:
        """Clock and seconds agree: close a step that is over, report a step back."""
        returned, self._runtime.clocks.held = self._runtime.clocks.held, False
        lead = self._runtime.clocks.lead()
        if step is not None and step.seconds > 0:
            if returned:
                return self._settle(held, step, RETURNED, lead)
            return self._settle(held, step, RESTART, timedelta(0))
        if lead > SMALL and step is None:
            log.critical("the clock was set back; study time continues as before")
            return self._note(held, -round(lead.total_seconds()))
        if lead <= SMALL and step is not None:
            return self._settle(held, step, RETURNED, timedelta(0))
        return 0

    def _note(self, held: Held, seconds: int) -> int:
        runtime = self._runtime
        with runtime.writing() as session:
            leases.confirm(session, held)
            now, real_now = runtime.now(), runtime.real_now()
            clock_steps.note(session, seconds, now=now, real_now=real_now)
        return 1

    def _settle(self, held: Held, step: ClockStep, by: str, lead: timedelta) -> int:
        """Close a step; with a ``lead``, go back to the clock, that much earlier."""
        runtime = self._runtime
        with runtime.writing() as session:
            leases.confirm(session, held)
            now, real_now = runtime.now(), runtime.real_now()
            known = session.get_one(ClockStep, step.id)
            clock_steps.settle(session, known, by, now=now, real_now=real_now)
            clock_steps.rebase(session, lead, real_now=real_now)
        runtime.clocks.look_at_mark()
        return 1


def _vouching(runtime: Runtime) -> Callable[[], bool]:
    """The machine's time source; it does not know a clock that a test sets."""
    return (lambda: False) if runtime.settings.clock_file else time_source.vouches
