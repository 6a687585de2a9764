"""Messages about one participant or alert: what went out, what not, and what came in.

Numbers are masked; what a text said is not repeated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.db.tables.alerts import Task
from portal.db.tables.outbox import Attempt, Inbound, Message, ProviderEvent
from portal.db.tables.people import Caregiver, Contact, Participant, Staff
from portal.messages.states import WAITING
from portal.phone_numbers import masked
from portal.vocabulary.messages import Channel, InboundKind, Purpose
from portal.vocabulary.people import ContactKind

MOST = 300


@dataclass(frozen=True)
class AttemptLine:
    """One try at sending: when, by which provider, how it ended, and receipts."""

    number: int
    at: datetime
    provider: str
    state: str
    detail: str
    receipts: tuple[tuple[datetime, str], ...]


@dataclass(frozen=True)
class MessageItem:
    """One text or call. ``whom`` is participant, caregiver, staff or site."""

    id: int
    at: datetime
    purpose: str
    channel: Channel
    template: str
    whom: str
    name: str
    number: str
    state: str
    reason: str
    next_try_at: datetime
    not_after: datetime | None
    alert_id: int | None
    tries: tuple[AttemptLine, ...]

    @property
    def kind(self) -> str:
        """Its kind among the items of a timeline."""
        return "message"

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to be handed to a provider."""
        return self.state in WAITING


def message_items(session: Session, which: object) -> tuple[MessageItem, ...]:
    """The messages that ``which`` names, newest first; codes to sign in are left out."""
    query = (
        select(Message, Contact, Staff.display_name)
        .join(Contact, Contact.id == Message.contact_id)
        .outerjoin(Staff, Staff.id == Contact.staff_id)
        .where(which, Message.purpose != Purpose.CODE)  # type: ignore[arg-type]
        .order_by(Message.id.desc())
        .limit(MOST)
    )
    rows = session.execute(query).all()
    tries = _tries(session, [message.id for message, *_ in rows])
    return tuple(
        _item(message, contact, name or "", tries) for message, contact, name in rows
    )


def _item(
    message: Message,
    contact: Contact,
    name: str,
    tries: Mapping[int, list[AttemptLine]],
) -> MessageItem:
    return MessageItem(
        id=message.id,
        at=message.created_at,
        purpose=message.purpose,
        channel=message.channel,
        template=message.template,
        whom=_whom(contact),
        name=name,
        number=masked(contact.value) if contact.value else "",
        state=message.state,
        reason=message.state_reason,
        next_try_at=message.next_try_at,
        not_after=message.not_after,
        alert_id=message.alert_id,
        tries=tuple(tries.get(message.id, [])),
    )


def _whom(contact: Contact) -> str:
    for owner in ("participant", "caregiver", "staff"):
        if getattr(contact, f"{owner}_id") is not None:
            return owner
    return "site"


def _tries(session: Session, numbers: list[int]) -> dict[int, list[AttemptLine]]:
    query = select(Attempt).where(Attempt.message_id.in_(numbers))
    attempts = session.scalars(query.order_by(Attempt.number)).all()
    receipts = _receipts(session, [attempt.id for attempt in attempts])
    found: dict[int, list[AttemptLine]] = defaultdict(list)
    for attempt in attempts:
        one = AttemptLine(
            attempt.number,
            attempt.started_at,
            attempt.provider,
            attempt.state,
            attempt.detail or "",
            tuple(receipts[attempt.id]),
        )
        found[attempt.message_id].append(one)
    return found


def _receipts(
    session: Session, numbers: list[int]
) -> dict[int, list[tuple[datetime, str]]]:
    query = select(ProviderEvent).where(ProviderEvent.attempt_id.in_(numbers))
    found: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    for event in session.scalars(query.order_by(ProviderEvent.id)):
        if event.attempt_id is not None:
            found[event.attempt_id].append((event.received_at, event.status))
    return found


@dataclass(frozen=True)
class TextItem:
    """A text that came in. ``asked`` is how it was understood; ``unsure`` says that
    others have the same number; ``entry_version_id`` is the entry that it became.
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
        """Its kind among the items of a timeline."""
        return "inbound"


def text_items(session: Session, participant: Participant) -> tuple[TextItem, ...]:
    """Texts of a participant and their caregivers, newest first.

    Texts from a number that several people share are included, and say so.
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
