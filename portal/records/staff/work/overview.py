"""Alerts and messages as lists for operators: codes and ids, no names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.alerting.alert_order import worst_first
from portal.db.tables.alerts import Alert
from portal.db.tables.outbox import Message
from portal.db.tables.people import Contact, Participant, Staff
from portal.errors import NotFound
from portal.phone_numbers import masked
from portal.vocabulary.alerts import AlertState


@dataclass(frozen=True)
class AlertLine:
    """One alert: ``next_due_at`` is when the engine acts on it next."""

    id: int
    code: str
    participant: str
    tier: str
    state: str
    opened_at: datetime
    ack_due_at: datetime
    next_due_at: datetime | None
    acked_by: str | None
    outcome: str | None


@dataclass(frozen=True)
class MessageLine:
    """One text or call: to whom (masked), what for, and its state."""

    id: int
    purpose: str
    channel: str
    template: str
    number: str
    state: str
    reason: str
    alert_id: int | None
    created_at: datetime


def alerts(session: Session, *, closed: bool = False) -> Sequence[AlertLine]:
    """The alerts not closed, by tier, then by deadline; or, newest first, all."""
    query = (
        select(Alert, Participant.code, Staff.username)
        .join(Participant, Participant.id == Alert.participant_id)
        .outerjoin(Staff, Staff.id == Alert.acked_by)
    )
    if closed:
        query = query.order_by(Alert.id.desc())
    else:
        query = query.where(Alert.state != AlertState.CLOSED).order_by(*worst_first())
    return [
        AlertLine(
            id=alert.id,
            code=alert.code,
            participant=code,
            tier=alert.tier,
            state=alert.state,
            opened_at=alert.opened_at,
            ack_due_at=alert.ack_due_at,
            next_due_at=alert.next_due_at,
            acked_by=username,
            outcome=alert.outcome,
        )
        for alert, code, username in session.execute(query)
    ]


def find_alert(session: Session, id_or_code: str) -> Alert:
    """The alert with this number, or this code as a text carries it.

    Raises:
        NotFound: there is none.
    """
    known = id_or_code.strip().upper()
    alert = session.scalar(select(Alert).where(Alert.code == known))
    if alert is None and known.isascii() and known.isdigit() and len(known) < 10:
        alert = session.get(Alert, int(known))
    if alert is None:
        raise NotFound(f"There is no alert {known[:20]}.")
    return alert


def messages(
    session: Session, *, state: str | None = None, limit: int = 50
) -> Sequence[MessageLine]:
    """The newest messages first, of one state or of all."""
    query = select(Message, Contact.value).join(
        Contact, Contact.id == Message.contact_id
    )
    if state is not None:
        query = query.where(Message.state == state)
    return [
        MessageLine(
            id=message.id,
            purpose=message.purpose,
            channel=message.channel,
            template=message.template,
            number=masked(number) if number else "erased",
            state=message.state,
            reason=message.state_reason,
            alert_id=message.alert_id,
            created_at=message.created_at,
        )
        for message, number in session.execute(
            query.order_by(Message.id.desc()).limit(limit)
        )
    ]
