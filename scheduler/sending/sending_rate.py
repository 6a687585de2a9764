"""Applies the sender's rate: messages that leave are counted, and the others wait here.

A text counts by its parts, a call counts as one. E-mail has its own relay and no rate.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from sqlalchemy.orm import Session

from portal.db.tables.outbox import Message
from portal.delivery.sending import due_messages
from portal.delivery.sending.due_messages import HIGHEST_URGENT, MostUrgent
from portal.engine.guarded import FinishedWork, guarded
from portal.engine.leases import Held
from portal.messages.rate import AHEAD, Pace, Slot
from portal.protocol.study.filling import segments
from portal.runtime import Runtime
from portal.vocabulary.messages import Channel
from scheduler.sending.message_words import words_in

PROMPT = 0.0005  # seconds between count and hand-over that do not count as a delay
Lets = Callable[[Message], bool]


class Pacer:
    """Every claim asks it, one at a time; without a rate it lets everything through."""

    def __init__(
        self,
        runtime: Runtime,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._runtime = runtime
        self._monotonic = monotonic
        self._sleep = sleep
        self._rates = {
            "text": runtime.settings.send_rate,
            "call": runtime.settings.call_rate,
        }
        self._paces: dict[str, Pace] = {}
        self._slots: dict[int, tuple[Pace, Slot]] = {}
        self._lock = threading.Lock()
        self._fence: int | None = None
        self._opens_at: float | None = None

    def turn(self, session: Session, held: Held) -> Lets:
        """The question that one claim asks about each message, in their order.

        Once a message must wait, every later one of its channel waits too: a short
        reminder must not overtake a long alert.
        """
        if held.fence != self._fence:
            self._begin(session, held)
        shut: set[str] = set()

        def lets(message: Message) -> bool:
            pace = self._paces.get(message.channel)
            if pace is None:
                return True
            if message.channel in shut or not self._take(session, pace, message):
                shut.add(message.channel)
                return False
            return True

        return lets

    def _take(self, session: Session, pace: Pace, message: Message) -> bool:
        units = self._units(session, message)
        with self._lock:
            urgent = message.priority <= HIGHEST_URGENT
            slot = pace.take(units, self._monotonic(), urgent=urgent)
            if slot is None:
                self._wait_until(pace.opens_at(units) - AHEAD)
                return False
            self._slots[message.id] = pace, slot
            return True

    def bars(self, first: MostUrgent, held: Held) -> bool:
        """Whether a claim would take nothing yet.

        That is so when the first due message is an ordinary one whose turn is not near.
        """
        pace = self._paces.get(first.channel)
        if pace is None or first.urgent or held.fence != self._fence:
            return False
        with self._lock:
            near_at = pace.opens_at() - AHEAD
            if near_at <= self._monotonic():
                return False
            self._wait_until(near_at)
            return True

    def depart(self, message_id: int, ends: float = math.inf) -> float:
        """Wait for the turn of a message that was let through; then it leaves at once.

        Returns the seconds until ``ends``. A thread that was delayed after the count is
        counted again, or two messages could leave too close together.
        """
        pace, slot = self._slots.pop(message_id, (None, None))
        now = self._monotonic()
        while pace is not None and slot is not None:
            with self._lock:
                now = self._monotonic()
                seconds = pace.depart(slot, now)
            if seconds > 0:
                self._sleep(seconds)
            elif self._monotonic() - now < PROMPT:
                break
        return ends - now

    def _wait_until(self, moment: float) -> None:
        known = self._opens_at
        self._opens_at = moment if known is None else min(known, moment)

    def _begin(self, session: Session, held: Held) -> None:
        """Under a new fence, also count what the previous engine just handed over."""
        self._paces = {c: Pace(rate) for c, rate in self._rates.items() if rate > 0}
        self._fence, self._slots = held.fence, {}
        windows = [pace.window + AHEAD for pace in self._paces.values()]
        longest = max(windows, default=0.0)
        now, real_now = self._monotonic(), self._runtime.real_now()
        for left in due_messages.just_left(session, longest, real_now=real_now):
            if left.message.channel in self._paces:
                ago = (real_now - left.started_at).total_seconds() - AHEAD
                at = now - max(ago, 0.0)  # claimed then; it may have left later
                units = self._units(session, left.message)
                self._paces[left.message.channel].note(units, at)

    def _units(self, session: Session, message: Message) -> float:
        if message.channel != Channel.TEXT:
            return 1
        words = guarded("wording", lambda: words_in(session, self._runtime, message))
        return segments(words.value)[1] if isinstance(words, FinishedWork) else 1

    def forget(self) -> None:
        """Begin a new look: nothing counts as held back until the look finds it."""
        self._opens_at = None

    def seconds_to_wait(self) -> float | None:
        """Seconds until a message that the rate held back may leave; None: none is."""
        moment = self._opens_at
        return None if moment is None else max(0.0, moment - self._monotonic())
