"""The outcome of each attempt: answers, missing answers, and look-ups.

Every function confirms the fence first. An engine that lost its lease writes nothing; a
look-up finds what it sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from portal.db.dialect import literals
from portal.db.tables.outbox import Attempt, Message
from portal.delivery.sending import account_refused
from portal.delivery.sending.failures import apply_next
from portal.engine import leases
from portal.engine.leases import FenceLost, Held
from portal.messages.gateways.gateway import Capabilities
from portal.messages.gateways.outcomes import Accepted, Outcome
from portal.messages.states import (
    OPEN_ATTEMPTS,
    NextState,
    after_outcome,
    call_seconds,
    settle_seconds,
)
from portal.messages.status_order import still_counts
from portal.vocabulary.messages import AttemptState, MessageState, Purpose

IMPLAUSIBLE = timedelta(hours=1)  # a deadline is never set so far ahead


@dataclass(frozen=True)
class SendingContext:
    """The context of every write of the engine.

    ``settle`` is the setting, in real seconds; ``now`` is study time.
    """

    held: Held
    capabilities: Capabilities
    settle: float
    now: datetime
    real_now: datetime


def record(
    session: Session, ground: SendingContext, attempt_id: int, outcome: Outcome
) -> bool:
    """Store what the provider answered; False if the fence is old.

    An answer after the deadline still counts if it says more than what is already
    known.
    """
    try:
        attempt, message = locked(session, ground, attempt_id)
    except FenceLost:
        return False
    if not still_counts(AttemptState(attempt.state), outcome):
        return True
    if isinstance(outcome, Accepted):
        name(attempt, message, outcome.provider_id)
    step = after_outcome(outcome, Purpose(message.purpose), message.tries)
    conclude(session, ground, attempt, message, step)
    return True


def name(attempt: Attempt, message: Message, provider_id: str) -> None:
    """Store the provider's id of the message, unless one is known already."""
    attempt.provider_id = attempt.provider_id or provider_id
    message.provider_id = message.provider_id or provider_id


def conclude(
    session: Session,
    ground: SendingContext,
    attempt: Attempt,
    message: Message,
    step: NextState,
) -> None:
    """Give attempt and message the states in ``step``."""
    attempt.state, attempt.detail = step.attempt, step.reason or attempt.detail
    if step.attempt is AttemptState.UNKNOWN:
        settle(ground, attempt, Purpose(message.purpose))
    else:
        attempt.ended_at = ground.real_now
    voice = ground.capabilities.voice
    apply_next(session, message, step, voice=voice, now=ground.now)
    account_refused.heed(session, attempt, message, step, now=ground.now)


def open_in(state: AttemptState) -> Select[Attempt]:
    """A query for attempts in one of the two open states, by the index over both.

    An attempt is always locked before its message; otherwise two transactions could
    wait for each other.
    """
    both = Attempt.state.in_(literals(OPEN_ATTEMPTS))
    return select(Attempt).where(both, Attempt.state == state)


def is_due(ground: SendingContext) -> ColumnElement[bool]:
    """The deadline is over, or so far ahead that the clock must have been set back."""
    far = ground.real_now + IMPLAUSIBLE
    return or_(Attempt.deadline <= ground.real_now, Attempt.deadline > far)


def settle(ground: SendingContext, attempt: Attempt, purpose: Purpose) -> None:
    """Set ``deadline`` to the time of the next look-up of the attempt."""
    pause = timedelta(seconds=settle_seconds(purpose, ground.settle))
    attempt.deadline = ground.real_now + pause


def any_silent(session: Session, ground: SendingContext) -> bool:
    """Whether ``suspect_silent`` would find anything; reads only a partial index."""
    query = open_in(AttemptState.IN_FLIGHT).where(_is_silent(ground)).limit(1)
    return session.scalars(query).first() is not None


def suspect_silent(session: Session, ground: SendingContext) -> int:
    """Mark attempts without an answer as unknown; return how many.

    These are attempts past their deadline and attempts of an earlier engine. The latter
    are looked up when their call can no longer be under way.

    Raises:
        FenceLost: another engine acts.
    """
    leases.confirm(session, ground.held)
    rows = _lock(session, open_in(AttemptState.IN_FLIGHT).where(_is_silent(ground)))
    for attempt in rows:
        message = session.get_one(Message, attempt.message_id, with_for_update=True)
        _suspect(session, ground, attempt, message, "no answer")
    return len(rows)


def _is_silent(ground: SendingContext) -> ColumnElement[bool]:
    return or_(is_due(ground), Attempt.fence < ground.held.fence)


def give_up_waiting(session: Session, ground: SendingContext) -> int:
    """Mark what is still under way as unknown, for the next engine; return how many.

    Raises:
        FenceLost: another engine acts.
    """
    leases.confirm(session, ground.held)
    mine = Attempt.fence == ground.held.fence
    rows = _lock(session, open_in(AttemptState.IN_FLIGHT).where(mine))
    for attempt in rows:
        message = session.get_one(Message, attempt.message_id, with_for_update=True)
        _suspect(session, ground, attempt, message, "stopped while under way")
    return len(rows)


def _lock(session: Session, query: Select[Attempt]) -> Sequence[Attempt]:
    """The attempts, except those whose answer is being written at this moment."""
    locking = query.order_by(Attempt.deadline).with_for_update(skip_locked=True)
    return session.scalars(locking).all()


def _suspect(
    session: Session,
    ground: SendingContext,
    attempt: Attempt,
    message: Message,
    why: str,
) -> None:
    longest = timedelta(seconds=call_seconds(Purpose(message.purpose)))
    over = max(min(attempt.deadline, ground.real_now + longest), ground.real_now)
    step = NextState(AttemptState.UNKNOWN, MessageState.UNKNOWN, why)
    conclude(session, ground, attempt, message, step)
    attempt.deadline += over - ground.real_now


def locked(
    session: Session, ground: SendingContext, attempt_id: int
) -> tuple[Attempt, Message]:
    """An attempt and its message, locked, after the fence is confirmed as the newest.

    Raises:
        FenceLost: another engine acts.
    """
    leases.confirm(session, ground.held)
    attempt = session.get_one(Attempt, attempt_id, with_for_update=True)
    message = session.get_one(Message, attempt.message_id, with_for_update=True)
    return attempt, message
