"""After a restore nothing old leaves until a person says so; a copy sends nothing.

Only what a new report causes, and a code that somebody waits for, goes out meanwhile:
a portal that was repaired must not be deaf to the next fever.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.db.alerts import Alert, AlertFinding
from portal.db.dialect import insert_unless_present, place
from portal.db.holding import Hold, Home, SentBefore
from portal.db.outbox import Message
from portal.db.people import Participant
from portal.messages.states import StoppedMessage
from portal.vocabulary.messages import MessageState, Purpose

RESTORED, MOVED = "restored", "moved"
WAITS = "waits for somebody to release what was restored"
SENT = "sent before the restore, as the send journal shows"
PLANNED = (Purpose.REMINDER, Purpose.TASK)  # what is made again from restored rows


@dataclass(frozen=True)
class HoldState:
    """Whether this database may send, since when it is held, and its last restore."""

    is_copy: bool
    held_since: datetime | None
    restored_at: datetime | None

    @property
    def held(self) -> bool:
        """Whether a person must release it."""
        return self.is_copy or self.held_since is not None


def standing(session: Session) -> HoldState:
    """How this database stands; one that never had an engine is at home anywhere."""
    home = session.get(Home, 1)
    last = session.scalar(
        select(Hold).where(Hold.reason == RESTORED).order_by(Hold.id.desc()).limit(1)
    )
    held = last is not None and last.released_at is None
    return HoldState(
        is_copy=home is not None and home.place != place(session),
        held_since=last.since if last is not None and held else None,
        restored_at=last.since if last is not None else None,
    )


def note_home(session: Session, *, now: datetime) -> None:
    """Say that this database sends from here, where nobody said so before."""
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
    """Why a message must not leave now; None lets it go.

    After a restore, rows get the numbers of rows that were lost. What the journal
    shows therefore counts only for what the restored rows themselves bring about.
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
    """Whether it comes of what was restored, not of what happened since."""
    if message.created_at <= restored_at:
        return True
    if purpose is Purpose.ALERT and message.alert_id is not None:
        return _last_news(session, message.alert_id) <= restored_at
    if purpose is Purpose.REMINDER and message.participant_id is not None:
        person = session.get_one(Participant, message.participant_id)
        return person.enrolled_at <= restored_at
    return False


def _last_news(session: Session, alert_id: int) -> datetime:
    """When the alert was last opened, armed again, or joined by a report."""
    alert = session.get_one(Alert, alert_id)
    latest = select(func.max(AlertFinding.found_at))
    found = session.scalar(latest.where(AlertFinding.alert_id == alert_id))
    return max(alert.opened_at, alert.paging_since, found or alert.opened_at)
