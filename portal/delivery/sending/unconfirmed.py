"""Pages that a provider accepted and never confirmed: they go out by another channel.

Accepted does not mean delivered. If a provider gives receipts, a page without one
counts as lost, and the second page does not wait for the next rung.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session, aliased

from portal.db.dialect import literals
from portal.db.tables.alerts import Alert
from portal.db.tables.outbox import Message
from portal.delivery.sending.failures import page_again
from portal.messages.states import AGAIN
from portal.study_versions import StudyOf
from portal.vocabulary.alerts import AlertState
from portal.vocabulary.messages import Channel, MessageState, Purpose

RECEIPT_WITHIN = timedelta(seconds=60)
STILL_NEWS = timedelta(minutes=15)  # after that the ladder has gone on


def page_another_way(
    session: Session,
    _study_of: StudyOf,
    *,
    voice: bool,
    now: datetime,
) -> int:
    """Send unconfirmed pages again by another channel; return how many.

    Once per step and person, like every other extra page. Only for providers that give
    receipts: see ``Capabilities``.
    """
    query = select(Message).where(*_unconfirmed(now)).order_by(Message.id)
    return sum(
        page_again(session, message, voice=voice, now=now)
        for message in session.scalars(query.with_for_update(skip_locked=True)).all()
    )


def anything_unconfirmed(session: Session, *, now: datetime) -> bool:
    """Whether ``page_another_way`` would find anything."""
    query = select(Message.id).where(*_unconfirmed(now)).limit(1)
    return session.scalar(query) is not None


def _unconfirmed(now: datetime) -> tuple[ColumnElement[bool], ...]:
    extra = aliased(Message)
    same_rung = and_(
        extra.alert_id == Message.alert_id,
        extra.alert_round == Message.alert_round,
        extra.alert_step == Message.alert_step,
        extra.contact_id == Message.contact_id,
    )
    is_open = exists().where(
        Alert.id == Message.alert_id, Alert.state == AlertState.OPEN
    )
    return (
        Message.state.in_(literals([MessageState.ACCEPTED])),
        Message.purpose == Purpose.ALERT,
        Message.channel != Channel.EMAIL,
        Message.updated_at <= now - RECEIPT_WITHIN,
        Message.updated_at > now - STILL_NEWS,
        is_open,
        ~exists().where(same_rung, extra.dedupe_key.endswith(AGAIN)),
    )
