"""Look-ups: what may have been sent is asked for at the provider before anything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.core.outcome import Found
from portal.core.sending import (
    AttemptState,
    Next,
    Purpose,
    after_empty_lookup,
    after_failed_lookup,
    after_status,
    unresolved,
)
from portal.db.outbox import Attempt, Message
from portal.services.attempts import (
    Ground,
    conclude,
    is_due,
    locked,
    name,
    open_in,
    settle,
)
from portal.services.leases import FenceLost

ASKED_AT_ONCE = 20


@dataclass(frozen=True)
class Suspect:
    """An attempt to be looked up at the provider, by our reference."""

    attempt_id: int
    reference: str
    provider: str


def to_look_up(session: Session, ground: Ground) -> Sequence[Suspect]:
    """The unknown attempts whose settle time is over, oldest first."""
    unknown = open_in(AttemptState.UNKNOWN).where(is_due(ground))
    query = unknown.order_by(Attempt.deadline).limit(ASKED_AT_ONCE)
    return [
        Suspect(row.id, row.reference, row.provider) for row in session.scalars(query)
    ]


def learn(
    session: Session, ground: Ground, attempt_id: int, found: Found | None
) -> bool:
    """Write what a look-up gave; None: the provider has nothing under our reference.

    Two empty answers prove that nothing left. False when the fence is old.
    """
    try:
        attempt, message = locked(session, ground, attempt_id)
    except FenceLost:
        return False
    if found is not None:
        name(attempt, message, found.provider_id)
        step = after_status(found.status, Purpose(message.purpose))
        conclude(session, ground, attempt, message, step)
    elif attempt.state == AttemptState.UNKNOWN:
        attempt.lookups += 1
        purpose = Purpose(message.purpose)
        after = after_empty_lookup(purpose, attempt.lookups, message.tries)
        _conclude_or_wait(session, ground, attempt, message, after)
    return True


def learn_nothing(session: Session, ground: Ground, attempt_id: int) -> bool:
    """The provider could not be asked, or cannot find by reference at all.

    An alert goes another way at once; others wait ten minutes before staff are told.
    False when the fence is old.
    """
    try:
        attempt, message = locked(session, ground, attempt_id)
    except FenceLost:
        return False
    if attempt.state != AttemptState.UNKNOWN:
        return True
    purpose = Purpose(message.purpose)
    waited = ground.real_now - attempt.started_at
    blind = not ground.capabilities.find_by_reference
    step = unresolved(purpose) if blind else after_failed_lookup(purpose, waited)
    _conclude_or_wait(session, ground, attempt, message, step)
    return True


def _conclude_or_wait(
    session: Session,
    ground: Ground,
    attempt: Attempt,
    message: Message,
    step: Next | None,
) -> None:
    if step is None:
        settle(ground, attempt, Purpose(message.purpose))
    else:
        conclude(session, ground, attempt, message, step)
