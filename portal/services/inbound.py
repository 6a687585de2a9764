"""Texts that people send us: kept once each, and never left unread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.study.model import Tier
from portal.db.alerts import Task
from portal.db.dialect import insert_unless_present
from portal.db.outbox import Inbound
from portal.db.people import Caregiver, Contact, Participant, Site, Staff
from portal.services import contacts

READ_WITHIN = timedelta(hours=1)


@dataclass(frozen=True)
class Sender:
    """Whose number it is: sites, and the one person where it is one's alone."""

    sites: tuple[int, ...]
    participant_id: int | None = None
    staff_id: int | None = None


def receive(
    session: Session,
    provider: str,
    event_key: str,
    sender: str,
    body: str,
    now: datetime,
) -> bool:
    """Keep a text and put it on the worklist; False when it is known already.

    ``event_key`` is the provider's name of it: callback and poll both bring it.
    Nobody is answered.
    """
    whose = _whose(session, sender)
    fresh = insert_unless_present(
        session,
        Inbound,
        provider=provider,
        event_key=event_key,
        number=sender,
        body=body,
        received_at=now,
        kind="words" if whose.participant_id or whose.staff_id else "unknown",
        participant_id=whose.participant_id,
        staff_id=whose.staff_id,
    )
    if fresh:
        _show_to_people(session, provider, event_key, whose, now)
    return fresh


def _whose(session: Session, number: str) -> Sender:
    """Whose number it is; one that several share is nobody's alone."""
    owners = contacts.owners_of(session, number)
    sites = tuple(sorted({_site(session, owner) for owner in owners}))
    participants = {_participant(session, owner) for owner in owners} - {None}
    staff = {owner.staff_id for owner in owners} - {None}
    if len(participants) + len(staff) != 1:
        return Sender(sites or tuple(session.scalars(select(Site.id))))
    return Sender(sites, next(iter(participants), None), next(iter(staff), None))


def _participant(session: Session, owner: Contact) -> int | None:
    if owner.caregiver_id is not None:
        return session.get_one(Caregiver, owner.caregiver_id).participant_id
    return owner.participant_id


def _site(session: Session, owner: Contact) -> int:
    if owner.site_id is not None:
        return owner.site_id
    if owner.staff_id is not None:
        return session.get_one(Staff, owner.staff_id).site_id
    participant_id = _participant(session, owner)
    return session.get_one(Participant, participant_id).site_id


def _show_to_people(
    session: Session, provider: str, event_key: str, whose: Sender, now: datetime
) -> None:
    query = select(Inbound.id).filter_by(provider=provider, event_key=event_key)
    inbound_id = session.scalar(query)
    for site_id in whose.sites:
        insert_unless_present(
            session,
            Task,
            dedupe_key=f"I:{inbound_id}:{site_id}",
            site_id=site_id,
            participant_id=whose.participant_id,
            kind="inbound",
            tier=Tier.ROUTINE.value,
            owner_role="coordinator",
            detail={"inbound": inbound_id, "staff": whose.staff_id},
            created_at=now,
            due_at=now + READ_WITHIN,
            state="open",
        )
