"""A provider for tests: answers as the test tells it, and remembers what it was given."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count

from portal.messages.gateways.gateway import (
    Capabilities,
    LookupFailed,
    Outgoing,
    SoughtMessage,
)
from portal.messages.gateways.outcomes import Accepted, FoundMessage, Outcome, Status

EVERYTHING = Capabilities(
    local=True,
    two_way=True,
    receipts=True,
    find_by_reference=True,
    voice=True,
    voice_keypress=True,
    links=False,
    texts_per_day=200,
    calls_per_day=200,
)


class FakeGateway:
    """Accepts everything, unless an answer was prepared.

    ``answers`` are given in order, then everything is accepted. An answer may be an
    exception, which is raised. ``keeps`` says whether an answer other than accepting
    still leaves a message at the provider.
    """

    name = "fake"

    def __init__(self, **abilities: object) -> None:
        self.capabilities = replace(EVERYTHING, **abilities)  # type: ignore[arg-type]
        self.answers: list[Outcome | Exception] = []
        self.keeps = False
        self.unreachable = False
        self.status = Status.ACCEPTED
        self.sent: list[Outgoing] = []
        self.sent_at: list[float] = []
        self.found: list[str] = []
        self.sought: list[SoughtMessage] = []
        self.hold: Callable[[Outgoing], None] = lambda _outgoing: None
        self._known: dict[str, str] = {}
        self._numbers = count(1)
        self._lock = threading.Lock()

    def send(self, outgoing: Outgoing) -> Outcome:
        with self._lock:
            self.sent.append(outgoing)
            self.sent_at.append(time.monotonic())
            answer = self.answers.pop(0) if self.answers else None
            provider_id = f"fake-{next(self._numbers)}"
            if self.keeps or answer is None or isinstance(answer, Accepted):
                self._known[outgoing.reference] = provider_id
        self.hold(outgoing)
        if isinstance(answer, Exception):
            raise answer
        return answer or Accepted(provider_id)

    def find(self, sought: SoughtMessage) -> FoundMessage | None:
        with self._lock:
            self.found.append(sought.reference)
            self.sought.append(sought)
            if self.unreachable:
                raise LookupFailed
            known = self._known.get(sought.reference)
        return FoundMessage(known, self.status) if known else None

    def bodies(self) -> list[str]:
        with self._lock:
            return [outgoing.body for outgoing in self.sent]
