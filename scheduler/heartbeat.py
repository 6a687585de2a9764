"""A sign of life to somebody outside, so that they shout when it stops.

It is given only after a cycle that went well, while this engine acts and nothing is
overdue: an idle or stuck engine must look dead from there. It has a thread of its own,
and nothing it does can hold up the engine.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from portal.engine.guarded import FinishedWork, guarded
from portal.messages.gateways.exchange import NeverSent, NoAnswer, exchange
from portal.operating import overdue
from portal.runtime import Runtime

PERIOD_SECONDS = 30.0
AGAIN_SECONDS = 10.0  # after one that was not given or not taken
LIMIT_SECONDS = 10.0
FRESH_SECONDS = 10.0  # a cycle longer ago shows nothing
log = logging.getLogger(__name__)


class Heartbeat:
    """Asks for the address in the settings; without one it does nothing."""

    def __init__(
        self,
        runtime: Runtime,
        *,
        period: float = PERIOD_SECONDS,
        again: float = AGAIN_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._runtime = runtime
        self._url = runtime.settings.heartbeat_url
        self._period, self._again = period, again
        self._monotonic = monotonic
        self._cycled_at = float("-inf")
        self._stopped = threading.Event()
        self._cycled = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="heart", daemon=True)

    def start(self) -> None:
        """Begin, where there is an address."""
        if self._url:
            self._thread.start()

    def cycle_done(self) -> None:
        """Say that an acting engine just completed a cycle without a fault."""
        self._cycled_at = self._monotonic()
        self._cycled.set()

    def stop(self) -> None:
        """Give no more; one under way is not waited for."""
        self._stopped.set()
        self._cycled.set()

    def _go_on(self) -> None:
        self._cycled.wait()  # the first one as soon as there is something to show
        while not self._stopped.is_set():
            done = guarded("heartbeat", self.beat)
            given = isinstance(done, FinishedWork) and done.value
            self._stopped.wait(self._period if given else self._again)

    def beat(self) -> bool:
        """Give one sign if there is reason to; whether it was given and taken."""
        if self._url is None or not self._all_is_well():
            return False
        try:
            answer = exchange(
                "GET", self._url, headers={}, body=None, seconds=LIMIT_SECONDS
            )
        except (NeverSent, NoAnswer) as error:
            log.warning("the heartbeat was not taken: %s", error)
            return False
        taken = 200 <= answer.status < 300  # a redirection is no yes
        if not taken:
            log.warning("the heartbeat was refused with status %s", answer.status)
        return taken

    def _all_is_well(self) -> bool:
        if self._monotonic() - self._cycled_at > FRESH_SECONDS:
            return False
        runtime = self._runtime
        with runtime.reading() as session:
            return overdue.nothing_overdue(
                session, runtime.real_now(), now=runtime.now()
            )
