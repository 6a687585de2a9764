"""A heartbeat to a monitoring service outside, which raises an alarm when it stops.

It is sent only after a successful cycle, while this engine acts and nothing is overdue:
seen from outside, an idle or stuck engine must look dead. It has its own thread and
cannot delay the engine.
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
AGAIN_SECONDS = 10.0  # after one that was not sent or not accepted
LIMIT_SECONDS = 10.0
FRESH_SECONDS = 10.0  # an older cycle proves nothing
log = logging.getLogger(__name__)


class Heartbeat:
    """Requests the address in the settings; without one it does nothing."""

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
        """Start the thread, if there is an address."""
        if self._url:
            self._thread.start()

    def cycle_done(self) -> None:
        """Report that an acting engine just completed a cycle without a fault."""
        self._cycled_at = self._monotonic()
        self._cycled.set()

    def stop(self) -> None:
        """Send no more; do not wait for a request under way."""
        self._stopped.set()
        self._cycled.set()

    def _go_on(self) -> None:
        self._cycled.wait()  # the first one after the first good cycle
        while not self._stopped.is_set():
            done = guarded("heartbeat", self.beat)
            given = isinstance(done, FinishedWork) and done.value
            self._stopped.wait(self._period if given else self._again)

    def beat(self) -> bool:
        """Send one heartbeat if all is well; return whether it was accepted."""
        if self._url is None or not self._all_is_well():
            return False
        try:
            answer = exchange(
                "GET", self._url, headers={}, body=None, seconds=LIMIT_SECONDS
            )
        except (NeverSent, NoAnswer) as error:
            log.warning("the heartbeat could not be sent: %s", error)
            return False
        taken = 200 <= answer.status < 300  # a redirection is not a success
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
