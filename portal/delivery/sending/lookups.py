"""Look-ups: before anything else, the provider is asked whether a message was sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.outbox import Attempt, Message
from portal.db.tables.people import Contact
from portal.delivery.sending.attempts import (
    SendingContext,
    conclude,
    is_due,
    locked,
    name,
    open_in,
    settle,
)
from portal.engine.leases import FenceLost
from portal.messages.gateways.outcomes import FoundMessage
from portal.messages.states import (
    NextState,
    after_empty_lookup,
    after_failed_lookup,
    after_status,
    unresolved,
)
from portal.vocabulary.messages import AttemptState, Channel, Purpose

ASKED_AT_ONCE = 20
NEIGHBOURS = 100  # more than go to one number during a look-up


@dataclass(frozen=True)
class UnclearAttempt:
    """An attempt to be looked up, with everything by which its provider could find it.

    ``number`` is None if it has been erased. ``taken`` has the provider's ids of the
    other messages to that number.
    """

    attempt_id: int
    reference: str
    dedupe_key: str
    purpose: Purpose
    provider: str
    channel: Channel
    number: str | None
    study_version_id: int
    template: str
    language: str
    variables: dict[str, Any]
    started_at: datetime
    taken: frozenset[str]


def to_look_up(session: Session, ground: SendingContext) -> Sequence[UnclearAttempt]:
    """The unknown attempts whose settle time is over, oldest first."""
    unknown = open_in(AttemptState.UNKNOWN).where(is_due(ground))
    query = unknown.order_by(Attempt.deadline).limit(ASKED_AT_ONCE)
    return [_suspect(session, attempt) for attempt in session.scalars(query)]


def _suspect(session: Session, attempt: Attempt) -> UnclearAttempt:
    message = session.get_one(Message, attempt.message_id)
    contact = session.get_one(Contact, message.contact_id)
    return UnclearAttempt(
        attempt_id=attempt.id,
        reference=attempt.reference,
        dedupe_key=message.dedupe_key,
        purpose=Purpose(message.purpose),
        provider=attempt.provider,
        channel=message.channel,
        number=contact.value,
        study_version_id=message.study_version_id,
        template=message.template,
        language=message.language,
        variables=dict(message.variables),
        started_at=attempt.started_at,
        taken=_taken(session, attempt, contact),
    )


def _taken(session: Session, attempt: Attempt, contact: Contact) -> frozenset[str]:
    """The provider's ids of the other messages to this number."""
    query = (
        select(Attempt.provider_id)
        .join(Message, Message.id == Attempt.message_id)
        .join(Contact, Contact.id == Message.contact_id)
        .where(
            Contact.kind == contact.kind,
            Contact.value == contact.value,
            Attempt.id != attempt.id,
            Attempt.provider_id.is_not(None),
        )
        .order_by(Attempt.id.desc())
        .limit(NEIGHBOURS)
    )
    return frozenset(known for known in session.scalars(query) if known is not None)


def learn_outcome(
    session: Session,
    ground: SendingContext,
    attempt_id: int,
    found: FoundMessage | None,
) -> bool:
    """Store what a look-up found; None: the provider has nothing under our reference.

    Two empty answers prove that nothing was sent. False if the fence is old.
    """
    try:
        attempt, message = locked(session, ground, attempt_id)
    except FenceLost:
        return False
    if found is not None and _is_anothers(session, attempt, found.provider_id):
        found = None  # its id was learnt since: this answer is about another message
    if found is not None:
        name(attempt, message, found.provider_id)
        step = after_status(found.status, Purpose(message.purpose), found.failure)
        conclude(session, ground, attempt, message, step)
    elif attempt.state == AttemptState.UNKNOWN:
        attempt.lookups += 1
        purpose = Purpose(message.purpose)
        after = after_empty_lookup(purpose, attempt.lookups, message.tries)
        _conclude_or_wait(session, ground, attempt, message, after)
    return True


def _is_anothers(session: Session, attempt: Attempt, provider_id: str) -> bool:
    query = select(Attempt.id).where(
        Attempt.provider_id == provider_id,
        Attempt.provider == attempt.provider,
        Attempt.id != attempt.id,
    )
    return session.scalar(query.limit(1)) is not None


def learn_nothing(session: Session, ground: SendingContext, attempt_id: int) -> bool:
    """The provider could not be asked, or cannot find messages by reference.

    An alert goes out by another channel at once; for other messages staff are told
    after ten minutes. False if the fence is old.
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
    ground: SendingContext,
    attempt: Attempt,
    message: Message,
    step: NextState | None,
) -> None:
    if step is None:
        settle(ground, attempt, Purpose(message.purpose))
    else:
        conclude(session, ground, attempt, message, step)
