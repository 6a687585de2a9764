"""Answers that promise an hour, and could not leave before it: they go without the hour.

A provider that was away for a while would else bring "by 11:00" at noon, or "within 15
minutes" half an hour later, and somebody ill would wait once more. The answer that
promises nothing still says whom to phone.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal import study_versions
from portal.db.outbox import Message
from portal.db.people import Contact
from portal.messages.outbox import NewMessage, enqueue
from portal.messages.unread_texts import (
    WORDS_RECEIVED,
    WORDS_RECEIVED_ANYWHERE,
    WORDS_RECEIVED_WARD,
)

OF_USE = timedelta(hours=1)
"""For how long an answer is one: later nobody knows what it answers."""

RECEIVED = "report_received", ("tel", "emergency")
INSTEAD = {
    "report_urgent": RECEIVED,
    WORDS_RECEIVED.id: RECEIVED,
    WORDS_RECEIVED_ANYWHERE.id: RECEIVED,
    WORDS_RECEIVED_WARD.id: ("report_ward", ()),
}
"""By its template what goes instead, and which of its values that needs."""


def answer_without_the_hour(session: Session, late: Message, *, now: datetime) -> None:
    """Queue what goes instead of a late answer, while it is one. Once a message.

    Nothing goes where the study has no wording for it.
    """
    until = late.created_at + OF_USE
    if late.template not in INSTEAD or now > until:
        return
    template, needed = INSTEAD[late.template]
    if template not in study_versions.load(session, late.study_version_id).texts:
        return
    letter = NewMessage(
        dedupe_key=f"{late.dedupe_key}:late",
        purpose=late.purpose,
        channel=late.channel,
        contact=session.get_one(Contact, late.contact_id),
        study_version_id=late.study_version_id,
        template=template,
        language=late.language,
        variables={name: late.variables[name] for name in needed},
        not_after=until,
        participant_id=late.participant_id,
    )
    enqueue(session, letter, now=now)
