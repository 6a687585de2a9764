"""A reminder that did not reach a phone because it was off or away: tried once more.

What the network could not deliver for a while may be tried a second time. What it
refuses for good may not, because repeating the text makes filters stricter.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal import study_versions
from portal.db.tables.outbox import Message
from portal.db.tables.people import Contact, Participant
from portal.messages.outbox import CARRIED, NewMessage, enqueue
from portal.visits.reminders.rules.hours import awake
from portal.visits.reminders.stopping import RENEWED, retract_keys

LATER = timedelta(minutes=30)
MARK = f"{RENEWED}again"
ARRIVED = "the first one arrived after all"


def queue(session: Session, message: Message, *, now: datetime) -> bool:
    """Queue a reminder once more, half an hour later; False: that would be too late.

    It waits for the end of quiet hours, goes to the same number, and never leaves after
    the reminder's ``not_after``. A repeat queues nothing.
    """
    at = _when(session, message, now)
    until = message.not_after
    if message.dedupe_key.endswith(MARK) or until is None or at >= until:
        return False
    carried: dict[str, Any] = {name: getattr(message, name) for name in CARRIED}
    carried["dedupe_key"] = message.dedupe_key + MARK
    carried["contact"] = session.get_one(Contact, message.contact_id)
    return enqueue(session, NewMessage(**carried, not_before=at), now=now)


def _when(session: Session, message: Message, now: datetime) -> datetime:
    participant = session.get_one(Participant, message.participant_id)
    site = study_versions.load(session, message.study_version_id).site
    quiet = (
        participant.quiet_from or site.quiet_from,
        participant.quiet_to or site.quiet_to,
    )
    return awake(now + LATER, quiet, participant.time_zone)


def withdraw(session: Session, message: Message, *, now: datetime) -> None:
    """Cancel a second try that has not left: the first was delivered after all."""
    key = message.dedupe_key + MARK
    if message.participant_id is not None:
        retract_keys(session, message.participant_id, key, ARRIVED, now=now)
