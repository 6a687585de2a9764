"""Polling providers: how far messages have come, and which texts came in.

An answer is handled like a callback with the same content, so that each counts once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from portal.delivery.inbound import polling
from portal.delivery.inbound.polling import UnfinishedMessage
from portal.engine import leases
from portal.engine.guarded import FinishedWork, guarded
from portal.engine.leases import Held
from portal.messages.gateways import channels
from portal.messages.gateways.gateway import Gateway, Incoming, Reporting, StatusReport
from portal.runtime import Runtime

THREADS = 2
SECONDS = 8.0  # for one request
LOOK_SECONDS = 5.0  # between two checks of open messages
INBOX_SECONDS = 20.0  # between two checks of the inbox
INBOX_BACK = timedelta(days=2)
REMEMBERED = 2_000  # texts already taken in


@dataclass
class Inquiry:
    """How often a message was asked about, and when next (monotonic seconds)."""

    times: int
    next_at: float


class Poller:
    """Asks for what callbacks may have missed, each request in its own thread."""

    def __init__(
        self,
        runtime: Runtime,
        held: Callable[[], Held | None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._runtime = runtime
        self._held = held
        self._monotonic = monotonic
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="poll")
        self._under_way: dict[Future[object], str] = {}
        self._asked: dict[str, Inquiry] = {}
        self._look_at = self._inbox_at = float("-inf")
        self._taken_in: dict[str, None] = {}

    def poll(self) -> int:
        """Ask about every message whose time has come; return how many requests."""
        held = self._held()
        if held is None or not isinstance(self._serving("text"), Reporting):
            return 0
        if self._monotonic() < self._look_at:
            return 0
        self._look_at = self._monotonic() + LOOK_SECONDS
        with self._runtime.reading() as session:
            unfinished = polling.still_open(session, real_now=self._runtime.real_now())
        self._forget_all_but(unfinished)
        room = polling.ASKED_AT_ONCE - len(self._under_way)
        due = [each for each in unfinished if self._is_due(each)][: max(0, room)]
        for each in due:
            self._put(each.provider_id, partial(self._ask, held, each))
        return len(due) + self._look_into_inbox(held)

    def _serving(self, channel: str) -> Gateway:
        return channels.serving(self._runtime.gateway, channel)

    def _forget_all_but(self, unfinished: Sequence[UnfinishedMessage]) -> None:
        names = {each.provider_id for each in unfinished}
        self._asked = {name: at for name, at in self._asked.items() if name in names}

    def _is_due(self, message: UnfinishedMessage) -> bool:
        name, now = message.provider_id, self._monotonic()
        if name in self._under_way.values():
            return False
        if not isinstance(self._serving(message.channel), Reporting):
            return False
        if name not in self._asked:
            first = polling.pause_before(0, urgent=message.urgent)
            wait_for = max(timedelta(0), first - message.age).total_seconds()
            self._asked[name] = Inquiry(0, now + wait_for)
        asked = self._asked[name]
        if asked.next_at > now:
            return False
        asked.times += 1
        pause = polling.pause_before(asked.times, urgent=message.urgent)
        asked.next_at = now + pause.total_seconds()
        return True

    def _put(self, name: str, work: Callable[[], object]) -> None:
        future = self._threads.submit(work)
        self._under_way[future] = name
        future.add_done_callback(lambda ended: self._under_way.pop(ended, None))

    def _ask(self, held: Held, message: UnfinishedMessage) -> None:
        gateway = self._serving(message.channel)
        if not isinstance(gateway, Reporting) or gateway.name != message.provider:
            return
        answer = guarded(
            "asking after a message",
            lambda: gateway.report(message.channel, message.provider_id, SECONDS),
        )
        if isinstance(answer, FinishedWork):
            guarded("learning", lambda: self._learn(held, message.provider, answer))

    def _learn(
        self, held: Held, provider: str, answer: FinishedWork[StatusReport]
    ) -> None:
        runtime = self._runtime
        with runtime.writing() as session:
            leases.confirm(session, held)
            polling.learn_status(
                session,
                provider,
                answer.value,
                voice=runtime.gateway.capabilities.voice,
                now=runtime.now(),
            )

    def _look_into_inbox(self, held: Held) -> int:
        now, name = self._monotonic(), "the inbox"
        if now < self._inbox_at or name in self._under_way.values():
            return 0
        self._inbox_at = now + INBOX_SECONDS
        self._put(name, lambda: self._fetch_inbox(held))
        return 1

    def _fetch_inbox(self, held: Held) -> None:
        gateway = self._serving("text")
        if not isinstance(gateway, Reporting):
            return
        since = self._runtime.real_now() - INBOX_BACK
        answer = guarded("fetching texts", lambda: gateway.inbox(since, SECONDS))
        if not isinstance(answer, FinishedWork):
            return
        for each in answer.value:
            if each.provider_id not in self._taken_in:
                self._take_in(held, gateway.name, each)
        for old in list(self._taken_in)[:-REMEMBERED]:
            del self._taken_in[old]

    def _take_in(self, held: Held, provider: str, text: Incoming) -> None:
        """Take in one text in its own transaction; a failure delays no other text."""

        def take() -> None:
            runtime = self._runtime
            with runtime.writing() as session:
                leases.confirm(session, held)
                polling.take_in_text(
                    session,
                    runtime.studies(session),
                    provider,
                    text,
                    now=runtime.now(),
                )

        if isinstance(guarded("taking in a text", take), FinishedWork):
            self._taken_in[text.provider_id] = None

    def wait(self, seconds: float) -> bool:
        """Wait at most ``seconds`` until no request runs; return whether that is so."""
        _, unfinished = wait(list(self._under_way), timeout=seconds)
        return not unfinished
