"""Simulated phones: what the ``log`` gateway delivers, and what people answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.dialect import insert_unless_present
from portal.db.tables.outbox import Handset
from portal.errors import NotFound
from portal.messages.gateways.gateway import Outgoing
from portal.vocabulary.messages import Channel


def deliver(session: Session, outgoing: Outgoing) -> str:
    """Put a text or call on its phone; the same reference again changes nothing."""
    insert_unless_present(
        session,
        Handset,
        number=outgoing.number,
        channel=outgoing.channel,
        direction="to_phone",
        body=outgoing.body,
        reference=outgoing.reference,
        at=outgoing.sent_at,
    )
    return find(session, outgoing.reference) or ""


def find(session: Session, reference: str) -> str | None:
    """The id of what was delivered under ``reference``, or None."""
    row_id = session.scalar(select(Handset.id).where(Handset.reference == reference))
    return None if row_id is None else f"handset-{row_id}"


def press(session: Session, handset_id: int, key: str) -> Handset:
    """Press a key in a simulated call; only the first press counts.

    Raises:
        NotFound: there is no such call.
    """
    call = session.get(Handset, handset_id)
    if call is None or call.channel != Channel.CALL:
        raise NotFound("There is no such call.")
    call.pressed = call.pressed or key
    return call


def reply(session: Session, number: str, body: str, *, now: datetime) -> Handset:
    """Store a text that was written on a simulated phone."""
    text = Handset(
        number=number, channel=Channel.TEXT, direction="from_phone", body=body, at=now
    )
    session.add(text)
    session.flush()
    return text
