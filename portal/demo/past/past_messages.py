"""Messages of the demonstration's past: delivered then, so that none leaves today."""

from __future__ import annotations

import random
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.outbox import Attempt, Message
from portal.db.tables.people import Contact
from portal.messages import simulated_phones
from portal.messages.gateways.gateway import Outgoing
from portal.messages.operator_texts import template_of
from portal.protocol.study.filling import fill
from portal.protocol.study.model import Study
from portal.vocabulary.messages import AttemptState, MessageState

BEFORE_ANY_ENGINE = 0  # a fence that no engine has ever had


def deliver(
    session: Session, study: Study, chance: random.Random, *, now: datetime
) -> None:
    """Put every message that was due at ``now`` on its simulated phone, as of then."""
    session.flush()
    query = select(Message).where(
        Message.state == MessageState.QUEUED, Message.next_try_at <= now
    )
    for message in session.scalars(query.order_by(Message.id)).all():
        contact = session.get_one(Contact, message.contact_id)
        reference = f"{chance.getrandbits(64):016x}"
        outgoing = Outgoing(
            reference=reference,
            channel=message.channel,
            number=contact.value or "",
            body=fill(
                template_of(study, message.template),
                message.language,
                message.variables,
            ),
            language=message.language,
            sent_at=now,
        )
        provider_id = simulated_phones.deliver(session, outgoing)
        session.add(_attempt(message, reference, provider_id, now))
        message.state, message.tries = MessageState.DELIVERED, 1
        message.provider_id, message.updated_at = provider_id, now


def _attempt(
    message: Message, reference: str, provider_id: str, now: datetime
) -> Attempt:
    return Attempt(
        message_id=message.id,
        number=1,
        reference=reference,
        provider="log",
        fence=BEFORE_ANY_ENGINE,
        state=AttemptState.ACCEPTED,
        started_at=now,
        deadline=now,
        ended_at=now,
        provider_id=provider_id,
    )
