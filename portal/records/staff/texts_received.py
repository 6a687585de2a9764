"""Texts that came in, as staff read them: on a participant's timeline and on a task."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.db.alerts import Task
from portal.db.outbox import Inbound
from portal.db.people import Caregiver, Contact, Participant
from portal.phone_numbers import masked
from portal.vocabulary.messages import InboundKind
from portal.vocabulary.people import ContactKind

MOST = 300


@dataclass(frozen=True)
class TextItem:
    """A text that came. ``asked`` is what it was taken for, and ``unsure`` says that
    others have the same number; ``entry_version_id`` is the entry it became.
    """

    id: int
    at: datetime
    asked: str
    body: str
    number: str
    unsure: bool
    entry_version_id: str | None

    @property
    def kind(self) -> str:
        """Its place among the other items of a timeline."""
        return "inbound"


def text_items(session: Session, participant: Participant) -> tuple[TextItem, ...]:
    """Texts of a participant and their caregivers, newest first.

    Those from a number that several share are among them, and say so.
    """
    caregivers = select(Caregiver.id).where(Caregiver.participant_id == participant.id)
    numbers = select(Contact.value).where(
        or_(
            Contact.participant_id == participant.id,
            Contact.caregiver_id.in_(caregivers),
        ),
        Contact.kind == ContactKind.MOBILE,
        Contact.value.is_not(None),
        Contact.retired_at.is_(None),
    )
    shared = Inbound.participant_id.is_(None) & Inbound.number.in_(numbers)
    whose = or_(Inbound.participant_id == participant.id, shared)
    query = select(Inbound).where(whose, Inbound.kind != InboundKind.ACK)
    return _items(session.scalars(query.order_by(Inbound.id.desc()).limit(MOST)))


def texts_of_task(session: Session, task: Task) -> tuple[TextItem, ...]:
    """The texts that a task asks somebody to read, oldest first."""
    numbers = task.detail.get("texts", [])
    query = select(Inbound).where(Inbound.id.in_(numbers)).order_by(Inbound.id)
    return _items(session.scalars(query))


def _items(rows: Iterable[Inbound]) -> tuple[TextItem, ...]:
    return tuple(
        TextItem(
            id=row.id,
            at=row.received_at,
            asked=row.kind,
            body=row.body,
            number=masked(row.number),
            unsure=row.participant_id is None,
            entry_version_id=row.entry_version_id,
        )
        for row in rows
    )
