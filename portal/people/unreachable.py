"""Rungs whose people can no longer be paged: a broken number, a colleague who left.

Such a rung does not wait for the ladder's minutes: it is passed at once.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from portal.db.tables.alerts import Alert
from portal.db.tables.outbox import Message
from portal.db.tables.people import Contact, Staff
from portal.messages.states import WAITING
from portal.people import contacts
from portal.vocabulary.alerts import AlertState
from portal.vocabulary.messages import MessageState

MOVABLE = (*WAITING, MessageState.HELD)


def nobody_left(session: Session, alert: Alert) -> bool:
    """Whether the last rung paged people, and none of them can be paged now.

    A rung that had nobody from the start has been passed already and does not count.
    """
    query = select(Message.staff_id).where(
        Message.alert_id == alert.id,
        Message.alert_round == alert.round,
        Message.alert_step == alert.step,
        Message.staff_id.is_not(None),
    )
    paged = set(session.scalars(query))
    return bool(paged) and not any(_can_be_paged(session, one) for one in paged if one)


def _can_be_paged(session: Session, staff_id: int) -> bool:
    if not session.get_one(Staff, staff_id).active:
        return False
    ways = (contacts.mobile, contacts.email)
    return any(way(session, staff_id=staff_id) is not None for way in ways)


def look_again(session: Session, staff_id: int, *, now: datetime) -> None:
    """Make the engine check at once every open alert whose last rung paged this person.

    A repeat changes nothing: the engine sets the next time again.
    """
    paged = exists().where(
        Message.alert_id == Alert.id,
        Message.staff_id == staff_id,
        Message.alert_round == Alert.round,
        Message.alert_step == Alert.step,
    )
    session.execute(
        update(Alert)
        .where(Alert.state == AlertState.OPEN, Alert.next_due_at > now, paged)
        .values(next_due_at=now)
        .execution_options(synchronize_session="fetch")
    )


def readdress(
    session: Session, before: Contact, after: Contact, *, now: datetime
) -> None:
    """Redirect a colleague's waiting messages to the new number or address."""
    session.execute(
        update(Message)
        .where(Message.contact_id == before.id, Message.state.in_(MOVABLE))
        .values(contact_id=after.id, contact_version=after.version, updated_at=now)
        .execution_options(synchronize_session=False)
    )


def withdraw(session: Session, staff_id: int, reason: str, *, now: datetime) -> None:
    """Cancel a colleague's waiting messages, and check their alerts again."""
    session.execute(
        update(Message)
        .where(Message.staff_id == staff_id, Message.state.in_(MOVABLE))
        .values(state=MessageState.CANCELLED, state_reason=reason, updated_at=now)
        .execution_options(synchronize_session=False)
    )
    look_again(session, staff_id, now=now)
