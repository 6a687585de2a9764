"""The world of the search: who can be where, small enough that every place is visited."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from portal.alerting.escalation import Plan, Position
from portal.messages.gateways.outcomes import Outcome, Status
from portal.protocol.study.tiers import Step, Tier
from portal.vocabulary.messages import AttemptState, MessageState, Purpose

START = datetime(2026, 3, 12, 1, 0, tzinfo=UTC)
RUNG = timedelta(minutes=5)
PLAN = Plan(
    tier=Tier.EMERGENCY,
    ack_minutes=5,
    steps=(
        Step(after_minutes=0, roles=("doctor",), channels=("text",), task=None),
        Step(after_minutes=5, roles=("doctor",), channels=("call",), task=None),
    ),
    repeat_minutes=60,
    rearm_minutes=30,
)


@dataclass(frozen=True)
class Message:
    """One row of the outbox."""

    key: str
    channel: str
    state: MessageState = MessageState.QUEUED
    tries: int = 0
    staff_told: bool = False
    made: int = 0  # the minute in which it was queued


@dataclass(frozen=True)
class Attempt:
    """One row of the attempts, and beside it what truly happened at the provider."""

    message: int
    fence: int
    state: AttemptState = AttemptState.IN_FLIGHT
    over: bool = False  # its deadline has passed: its call can no longer be under way
    empty: int = 0  # look-ups that found nothing
    made: bool = False  # the truth: the provider has it
    hidden: bool = False  # but shows it only from the second look on
    told: bool = False  # its callback has come


@dataclass(frozen=True)
class Hand:
    """What one engine has in hand outside any transaction: a call, or an answer."""

    attempt: int
    kind: str  # send, record, learn
    answer: Outcome | Status | None = None


@dataclass(frozen=True)
class Engine:
    """A process: its fence, None while it stands by, and what it is about to do."""

    alive: bool = True
    fence: int | None = None
    hands: tuple[Hand, ...] = ()


@dataclass(frozen=True)
class World:
    """Everything. ``left`` counts what may still go wrong, by name."""

    purpose: Purpose
    engines: tuple[Engine, Engine]
    messages: tuple[Message, ...]
    attempts: tuple[Attempt, ...] = ()
    newest: int = 0
    alert: str | None = None
    at: Position | None = None
    minutes: int = 0
    holder: int = 0  # the person who has the alert; 0: nobody
    again_at: int = 0  # the minute in which an alert without an outcome comes back
    left: tuple[tuple[str, int], ...] = ()
    broken: str = ""

    @property
    def now(self) -> datetime:
        return START + timedelta(minutes=self.minutes)

    def may(self, what: str) -> bool:
        return dict(self.left).get(what, 0) > 0

    def less(self, what: str) -> World:
        return replace(self, left=tuple((n, k - (n == what)) for n, k in self.left))

    def engine(self, who: int, **changes: Any) -> World:
        both = list(self.engines)
        both[who] = replace(both[who], **changes)
        return replace(self, engines=(both[0], both[1]))

    def message(self, number: int, **changes: Any) -> World:
        rows = list(self.messages)
        rows[number] = replace(rows[number], **changes)
        return replace(self, messages=tuple(rows))

    def attempt(self, number: int, **changes: Any) -> World:
        rows = list(self.attempts)
        rows[number] = replace(rows[number], **changes)
        return replace(self, attempts=tuple(rows))

    def sent(self, number: int) -> int:
        """How often a message truly left."""
        return sum(a.made for a in self.attempts if a.message == number)


BUDGET = {"crash": 1, "pause": 1, "callback": 1, "fault": 1, "person": 1, "stall": 1}
"""One crash, one engine that sleeps through its lease, one call that is never made in
time, one callback, one answer of the provider's that says too little, one person."""


ANSWERED = {"person": 1, "takeover": 1, "half_hours": 2, "close": 1}
"""Somebody takes the alert, another takes it over, time passes, it is closed."""


def alert(**more: int) -> World:
    """An alert has just been opened; its first rung is due."""
    budget = BUDGET | {"minutes": 1} | more
    return World(
        Purpose.ALERT,
        (Engine(), Engine()),
        (),
        alert="open",
        at=Position(0, -1, START),
        left=tuple(budget.items()),
    )


def text(purpose: Purpose, **more: int) -> World:
    """A reminder or a code has just been queued."""
    budget = BUDGET | {"person": 0} | more
    row = Message(f"{purpose}:1", "text")
    return World(purpose, (Engine(), Engine()), (row,), left=tuple(budget.items()))
