"""Whether this engine acts: it takes the lease, keeps it, loses it, gives it back.

A standby looks at its own monotonic clock as well as at the lease's end by the wall
clock, so that a dead engine loses the lease even after the wall clock was moved back.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import time
from collections.abc import Callable

from sqlalchemy.orm import Session

from portal import crash
from portal.db.migrate import newest_revision
from portal.engine import beats, clock_steps, holds, leases
from portal.engine.leases import FenceLost, Held, LeaseView
from portal.runtime import Runtime

log = logging.getLogger(__name__)


class Leadership:
    """One engine's view of the lease."""

    def __init__(
        self, runtime: Runtime, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._runtime = runtime
        self._seconds = runtime.settings.lease_seconds
        self._monotonic = monotonic
        self._held: Held | None = None
        self._seen: LeaseView | None = None
        self._seen_since = monotonic()
        self._written: tuple[Held | None, bool] | None = None
        self._written_at = monotonic()

    def held(self) -> Held | None:
        """The lease, while this engine acts."""
        return self._held

    def seek(self) -> bool:
        """Take the lease if no engine holds it; return whether this engine acts."""
        if self._held is None and self._looks_free():
            self._take()
        return self._held is not None

    def _looks_free(self) -> bool:
        with self._runtime.reading() as session:
            seen = leases.glance(session)
        if seen != self._seen:
            self._seen, self._seen_since = seen, self._monotonic()
        free = seen is None or seen.expires_at <= self._runtime.real_now()
        return free or self._silent()

    def _silent(self) -> bool:
        return self._monotonic() - self._seen_since > self._seconds

    def _take(self) -> None:
        with self._runtime.writing() as session:
            self._held = leases.take_lease(
                session,
                self.name,
                schema_version=newest_revision(),
                seconds=self._seconds,
                real_now=self._runtime.real_now(),
                silent=self._seen if self._silent() else None,
            )
            if self._held is not None:
                beats.forget_old(session, real_now=self._runtime.real_now())
                self._note_home(session)
        crash.point("lease.taken")
        if self._held is not None:
            log.info("engine %s acts, fence %s", self.name, self._held.fence)

    def _note_home(self, session: Session) -> None:
        """Record where this database sends from; the demo reaches nobody."""
        if not self._runtime.settings.demo:
            holds.note_home(session, now=self._runtime.now())

    def finish_cycle(self, *, well: bool) -> None:
        """Renew the lease, and write a beat if every job succeeded.

        Both are written four times a lease, not every cycle: a write each second would
        block other writers. When a cycle succeeds after a failed one, or fails after a
        good one, this is written at once.
        """
        moment = self._monotonic()
        state = (self._held, well)
        if state == self._written and moment - self._written_at < self._seconds / 4:
            return
        self._finish_cycle(well)
        self._written, self._written_at = (self._held, well), moment

    def _finish_cycle(self, well: bool) -> None:
        now = self._runtime.real_now()
        held = self._held
        try:
            with self._runtime.writing() as session:
                if held is not None:
                    leases.renew(session, held, seconds=self._seconds, real_now=now)
                    clock_steps.keep_mark(session, self._runtime.clocks.mark_to_keep())
                if well:
                    acting = held is not None
                    beats.beat(session, self.name, acting=acting, real_now=now)
            crash.point("lease.renewed")
        except FenceLost:
            self.lose()

    def lose(self) -> None:
        """Stop acting: another engine has a newer fence."""
        if self._held is not None:
            log.warning("engine %s lost the lease", self.name)
        self._held = None

    def release(self) -> None:
        """Give the lease back, so that a standby acts at once."""
        held, self._held = self._held, None
        if held is not None:
            with self._runtime.writing() as session:
                leases.release(session, held, real_now=self._runtime.real_now())
