"""Which messages to ask a provider about: those it accepted and has not finished.

Callbacks are only faster. A hospital whose network lets no requests in learns the same
by asking.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.db.dialect import literals
from portal.db.tables.outbox import Attempt, Message
from portal.delivery.inbound import receive
from portal.delivery.sending.receipts import DeliveryReceipt, apply_status
from portal.messages.gateways.gateway import Incoming, StatusReport
from portal.study_versions import StudyOf
from portal.vocabulary.messages import MessageState, Purpose

FIRST = {True: timedelta(seconds=10), False: timedelta(seconds=60)}  # urgent, others
SLOWEST = timedelta(minutes=30)  # longest pause between two requests about one message
LAST = timedelta(days=2)  # carriers report nothing new after that
ASKED_AT_ONCE = 20
LOOKED_THROUGH = 5_000  # newest attempts only, so that an old database stays fast


@dataclass(frozen=True)
class UnfinishedMessage:
    """A message without a final status; ``age`` is real time since it was handed over.

    ``urgent``: somebody is waiting for it.
    """

    provider: str
    provider_id: str
    channel: str
    urgent: bool
    age: timedelta


def still_open(session: Session, *, real_now: datetime) -> Sequence[UnfinishedMessage]:
    """Messages accepted within two days and without a final status, newest first."""
    newest = select(func.coalesce(func.max(Attempt.id), 0)).scalar_subquery()
    query = (
        select(Attempt, Message)
        .join(Message, Message.id == Attempt.message_id)
        .where(
            Message.state.in_(literals([MessageState.ACCEPTED])),
            Message.provider_id == Attempt.provider_id,
            Attempt.started_at > real_now - LAST,
            Attempt.id > newest - LOOKED_THROUGH,
        )
        .order_by(Attempt.id.desc())
    )
    return [
        _open(attempt, message, real_now) for attempt, message in session.execute(query)
    ]


def _open(attempt: Attempt, message: Message, real_now: datetime) -> UnfinishedMessage:
    return UnfinishedMessage(
        provider=attempt.provider,
        provider_id=attempt.provider_id or "",
        channel=message.channel,
        urgent=message.purpose in (Purpose.ALERT, Purpose.CODE),
        age=max(real_now - attempt.started_at, timedelta(0)),
    )


def pause_before(asked: int, *, urgent: bool) -> timedelta:
    """The pause before the next request about a message, after the previous one.

    ``asked`` counts the requests so far; each pause is twice as long as the one before.
    """
    doubled = FIRST[urgent] * int(2 ** min(asked, 16))
    return min(doubled, SLOWEST)


def learn_status(
    session: Session, provider: str, report: StatusReport, *, voice: bool, now: datetime
) -> bool:
    """Store the answer to a request, as for a callback; False if it is not new."""
    receipt = DeliveryReceipt(
        provider=provider,
        status=report.status,
        raw=report.raw,
        provider_id=report.provider_id,
        failure=report.failure,
    )
    return apply_status(session, receipt, voice=voice, now=now)


def take_in_text(
    session: Session,
    study_of: StudyOf,
    provider: str,
    text: Incoming,
    *,
    now: datetime,
) -> bool:
    """Take in a text that a callback may have missed; return whether it was new."""
    received = receive.receive(
        session,
        study_of,
        provider=provider,
        event_key=text.provider_id,
        sender=text.sender,
        body=text.body,
        now=now,
    )
    return received.fresh
