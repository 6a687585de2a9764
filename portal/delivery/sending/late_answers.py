"""Answers that promise a time and are too late for it: another answer goes without it.

After a provider's outage "by 11:00" could arrive at noon, or "within 15 minutes" after
half an hour, and an ill person would wait again. The answer without a promise still
says whom to phone.
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
"""How long an answer is of use; later nobody knows what it answers."""

RECEIVED = "report_received", ("tel", "emergency")
INSTEAD = {
    "report_urgent": RECEIVED,
    WORDS_RECEIVED.id: RECEIVED,
    WORDS_RECEIVED_ANYWHERE.id: RECEIVED,
    WORDS_RECEIVED_WARD.id: ("report_ward", ()),
}
"""By the late answer's template: the template to send instead, and its variables."""


def answer_without_the_hour(session: Session, late: Message, *, now: datetime) -> None:
    """Queue the answer that replaces a late one, at most once per message.

    Nothing is queued after an hour, or if the study has no wording for it.
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
