"""Look-ups of messages that may have been sent, each in its own thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from portal import crash
from portal.delivery.sending import attempts, lookups, send_journal
from portal.delivery.sending.attempts import SendingContext
from portal.delivery.sending.lookups import UnclearAttempt
from portal.engine.guarded import FinishedWork, guarded
from portal.engine.leases import Held
from portal.messages.gateways import channels
from portal.messages.gateways.gateway import SoughtMessage
from portal.messages.gateways.outcomes import FoundMessage
from portal.runtime import Runtime
from scheduler.sending.message_words import words_of

THREADS = 4


def ground_of(runtime: Runtime, held: Held, channel: str = "text") -> SendingContext:
    """The context of a write under ``held`` about a message of a channel, now."""
    return SendingContext(
        held=held,
        capabilities=channels.abilities(runtime.gateway, channel),
        settle=runtime.settings.settle_seconds,
        now=runtime.now(),
        real_now=runtime.real_now(),
    )


class Resolver:
    """Asks the provider about attempts that got no answer."""

    def __init__(
        self,
        runtime: Runtime,
        held: Callable[[], Held | None],
        wake: Callable[[], None],
    ) -> None:
        self._runtime = runtime
        self._held = held
        self._wake = wake
        self._askers = ThreadPoolExecutor(THREADS, thread_name_prefix="ask")
        self._asking: dict[Future[None], int] = {}

    def resolve(self) -> int:
        """Ask about every attempt whose settle time is over; return how many."""
        held = self._held()
        if held is None:
            return 0
        ground = ground_of(self._runtime, held)
        with self._runtime.reading() as session:
            silent = attempts.any_silent(session, ground)
        if silent:
            with self._runtime.writing() as session:
                attempts.suspect_silent(session, ground)
            crash.point("resolve.suspected")
        with self._runtime.reading() as session:
            suspects = lookups.to_look_up(session, ground)
        asked = set(self._asking.values())
        fresh = [each for each in suspects if each.attempt_id not in asked]
        for suspect in fresh:
            future = self._askers.submit(self._look_up, held, suspect)
            self._asking[future] = suspect.attempt_id
            future.add_done_callback(self._asked)
        return len(fresh)

    def _asked(self, future: Future[None]) -> None:
        self._asking.pop(future, None)
        self._wake()

    def _look_up(self, held: Held, suspect: UnclearAttempt) -> None:
        answer = guarded("looking up", lambda: self._find(suspect))
        found = answer.value if isinstance(answer, FinishedWork) else None
        if found is not None and found.value is not None:
            guarded("the journal", lambda: self._note(suspect))
        guarded("learning", lambda: self._learn(held, suspect, found))

    def _note(self, suspect: UnclearAttempt) -> None:
        at = self._runtime.real_now()
        send_journal.note(self._runtime.settings.journal, suspect, at)

    def _find(
        self, suspect: UnclearAttempt
    ) -> FinishedWork[FoundMessage | None] | None:
        """What the provider has; None: it cannot be asked about this message."""
        gateway = channels.serving(self._runtime.gateway, suspect.channel)
        if suspect.provider != gateway.name or suspect.number is None:
            return None
        if not gateway.capabilities.find_by_reference:
            return None
        sought = self._sought(suspect, suspect.number)
        crash.point("resolve.asking")
        found = gateway.find(sought)
        crash.point("resolve.answered")
        return FinishedWork(found)

    def _sought(self, suspect: UnclearAttempt, number: str) -> SoughtMessage:
        ago = self._runtime.real_now() - suspect.started_at
        return SoughtMessage(
            reference=suspect.reference,
            channel=suspect.channel,
            number=number,
            body=words_of(self._runtime, suspect),
            seconds_ago=ago.total_seconds(),
            taken=suspect.taken,
        )

    def _learn(
        self,
        held: Held,
        suspect: UnclearAttempt,
        answer: FinishedWork[FoundMessage | None] | None,
    ) -> None:
        ground = ground_of(self._runtime, held, suspect.channel)
        with self._runtime.writing() as session:
            if answer is None:
                lookups.learn_nothing(session, ground, suspect.attempt_id)
            else:
                lookups.learn_outcome(session, ground, suspect.attempt_id, answer.value)
            crash.point("resolve.before_commit")
        crash.point("resolve.after_commit")

    def wait(self, seconds: float) -> bool:
        """Wait at most ``seconds`` until no look-up runs; return whether that is so."""
        _, unfinished = wait(list(self._asking), timeout=seconds)
        return not unfinished
