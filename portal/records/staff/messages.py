"""Messages about one participant or alert, with what is known of why each did or did
not go out.

Numbers are masked; what a text said is not repeated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.outbox import Attempt, Message, ProviderEvent
from portal.db.people import Contact, Staff
from portal.phone_numbers import masked
from portal.vocabulary.messages import Channel, Purpose

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
        """Its place among the other items of a timeline."""
        return "message"


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
