"""The outbox: a message is stored with its cause, and the engine sends it later."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.db.dialect import insert_unless_present, notify
from portal.db.tables.outbox import Message
from portal.db.tables.people import Contact
from portal.messages.gateways.outcomes import BLOTTED
from portal.vocabulary.messages import Channel, MessageState, Purpose

PRIORITY = {
    "alert": 0,
    "code": 1,
    "task": 2,
    "notice": 2,
    "answer": 2,
    "reminder": 5,
}

CARRIED = (  # copied unchanged from the letter to its message
    "dedupe_key",
    "purpose",
    "channel",
    "study_version_id",
    "template",
    "language",
    "variables",
    "not_after",
    "participant_id",
    "staff_id",
    "alert_id",
    "alert_round",
    "alert_step",
)


@dataclass(frozen=True)
class NewMessage:
    """What to send to whom: an SMS template of the study file and its variables.

    ``purpose`` is alert, task, notice, answer, reminder or code. After ``not_after``
    the message is of no use and is not sent.
    """

    dedupe_key: str
    purpose: Purpose
    channel: Channel
    contact: Contact
    study_version_id: int
    template: str
    language: str
    variables: dict[str, Any] = field(default_factory=dict)
    not_before: datetime | None = None
    not_after: datetime | None = None
    participant_id: int | None = None
    staff_id: int | None = None
    alert_id: int | None = None
    alert_round: int | None = None
    alert_step: int | None = None


def enqueue(session: Session, letter: NewMessage, *, now: datetime) -> bool:
    """Queue a message; False if its dedupe key was ever used before."""
    notify(session)
    row = {name: getattr(letter, name) for name in CARRIED}
    return insert_unless_present(
        session,
        Message,
        **row,
        priority=PRIORITY[letter.purpose],
        contact_id=letter.contact.id,
        contact_version=letter.contact.version,
        state=MessageState.QUEUED,
        state_reason="",
        created_at=now,
        updated_at=now,
        next_try_at=letter.not_before or now,
        tries=0,
    )


def scrubbed(message: Message) -> dict[str, Any]:
    """The variables of a message with a code, with every value blotted out."""
    return dict.fromkeys(message.variables, BLOTTED)
