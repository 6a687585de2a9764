"""How a person is reached: their number, a new one, their phones, a caregiver who left.

Messages queued for the old number go to the new one, except sign-in codes: a person who
holds the old number must not get in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import audit
from portal.db.tables.outbox import Message
from portal.db.tables.people import Caregiver, Contact, Participant, Site
from portal.errors import NotFound
from portal.messages.states import WAITING
from portal.people import contacts, optouts
from portal.people.access import enrolled_phones, sessions
from portal.people.case import Case
from portal.phone_numbers import to_mobile
from portal.protocol.study.model import Study
from portal.visits import feeds
from portal.visits.reminders import remind
from portal.vocabulary.messages import MessageState, OptOutSource, Purpose
from portal.vocabulary.people import ContactKind

MOVABLE = (*WAITING, MessageState.HELD)


@dataclass(frozen=True)
class NumberOwner:
    """A participant, or with ``caregiver_id`` one of their caregivers."""

    participant_id: int
    caregiver_id: int | None = None

    @property
    def key(self) -> dict[str, int]:
        """The owner as contacts name it."""
        if self.caregiver_id is not None:
            return {"caregiver_id": self.caregiver_id}
        return {"participant_id": self.participant_id}


def owner_of(
    session: Session, participant: Participant, caregiver_id: int | None
) -> NumberOwner:
    """The participant, or one of their caregivers who is still there.

    Raises:
        NotFound: the caregiver is somebody else's, or left.
    """
    if caregiver_id is None:
        return NumberOwner(participant.id)
    caregiver = session.get(Caregiver, caregiver_id)
    if (
        caregiver is None
        or caregiver.participant_id != participant.id
        or not caregiver.active
    ):
        raise NotFound("There is no such caregiver.")
    return NumberOwner(participant.id, caregiver_id)


def owners(session: Session, participant: Participant) -> list[NumberOwner]:
    """The participant, then each caregiver who is still there."""
    query = select(Caregiver.id).filter_by(participant_id=participant.id, active=True)
    caregivers = session.scalars(query.order_by(Caregiver.id))
    return [
        NumberOwner(participant.id),
        *(NumberOwner(participant.id, one) for one in caregivers),
    ]


def change_number(
    session: Session,
    study: Study,
    owner: NumberOwner,
    number: str,
    *,
    revoke: bool,
    actor: audit.Actor,
    now: datetime,
    real_now: datetime,
) -> Contact:
    """Put a new number in force; the old one is retired and gets nothing more.

    With ``revoke`` the phones enrolled so far lose access (a lost phone); an old phone
    that its owner still has may go on reporting. Staff phoned the number, so it is
    verified; the same number again is only confirmed.

    Raises:
        InvalidInput: it is no number that could be called.
    """
    participant = session.get_one(
        Participant, owner.participant_id, with_for_update=True
    )
    site = session.get_one(Site, participant.site_id)
    e164 = to_mobile(number, site.country)
    before = contacts.current(session, ContactKind.MOBILE, **owner.key)
    same = before is not None and before.value == e164 and before.broken_at is None
    if before is not None and same:
        contact = before
        confirm_number(session, owner, actor=actor, now=now)
    else:
        contact = contacts.replace(
            session, ContactKind.MOBILE, e164, now=now, verified=True, **owner.key
        )
        _readdress(session, before, contact, now)
        remind.replan(Case(session, study, participant, now))
        note_change(session, owner, "number_changed", actor, now)
    if revoke:
        revoke_phones(session, owner, actor=actor, now=now, real_now=real_now)
    return contact


def allow_texts(
    session: Session, owner: NumberOwner, *, actor: audit.Actor, now: datetime
) -> None:
    """Send texts to their number again: staff phoned it, and they agreed."""
    contact = contacts.current(session, ContactKind.MOBILE, **owner.key)
    if contact is not None and contact.value is not None:
        source = OptOutSource.STAFF
        optouts.start(session, contact.value, source=source, now=now, actor=actor)


def confirm_number(
    session: Session, owner: NumberOwner, *, actor: audit.Actor, now: datetime
) -> None:
    """Record that the number is theirs: its code came back, or staff phoned it.

    A repeat changes nothing.
    """
    contact = contacts.current(session, ContactKind.MOBILE, **owner.key)
    if contact is not None and contact.verified_at is None:
        contact.verified_at = now
        note_change(session, owner, "number_confirmed", actor, now)


def revoke_phones(
    session: Session,
    owner: NumberOwner,
    *,
    actor: audit.Actor,
    now: datetime,
    real_now: datetime,
) -> None:
    """End every phone, sign-in and calendar address of one person.

    A repeat changes nothing.
    """
    who = (owner.participant_id, owner.caregiver_id)
    enrolled_phones.revoke_person(session, *who, real_now=real_now)
    feeds.end_with_phones(session, *who, now=now)
    sessions.end_all_of_person(session, *who, real_now=real_now)
    note_change(session, owner, "phones_revoked", actor, now)


def revoke_phone(
    session: Session,
    owner: NumberOwner,
    device_id: int,
    *,
    actor: audit.Actor,
    now: datetime,
    real_now: datetime,
    but: int = 0,
) -> None:
    """End one phone of a person, and their sign-ins except the one that asks.

    Raises:
        NotFound: it is not theirs.
    """
    who = (owner.participant_id, owner.caregiver_id)
    enrolled_phones.revoke_one(session, *who, device_id, real_now=real_now)
    sessions.end_all_of_person(session, *who, real_now=real_now, but=but)
    note_change(session, owner, "phone_revoked", actor, now)


def _readdress(
    session: Session, before: Contact | None, after: Contact, now: datetime
) -> None:
    """Send notices that wait for the old number to the new one.

    Reminders are queued again by the plan; a code stays with the number that asked.
    """
    if before is None:
        return
    session.execute(
        update(Message)
        .where(
            Message.contact_id == before.id,
            Message.state.in_(MOVABLE),
            Message.purpose == Purpose.NOTICE,
        )
        .values(contact_id=after.id, contact_version=after.version, updated_at=now)
        .execution_options(synchronize_session=False)
    )


def note_change(
    session: Session, owner: NumberOwner, what: str, actor: audit.Actor, now: datetime
) -> None:
    """Note in the audit that a person's way of being reached was changed."""
    subject = ("participant", owner.participant_id)
    act = f"contact.{what}"
    caregiver = owner.caregiver_id
    audit.record(session, actor, act, subject, now=now, caregiver=caregiver)
