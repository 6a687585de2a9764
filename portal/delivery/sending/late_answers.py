"""Answers that promise a time and are too late for it: another answer goes without it.

After a provider's outage "by 11:00" could arrive at noon, or "within 15 minutes" after
half an hour, and an ill person would wait again. The answer without a promise still
says whom to phone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal import study_versions
from portal.db.tables.outbox import Message
from portal.db.tables.people import Contact
from portal.messages.outbox import NewMessage, enqueue
from portal.messages.unread_texts import (
    WORDS_RECEIVED,
    WORDS_RECEIVED_ANYWHERE,
    WORDS_RECEIVED_WARD,
)

OF_USE = timedelta(hours=1)
"""How long an answer is of use; later nobody knows what it answers."""

NUMBERS = ("tel", "emergency")
RECEIVED = ("report_received", NUMBERS)
INSTEAD: Mapping[str, Sequence[tuple[str, Sequence[str]]]] = {
    "report_urgent": (("report_urgent_anywhere", NUMBERS), RECEIVED),
    WORDS_RECEIVED.id: (RECEIVED,),
    WORDS_RECEIVED_ANYWHERE.id: (RECEIVED,),
    WORDS_RECEIVED_WARD.id: (("report_ward", ()),),
}
"""By the late answer's template: what is sent instead, with its variables.

The first that the study has is sent. After an urgent report the promised call may not
have come, so that person is told to phone now; an early study has only the general answer.
"""


def answer_without_the_hour(session: Session, late: Message, *, now: datetime) -> None:
    """Queue the answer that replaces a late one, at most once per message.

    Nothing is queued after an hour, or if the study has no wording for it.
    """
    until = late.created_at + OF_USE
    found = _instead(session, late) if now <= until else None
    if found is None:
        return
    template, needed = found
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


def _instead(session: Session, late: Message) -> tuple[str, Sequence[str]] | None:
    wanted = INSTEAD.get(late.template)
    if wanted is None:
        return None
    known = study_versions.load(session, late.study_version_id).texts
    return next((one for one in wanted if one[0] in known), None)
