"""Who is signed in: one row per session, so that the portal can end it.

The browser has a random token, the row has its hash. A session ends after half an hour
without a request, and in any case after a day for participants and a shift for staff.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import Actor
from portal.db.tables.access import LoginSession
from portal.db.tables.people import Staff
from portal.people import reporters
from portal.people.access.keys import new_token, token_hash
from portal.people.reporters import Person
from portal.vocabulary.people import ActorKind

PARTICIPANT_LIFE = timedelta(hours=24)
STAFF_LIFE = timedelta(hours=12)
IDLE = timedelta(minutes=30)
TOUCH_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class Viewer:
    """Who is signed in. ``kind`` is staff, participant or caregiver.

    A caregiver has two ids, their own and their participant's. ``name`` is what pages
    show: a staff member's name, or the study code.
    """

    session_id: int
    kind: ActorKind
    site_id: int
    language: str
    name: str
    seen_at: datetime
    role: str | None = None
    staff_id: int | None = None
    participant_id: int | None = None
    caregiver_id: int | None = None
    study_version_id: int | None = None

    @property
    def is_staff(self) -> bool:
        """Whether this is a member of the study team."""
        return self.kind == ActorKind.STAFF

    @property
    def actor(self) -> Actor:
        """The actor for the audit."""
        ids = {
            ActorKind.STAFF: self.staff_id,
            ActorKind.CAREGIVER: self.caregiver_id,
        }
        return Actor(self.kind, str(ids.get(self.kind, self.participant_id)))


def open_for_person(
    session: Session, person: Person, *, now: datetime, real_now: datetime
) -> str:
    """Sign in a participant or caregiver; return the token for the browser."""
    subject = ("participant", person.participant_id)
    audit.record(session, person.actor, "participant.signed_in", subject, now=now)
    return _open(
        session,
        real_now,
        PARTICIPANT_LIFE,
        participant_id=person.participant_id,
        caregiver_id=person.caregiver_id,
    )


def open_for_staff(session: Session, staff_id: int, *, real_now: datetime) -> str:
    """Sign in a member of staff; return the token for the browser."""
    return _open(session, real_now, STAFF_LIFE, staff_id=staff_id)


def _open(
    session: Session, real_now: datetime, life: timedelta, **owner: int | None
) -> str:
    token = new_token()
    row = LoginSession(
        token_hash=token_hash(token),
        created_at=real_now,
        last_seen_at=real_now,
        expires_at=real_now + life,
        **owner,
    )
    session.add(row)
    session.flush()
    return token


def find(session: Session, token: str, *, real_now: datetime) -> Viewer | None:
    """Who has this token; None: it ended, was idle too long, or its owner left."""
    row = session.scalar(select(LoginSession).filter_by(token_hash=token_hash(token)))
    if row is None or row.ended_at is not None or real_now >= row.expires_at:
        return None
    if real_now - row.last_seen_at >= IDLE:
        return None
    if row.staff_id is not None:
        return _staff_viewer(session, row, row.staff_id)
    return _person_viewer(session, row)


def _staff_viewer(session: Session, row: LoginSession, staff_id: int) -> Viewer | None:
    staff = session.get(Staff, staff_id)
    if staff is None or not staff.active:
        return None
    return Viewer(
        session_id=row.id,
        kind=ActorKind.STAFF,
        site_id=staff.site_id,
        language=staff.language,
        name=staff.display_name,
        seen_at=row.last_seen_at,
        role=staff.role,
        staff_id=staff.id,
    )


def _person_viewer(session: Session, row: LoginSession) -> Viewer | None:
    person = reporters.find(session, row.participant_id or 0, row.caregiver_id)
    if person is None:
        return None
    return Viewer(
        session_id=row.id,
        kind=ActorKind.PARTICIPANT
        if person.caregiver_id is None
        else ActorKind.CAREGIVER,
        site_id=person.site_id,
        language=person.language,
        name=person.code,
        seen_at=row.last_seen_at,
        participant_id=person.participant_id,
        caregiver_id=person.caregiver_id,
        study_version_id=person.study_version_id,
    )


def is_stale(viewer: Viewer, *, real_now: datetime) -> bool:
    """Whether it is time to record that the viewer is still active."""
    return real_now - viewer.seen_at >= TOUCH_AFTER


def touch(session: Session, session_id: int, *, real_now: datetime) -> None:
    """Record that somebody is still active."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.last_seen_at < real_now)
        .values(last_seen_at=real_now)
    )


def end(session: Session, session_id: int, *, real_now: datetime) -> None:
    """Sign one session out; a repeat changes nothing."""
    _end_where(session, real_now, LoginSession.id == session_id)


def end_all_of_staff(session: Session, staff_id: int, *, real_now: datetime) -> None:
    """Sign a member of staff out everywhere."""
    _end_where(session, real_now, LoginSession.staff_id == staff_id)


def end_all_of_participant(
    session: Session, participant_id: int, *, real_now: datetime
) -> None:
    """Sign a participant and their caregivers out everywhere."""
    _end_where(session, real_now, LoginSession.participant_id == participant_id)


def end_all_of_person(
    session: Session,
    participant_id: int,
    caregiver_id: int | None,
    *,
    real_now: datetime,
    but: int = 0,
) -> None:
    """Sign only the participant, or one caregiver, out everywhere.

    The session with the id ``but`` continues: it is the one that asked for this.
    """
    whose = and_(
        LoginSession.participant_id == participant_id,
        LoginSession.caregiver_id.is_not_distinct_from(caregiver_id),
        LoginSession.id != but,
    )
    _end_where(session, real_now, whose)


def _end_where(session: Session, real_now: datetime, condition: object) -> None:
    session.execute(
        update(LoginSession)
        .where(condition, LoginSession.ended_at.is_(None))  # type: ignore[arg-type]
        .values(ended_at=real_now)
    )
