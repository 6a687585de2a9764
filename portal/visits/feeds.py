"""Private calendar addresses, and the appointments that a calendar app is given.

An address is a secret of 256 bits, kept as a hash. It ends when its owner ends it or
renews it, when follow-up ends, and when the caregiver may no longer report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from portal import audit
from portal.db.tables.access import CalendarFeed
from portal.db.tables.diary import Visit, VisitChange
from portal.db.tables.people import Participant, Site
from portal.people import reporters
from portal.people.access import visible
from portal.people.access.keys import new_token, token_hash
from portal.people.access.sessions import Viewer
from portal.people.reporters import Person
from portal.protocol.calendar import study_days
from portal.visits import planned_visits
from portal.vocabulary.people import ParticipantStatus
from portal.vocabulary.visits import VisitState

FED = (ParticipantStatus.ACTIVE, ParticipantStatus.PAUSED)
"""Statuses in which an address answers: it ends with the follow-up."""
STATES = {VisitState.PLANNED: "planned", VisitState.CANCELLED: "cancelled"}
NAMES = UUID("5f0f8ad1-6f0c-4a3e-9a0b-5d0f1f6f4c11")  # ours, random, made once


@dataclass(frozen=True)
class Appointment:
    """One visit as a calendar may know it: when, and not what it is for.

    ``uid`` never changes; ``sequence`` rises with each change. ``at`` is the agreed
    moment, or None if only the ``day`` is known. ``state``: planned, firm, cancelled.
    """

    uid: str
    sequence: int
    changed_at: datetime
    day: date
    at: datetime | None
    state: str


@dataclass(frozen=True)
class Diary:
    """A person's appointments, in the zone of the site and their own language."""

    zone: str
    language: str
    appointments: tuple[Appointment, ...]


def since(session: Session, owner: Person) -> datetime | None:
    """Since when the person's address is in force; None: they have none."""
    feed = _current(session, owner)
    return feed.created_at if feed is not None else None


def _current(session: Session, owner: Person) -> CalendarFeed | None:
    own = _of(owner.participant_id, owner.caregiver_id)
    query = select(CalendarFeed).where(*own, CalendarFeed.revoked_at.is_(None))
    return session.scalar(query.order_by(CalendarFeed.id.desc()).limit(1))


def renew(session: Session, owner: Person, *, now: datetime) -> str:
    """Give a person a new address; its secret. The old one ends at once."""
    end_with_phones(session, owner.participant_id, owner.caregiver_id, now=now)
    secret = new_token()
    feed = CalendarFeed(
        participant_id=owner.participant_id,
        caregiver_id=owner.caregiver_id,
        secret_hash=token_hash(secret),
        created_at=now,
    )
    session.add(feed)
    session.flush()
    subject = ("calendar_feed", feed.id)
    audit.record(session, owner.actor, "calendar_feed.made", subject, now=now)
    return secret


def end(session: Session, owner: Person, *, now: datetime) -> None:
    """End a person's address; a repeat changes nothing."""
    feed = _current(session, owner)
    if feed is not None:
        feed.revoked_at = now
        subject = ("calendar_feed", feed.id)
        audit.record(session, owner.actor, "calendar_feed.ended", subject, now=now)


def end_with_phones(
    session: Session, participant_id: int, caregiver_id: int | None, *, now: datetime
) -> None:
    """End a person's address with their phones: it may be on one of them."""
    session.execute(
        update(CalendarFeed)
        .where(*_of(participant_id, caregiver_id), CalendarFeed.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def _of(
    participant_id: int, caregiver_id: int | None
) -> tuple[ColumnElement[bool], ...]:
    return (
        CalendarFeed.participant_id == participant_id,
        CalendarFeed.caregiver_id.is_not_distinct_from(caregiver_id),
    )


def behind(session: Session, secret: str) -> Diary | None:
    """What the address with this secret shows; None: it belongs to nobody (now)."""
    feed = session.scalar(
        select(CalendarFeed).filter_by(secret_hash=token_hash(secret))
    )
    if feed is None or feed.revoked_at is not None:
        return None
    owner = reporters.find(session, feed.participant_id, feed.caregiver_id)
    participant = session.get_one(Participant, feed.participant_id)
    if owner is None or participant.status not in FED:
        return None
    return diary(session, participant, owner.language)


def one_visit(session: Session, viewer: Viewer, visit_id: int, language: str) -> Diary:
    """A single appointment of a person who may see it.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    visit = visible.row(session, viewer, Visit, id=visit_id)
    participant = session.get_one(Participant, visit.participant_id)
    return _diary(session, participant, language, [visit])


def diary(session: Session, participant: Participant, language: str) -> Diary:
    """Every appointment of a participant."""
    visits = planned_visits.of(session, participant)
    return _diary(session, participant, language, visits)


def _diary(
    session: Session, participant: Participant, language: str, rows: Sequence[Visit]
) -> Diary:
    zone = session.get_one(Site, participant.site_id).time_zone
    changed = _changes(session, rows)
    return Diary(
        zone,
        language,
        tuple(
            _appointment(row, participant, zone, changed.get(row.id)) for row in rows
        ),
    )


def _changes(session: Session, rows: Sequence[Visit]) -> Mapping[int, datetime]:
    query = (
        select(VisitChange.visit_id, func.max(VisitChange.at).label("at"))
        .where(VisitChange.visit_id.in_([row.id for row in rows]))
        .group_by(VisitChange.visit_id)
    )
    return {row.visit_id: row.at for row in session.execute(query)}


def _appointment(
    row: Visit, participant: Participant, zone: str, changed_at: datetime | None
) -> Appointment:
    at, day = row.booked_at, row.happened_on
    if at is not None and day in (None, study_days.local_date(at, zone)):
        day = study_days.local_date(at, zone)
    else:
        at = None  # it took place on another day than agreed, or has no hour yet
    return Appointment(
        uid=str(uuid5(NAMES, f"{participant.code}/{row.code}")),
        sequence=row.version - 1,
        changed_at=changed_at or participant.enrolled_at,
        day=day or row.target,
        at=at,
        state=STATES.get(row.state, "firm"),
    )
