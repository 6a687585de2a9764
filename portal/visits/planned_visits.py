"""Visits: planned from D0 when a person is enrolled, in the site's own days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import study_versions
from portal.db.tables.diary import Visit, VisitChange
from portal.db.tables.people import Participant, Site, Staff, StudyAdoption
from portal.errors import NotFound
from portal.protocol.calendar import study_days
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text, same
from portal.vocabulary.visits import VisitState

UPCOMING = (VisitState.PLANNED, VisitState.BOOKED)


def plan(session: Session, study: Study, participant: Participant) -> Sequence[Visit]:
    """Add every visit of the study, dated from D0; called once, at enrolment."""
    windows = study_days.planned_visits(study, participant.d0)
    visits = [planned(participant, window) for window in windows]
    session.add_all(visits)
    session.flush()
    return visits


def planned(participant: Participant, window: study_days.VisitWindow) -> Visit:
    """A visit before anybody has changed it; not stored yet."""
    return Visit(
        participant_id=participant.id,
        code=window.code,
        target=window.date,
        opens=window.opens,
        closes=window.closes,
        state=VisitState.PLANNED,
    )


def of(session: Session, participant: Participant) -> Sequence[Visit]:
    """A participant's visits in order of date."""
    query = select(Visit).where(Visit.participant_id == participant.id)
    return session.scalars(query.order_by(Visit.target)).all()


def day_of(visit: Visit, zone: str) -> date:
    """The site's day on which a visit is expected: as booked, else its target."""
    if visit.state == VisitState.BOOKED and visit.booked_at is not None:
        return study_days.local_date(visit.booked_at, zone)
    return visit.target


def is_over(visit: Visit, zone: str, *, today: date) -> bool:
    """Whether a visit is no longer expected: settled, or its last day has passed."""
    if visit.state not in UPCOMING:
        return True
    return max(day_of(visit, zone), visit.closes) < today


def upcoming(
    session: Session, participant: Participant, *, today: date
) -> Visit | None:
    """The next visit that is still to come, or None after the last."""
    zone = session.get_one(Site, participant.site_id).time_zone
    expected = [
        visit
        for visit in of(session, participant)
        if not is_over(visit, zone, today=today)
    ]
    return min(expected, key=lambda visit: day_of(visit, zone), default=None)


@dataclass(frozen=True)
class VisitWords:
    """What a visit is called, and what to bring to it."""

    title: Text
    bring: Text


def words_of(session: Session, study: Study, visit: Visit) -> VisitWords:
    """A visit's words by its study, or by an earlier version that still had the visit."""
    if visit.title is not None:
        place = same(visit.place) if visit.place else Text({})
        return VisitWords(same(visit.title), place)
    words = _words_in(study, visit.code)
    if words is None:
        for earlier in _followed_before(session, visit.participant_id):
            words = words or _words_in(earlier, visit.code)
    return words or VisitWords(same(visit.code), Text({}))


def _words_in(study: Study, code: str) -> VisitWords | None:
    found = (one for one in study.visits if one.code == code)
    return next((VisitWords(one.title, one.bring) for one in found), None)


def _followed_before(session: Session, participant_id: int) -> Iterator[Study]:
    query = select(StudyAdoption.from_version_id).filter_by(
        participant_id=participant_id
    )
    for version_id in session.scalars(query.order_by(StudyAdoption.id.desc())):
        yield study_versions.load(session, version_id)


def changes_of(session: Session, visit: Visit) -> Sequence[VisitChange]:
    """What was done with a visit, oldest first."""
    query = select(VisitChange).where(VisitChange.visit_id == visit.id)
    return session.scalars(query.order_by(VisitChange.id)).all()


def find(session: Session, staff: Staff, participant: Participant, code: str) -> Visit:
    """A participant's visit by its code.

    Raises:
        NotFound: there is none, or it is another site's.
    """
    query = select(Visit).filter_by(participant_id=participant.id, code=code)
    visit = session.scalar(query)
    if visit is None or participant.site_id != staff.site_id:
        raise NotFound("There is no such visit.")
    return visit
