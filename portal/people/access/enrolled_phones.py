"""Enrolled phones: a phone that has signed in once may add entries for one person.

The credential only writes and reads nothing, so that no limit on sign-in can prevent a
report. Reading needs the PIN (``pins``). If two people share a phone, the person who
signs in takes it over. For some hours an open page of the other person can still send
what was written there, in that person's name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from portal import audit
from portal.db.tables.access import Device
from portal.errors import NotFound
from portal.people import reporters
from portal.people.access.keys import new_token, token_hash
from portal.people.reporters import Person

LIFE = timedelta(days=400)  # the longest a browser keeps a cookie
TOUCH_AFTER = timedelta(hours=1)
HANDED_ON = timedelta(hours=12)  # as long as an unfinished diary is offered again
MOST_HANDS = 4


@dataclass(frozen=True)
class EnrolledPhone:
    """A phone that may report, and the person it reports for."""

    device_id: int
    person: Person
    used_at: datetime
    has_pin: bool


@dataclass(frozen=True)
class KnownPhone:
    """A phone as its owner and staff see it in a list."""

    id: int
    kind: str
    created_at: datetime
    last_used_at: datetime


def enrol(
    session: Session,
    person: Person,
    *,
    held: str | None,
    real_now: datetime,
    kind: str = "phone",
) -> tuple[str, bool]:
    """Enrol this phone for a person; return its secret and whether the secret is new.

    ``held`` is the secret that the phone has: it is kept for the same person and ended
    for another. ``kind`` (android, iphone, computer, phone) helps to tell phones apart.
    """
    known = find(session, held, real_now=real_now) if held else None
    if held and known and known.person == person:
        touch(session, known.device_id, real_now=real_now)
        return held, False
    if held:
        revoke(session, held, real_now=real_now)
    secret = new_token()
    device = Device(
        participant_id=person.participant_id,
        caregiver_id=person.caregiver_id,
        secret_hash=token_hash(secret),
        created_at=real_now,
        last_used_at=real_now,
        kind=kind,
    )
    session.add(device)
    session.flush()
    if known:
        session.get_one(Device, known.device_id).handed_to_id = device.id
    subject = ("device", device.id)
    audit.record(session, person.actor, "device.enrolled", subject, now=real_now)
    return secret, True


def find(session: Session, secret: str, *, real_now: datetime) -> EnrolledPhone | None:
    """The phone with this secret; None: revoked, too old, or its person is gone."""
    device = session.scalar(select(Device).filter_by(secret_hash=token_hash(secret)))
    if device is None or device.revoked_at is not None:
        return None
    if real_now >= device.last_used_at + LIFE:
        return None
    person = reporters.find(session, device.participant_id, device.caregiver_id)
    if person is None:
        return None
    has_pin = device.pin_hash is not None
    return EnrolledPhone(device.id, person, device.last_used_at, has_pin)


def before(
    session: Session, device_id: int, *, real_now: datetime
) -> Iterator[EnrolledPhone]:
    """Enrolments of this phone for other people in the last hours, newest first.

    Enrolments that the person or staff ended are not included.
    """
    for _ in range(MOST_HANDS):
        query = select(Device).where(
            Device.handed_to_id == device_id,
            Device.revoked_at > real_now - HANDED_ON,
        )
        device = session.scalar(query)
        if device is None:
            return
        device_id = device.id
        person = reporters.find(session, device.participant_id, device.caregiver_id)
        if person is not None:
            yield EnrolledPhone(device.id, person, device.last_used_at, False)


def of_person(
    session: Session, participant_id: int, caregiver_id: int | None
) -> Sequence[KnownPhone]:
    """The phones that may report for one person, the most recently used first."""
    query = select(Device).where(
        Device.participant_id == participant_id,
        Device.caregiver_id.is_not_distinct_from(caregiver_id),
        Device.revoked_at.is_(None),
    )
    rows = session.scalars(query.order_by(Device.last_used_at.desc(), Device.id))
    return [
        KnownPhone(row.id, row.kind, row.created_at, row.last_used_at) for row in rows
    ]


def is_stale(phone: EnrolledPhone, *, real_now: datetime) -> bool:
    """Whether it is time to record that the phone is still in use."""
    return real_now - phone.used_at >= TOUCH_AFTER


def touch(session: Session, device_id: int, *, real_now: datetime) -> None:
    """Record that a phone is still in use."""
    session.execute(
        update(Device)
        .where(Device.id == device_id, Device.last_used_at < real_now)
        .values(last_used_at=real_now)
    )


def revoke(session: Session, secret: str, *, real_now: datetime) -> None:
    """End the credential with this secret; a repeat changes nothing."""
    session.execute(
        update(Device)
        .where(Device.secret_hash == token_hash(secret), Device.revoked_at.is_(None))
        .values(revoked_at=real_now)
    )


def revoke_one(
    session: Session,
    participant_id: int,
    caregiver_id: int | None,
    device_id: int,
    *,
    real_now: datetime,
) -> None:
    """End one phone of a person (lost, sold, given away). A repeat changes nothing.

    Raises:
        NotFound: the phone is not theirs.
    """
    device = session.get(Device, device_id)
    whose = (device.participant_id, device.caregiver_id) if device else None
    if device is None or whose != (participant_id, caregiver_id):
        raise NotFound("There is no such phone.")
    device.revoked_at = device.revoked_at or real_now


def revoke_all(session: Session, participant_id: int, *, real_now: datetime) -> None:
    """End every phone of a participant and their caregivers: on loss or withdrawal."""
    _end(session, real_now, Device.participant_id == participant_id)


def revoke_person(
    session: Session,
    participant_id: int,
    caregiver_id: int | None,
    *,
    real_now: datetime,
) -> None:
    """End every phone of only the participant, or of one caregiver."""
    whose = and_(
        Device.participant_id == participant_id,
        Device.caregiver_id.is_not_distinct_from(caregiver_id),
    )
    _end(session, real_now, whose)


def _end(session: Session, real_now: datetime, whose: ColumnElement[bool]) -> None:
    """End phones, including those that another person has taken over."""
    session.execute(update(Device).where(whose).values(handed_to_id=None))
    session.execute(
        update(Device)
        .where(whose, Device.revoked_at.is_(None))
        .values(revoked_at=real_now)
    )
