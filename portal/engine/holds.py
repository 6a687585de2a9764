"""After a restore old messages wait until a person releases them; a copy sends nothing.

Until then only the messages of a new report and sign-in codes leave: a restored portal
must still page for the next fever.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.db.dialect import insert_unless_present, place
from portal.db.tables.alerts import Alert, AlertFinding
from portal.db.tables.holding import Hold, Home, SentBefore
from portal.db.tables.outbox import Message
from portal.db.tables.people import Participant
from portal.messages.states import StoppedMessage
from portal.vocabulary.holding import HoldReason
from portal.vocabulary.messages import MessageState, Purpose

WAITS = "waits for somebody to release the restored messages"
SENT = "sent before the restore, as the send journal shows"
PLANNED = (Purpose.REMINDER, Purpose.TASK)  # queued again from restored rows


@dataclass(frozen=True)
class HoldState:
    """Whether this database may send, since when it is held, and its last restore."""

    is_copy: bool
    held_since: datetime | None
    restored_at: datetime | None

    @property
    def held(self) -> bool:
        """Whether a person must release the messages."""
        return self.is_copy or self.held_since is not None


def standing(session: Session) -> HoldState:
    """The state of this database; one that never had an engine may send anywhere."""
    home = session.get(Home, 1)
    last = session.scalar(
        select(Hold)
        .where(Hold.reason == HoldReason.RESTORED)
        .order_by(Hold.id.desc())
        .limit(1)
    )
    held = last is not None and last.released_at is None
    return HoldState(
        is_copy=home is not None and home.place != place(session),
        held_since=last.since if last is not None and held else None,
        restored_at=last.since if last is not None else None,
    )


def note_home(session: Session, *, now: datetime) -> None:
    """Record that this database sends from here, unless a place is recorded already."""
    insert_unless_present(
        session,
        Home,
        id=1,
        generation=secrets.token_hex(8),
        place=place(session),
        since=now,
    )


def kept(
    session: Session, standing: HoldState, message: Message
) -> StoppedMessage | None:
    """Why a message must not leave now; None: it may leave.

    After a restore, new rows get the ids of rows that were lost. A key in the send
    journal therefore counts only for messages that restored rows cause.
    """
    if standing.restored_at is None:
        return None
    purpose = Purpose(message.purpose)
    if _is_old(session, message, purpose, standing.restored_at) and _was_sent(
        session, message
    ):
        return StoppedMessage(MessageState.ACCEPTED, SENT)
    since = standing.held_since
    if since is not None and (message.created_at <= since or purpose in PLANNED):
        return StoppedMessage(MessageState.HELD, WAITS)
    return None


def _was_sent(session: Session, message: Message) -> bool:
    found = session.get(SentBefore, message.dedupe_key)
    return found is not None and found.purpose == message.purpose


def _is_old(
    session: Session, message: Message, purpose: Purpose, restored_at: datetime
) -> bool:
    """Whether restored rows caused the message, not something that happened since."""
    if message.created_at <= restored_at:
        return True
    if purpose is Purpose.ALERT and message.alert_id is not None:
        return _last_news(session, message.alert_id) <= restored_at
    if purpose is Purpose.REMINDER and message.participant_id is not None:
        person = session.get_one(Participant, message.participant_id)
        return person.enrolled_at <= restored_at
    return False


def _last_news(session: Session, alert_id: int) -> datetime:
    """When the alert was last opened, re-armed, or joined by a report."""
    alert = session.get_one(Alert, alert_id)
    latest = select(func.max(AlertFinding.found_at))
    found = session.scalar(latest.where(AlertFinding.alert_id == alert_id))
    return max(alert.opened_at, alert.paging_since, found or alert.opened_at)
