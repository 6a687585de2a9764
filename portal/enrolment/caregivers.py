"""Caregivers: people whom the participant allows to report, after their own consent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import audit
from portal.db.tables.outbox import Message
from portal.db.tables.people import Caregiver, Consent, Contact, Participant, Site
from portal.enrolment import numbers
from portal.errors import Faults, InvalidInput
from portal.languages import LANGUAGES
from portal.people import contacts
from portal.phone_numbers import to_mobile
from portal.vocabulary.messages import MessageState
from portal.vocabulary.people import ActorKind, ConsentAct, ContactKind


def add_caregiver(
    session: Session,
    participant: Participant,
    *,
    number: str,
    language: str,
    consent_version: str,
    consented_at: datetime | None,
    actor: audit.Actor,
    now: datetime,
    name: str = "",
) -> Caregiver:
    """Add a caregiver who may report, after their own consent; no number is verified.

    The same number again gives the existing caregiver.

    Raises:
        Faults: number, language or consent is missing or impossible; each is named.
    """
    asked = (number, language, consent_version, consented_at)
    site = session.get_one(Site, participant.site_id)
    e164, signed_at = _checked(site, *asked, now=now)
    session.get_one(Participant, participant.id, with_for_update=True)
    if (known := _caregiver_with(session, participant, e164)) is not None:
        return known
    caregiver = Caregiver(
        participant_id=participant.id, language=language, created_at=now
    )
    session.add(caregiver)
    session.flush()
    _keep_contacts(session, caregiver, e164, name.strip(), now)
    consent = Consent(
        participant_id=participant.id,
        caregiver_id=caregiver.id,
        act=ConsentAct.GIVEN,
        version=consent_version.strip(),
        signed_at=signed_at,
        recorded_at=now,
        recorded_by=int(actor.id) if actor.kind == ActorKind.STAFF else None,
    )
    session.add(consent)
    subject = ("participant", participant.id)
    audit.record(session, actor, "caregiver.added", subject, now=now)
    return caregiver


def _caregiver_with(
    session: Session, participant: Participant, number: str
) -> Caregiver | None:
    query = (
        select(Caregiver)
        .join(Contact, Contact.caregiver_id == Caregiver.id)
        .where(
            Caregiver.participant_id == participant.id,
            Caregiver.active,
            Contact.kind == ContactKind.MOBILE,
            Contact.value == number,
            Contact.retired_at.is_(None),
        )
    )
    return session.scalar(query.limit(1))


def _checked(
    site: Site,
    number: str,
    language: str,
    consent_version: str,
    consented_at: datetime | None,
    *,
    now: datetime,
) -> tuple[str, datetime]:
    """The number in E.164 and the moment of consent, if nothing is wrong."""
    faults, e164 = [], ""
    try:
        e164 = to_mobile(number, site.country)
    except InvalidInput as refusal:
        faults.append(refusal)
    if language not in LANGUAGES:
        faults.append(InvalidInput("Choose a language.", field="language"))
    if not consent_version.strip():
        faults.append(
            InvalidInput("Record the caregiver's own consent.", field="consent_version")
        )
    if consented_at is None:
        faults.append(InvalidInput("Choose day and time.", field="consented_at"))
    elif consented_at > now:
        said = InvalidInput(
            "The consent cannot be in the future.", field="consented_at"
        )
        faults.append(said)
    if faults or consented_at is None:
        raise Faults(faults)
    return e164, consented_at


def _keep_contacts(
    session: Session, caregiver: Caregiver, number: str, name: str, now: datetime
) -> None:
    owner = {"caregiver_id": caregiver.id}
    contacts.replace(
        session, ContactKind.MOBILE, number, now=now, verified=False, **owner
    )
    if name:
        contacts.replace(
            session, ContactKind.NAME, name, now=now, verified=True, **owner
        )


def remove_caregiver(
    session: Session,
    owner: numbers.NumberOwner,
    *,
    staff_id: int,
    now: datetime,
    real_now: datetime,
) -> None:
    """Record that a caregiver's consent ended: no more messages to them, no way in.

    Raises:
        InvalidInput: this is not a caregiver.
    """
    caregiver = session.get(Caregiver, owner.caregiver_id or 0)
    if caregiver is None:
        raise InvalidInput("Choose the caregiver.", field="who")
    caregiver.active = False
    _withdraw_consent(session, caregiver, staff_id, now)
    contact = contacts.current(session, ContactKind.MOBILE, **owner.key)
    if contact is not None:
        contact.retired_at = now
        _cancel(session, contact, now)
    actor = audit.Actor(ActorKind.STAFF, str(staff_id))
    numbers.revoke_phones(session, owner, actor=actor, now=now, real_now=real_now)
    numbers.note_change(session, owner, "caregiver_removed", actor, now)


def _withdraw_consent(
    session: Session, caregiver: Caregiver, staff_id: int, now: datetime
) -> None:
    query = select(Consent).filter_by(caregiver_id=caregiver.id)
    given = session.scalar(query.order_by(Consent.id.desc()).limit(1))
    session.add(
        Consent(
            participant_id=caregiver.participant_id,
            caregiver_id=caregiver.id,
            act=ConsentAct.WITHDRAWN,
            version=given.version if given else "",
            signed_at=now,
            recorded_at=now,
            recorded_by=staff_id,
        )
    )


def _cancel(session: Session, contact: Contact, now: datetime) -> None:
    session.execute(
        update(Message)
        .where(Message.contact_id == contact.id, Message.state.in_(numbers.MOVABLE))
        .values(
            state=MessageState.CANCELLED,
            state_reason="the caregiver left",
            updated_at=now,
        )
        .execution_options(synchronize_session=False)
    )
