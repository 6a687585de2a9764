"""Claim, send, record: the only way a message leaves.

There is a short transaction before the network call and one after it, never one around
it. Each send has its own thread, so that a call that hangs delays no other message.
Some threads are reserved for alerts and codes.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace

from sqlalchemy.orm import Session

from portal import crash
from portal.delivery.sending import attempts, claims, due_messages, send_journal
from portal.delivery.sending.claims import Capacity, Claimed
from portal.delivery.sending.due_messages import Candidate
from portal.delivery.sending.last_look import SendingTerms
from portal.engine.guarded import FinishedWork, guarded
from portal.engine.leases import Held
from portal.messages.gateways import channels
from portal.messages.gateways.gateway import Outgoing
from portal.messages.gateways.outcomes import (
    Accepted,
    NotSent,
    Outcome,
    Rejected,
    Unclear,
)
from portal.people import daily_caps
from portal.phone_numbers import masked
from portal.runtime import Runtime
from scheduler.sending.lookups import ground_of
from scheduler.sending.message_words import words_of
from scheduler.sending.sending_rate import Pacer

THREADS = 8
FOR_ORDINARY = 5  # the other threads are for alerts and codes
log = logging.getLogger(__name__)


class Delivery:
    """Sends what is due, as long as ``held`` returns the lease."""

    def __init__(
        self,
        runtime: Runtime,
        held: Callable[[], Held | None],
        wake: Callable[[], None],
    ) -> None:
        self._runtime = runtime
        self._held = held
        self._wake = wake
        self._claiming = threading.Lock()
        self._senders = ThreadPoolExecutor(THREADS, thread_name_prefix="send")
        self._sending: dict[Future[None], Claimed] = {}
        self._pacer = Pacer(runtime)

    def deliver(self) -> int:
        """Claim and send as many due messages as threads are free; return the count."""
        with self._claiming:
            self._pacer.forget()
            held, room = self._held(), self._room()
            if held is None or room.all == 0 or not self._may_find(held):
                return 0
            with self._runtime.writing() as session:
                terms = self._terms(session, held)
                claimed = claims.claim(session, held, room, terms)
                crash.point("claim.before_commit")
            crash.point("claim.after_commit")
            for each in claimed:
                self._begin(held, each)
            return len(claimed)

    def _terms(self, session: Session, held: Held) -> SendingTerms:
        gateway = self._runtime.gateway
        return SendingTerms(
            provider=gateway.name,
            elsewhere=channels.elsewhere(gateway),
            lets=self._pacer.turn(session, held),
            full=self._full(session),
            now=self._runtime.now(),
            real_now=self._runtime.real_now(),
            clock_held=self._runtime.clocks.held,
        )

    def _begin(self, held: Held, each: Claimed) -> None:
        ends = time.monotonic() + each.seconds
        future = self._senders.submit(self._send, held, each, ends)
        self._sending[future] = each
        future.add_done_callback(self._sent)

    def _full(self, session: Session) -> Callable[[Candidate], bool]:
        """Whether a candidate's number has had its study's daily maximum of texts."""

        def full(candidate: Candidate) -> bool:
            study = self._runtime.study(session, candidate.message.study_version_id)
            now, contact = self._runtime.now(), candidate.contact
            return daily_caps.number_is_full(session, study.paging, contact, now=now)

        return full

    def seconds_to_wait(self) -> float | None:
        """Seconds until a message held back by the rate may leave; None: none is."""
        return self._pacer.seconds_to_wait()

    def _may_find(self, held: Held) -> bool:
        """Whether a claim could take anything now; it would lock out other writers."""
        with self._runtime.reading() as session:
            first = due_messages.first_due(session, now=self._runtime.now())
        return first is not None and not self._pacer.bars(first, held)

    def _room(self) -> Capacity:
        under_way = list(self._sending.values())
        ordinary = sum(not claimed.urgent for claimed in under_way)
        return Capacity(THREADS - len(under_way), max(0, FOR_ORDINARY - ordinary))

    def _sent(self, future: Future[None]) -> None:
        self._sending.pop(future, None)
        self._wake()  # a thread, and perhaps a number, is free again

    def _send(self, held: Held, claimed: Claimed, ends: float) -> None:
        outcome = self._outcome(claimed, ends)
        log.info(
            "message %s, %s to %s: %s",
            claimed.message_id,
            claimed.channel,
            masked(claimed.number),
            type(outcome).__name__,
        )
        if isinstance(outcome, Accepted):
            guarded("the journal", lambda: self._note(claimed))
        # Where this fails, the attempt passes its deadline and is looked up.
        guarded("recording", lambda: self._record(held, claimed, outcome))

    def _note(self, claimed: Claimed) -> None:
        at = self._runtime.real_now()
        send_journal.note(self._runtime.settings.journal, claimed, at)

    def _record(self, held: Held, claimed: Claimed, outcome: Outcome) -> None:
        ground = ground_of(self._runtime, held)
        with self._runtime.writing() as session:
            kept = attempts.record(session, ground, claimed.attempt_id, outcome)
            crash.point("record.before_commit")
        crash.point("record.after_commit")
        if not kept:
            log.warning("message %s: the lease was lost meanwhile", claimed.message_id)

    def _outcome(self, claimed: Claimed, ends: float) -> Outcome:
        words = guarded("wording", lambda: words_of(self._runtime, claimed))
        if not isinstance(words, FinishedWork):
            return Rejected("it cannot be worded")
        outgoing = self._outgoing(claimed, words.value)
        left = self._pacer.depart(claimed.message_id, ends)  # no waiting after this
        if left < claimed.seconds / 2:
            return NotSent("this machine stood still", wait_seconds=0)
        outgoing = replace(outgoing, seconds=left)
        crash.point("send.before")
        answer = guarded("sending", lambda: self._runtime.send(outgoing))
        crash.point("send.after")
        return (
            answer.value if isinstance(answer, FinishedWork) else Unclear("it failed")
        )

    def _outgoing(self, claimed: Claimed, body: str) -> Outgoing:
        return Outgoing(
            reference=claimed.reference,
            channel=claimed.channel,
            number=claimed.number,
            body=body,
            language=claimed.language,
            sent_at=self._runtime.now(),
            seconds=claimed.seconds,
            valid_seconds=claimed.valid_seconds,
        )

    def wait(self, seconds: float) -> bool:
        """Wait at most ``seconds`` for sends under way; return whether all ended."""
        _, unfinished = wait(list(self._sending), timeout=seconds)
        return not unfinished

    def stop(self, held: Held | None, seconds: float) -> None:
        """Finish what is under way, or mark it as unknown for the next engine."""
        until = time.monotonic() + seconds
        if self._claiming.acquire(timeout=seconds):
            self._claiming.release()  # a claim in progress is also under way
        if self.wait(max(0.0, until - time.monotonic())) or held is None:
            return
        with self._runtime.writing() as session:
            left = attempts.give_up_waiting(session, ground_of(self._runtime, held))
        log.warning("stopped while %s messages were under way", left)
