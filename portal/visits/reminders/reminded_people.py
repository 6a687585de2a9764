"""What the rules of reminders must know of participants, read a batch at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, ScalarSelect, func, select
from sqlalchemy.orm import Session

from portal.db.tables.diary import Visit, VisitChange
from portal.db.tables.people import DayZeroChange, Participant, Site, Stay
from portal.people import timeline
from portal.people.case import Case
from portal.protocol.calendar import study_days, whereabouts
from portal.protocol.study.model import Study
from portal.study_versions import StudyOf
from portal.visits.reminders.reports import (
    ReportsSince,
    asked_of,
    days_of,
    heard_from,
    looks_back,
    rechecks_of,
    versions_since,
)
from portal.visits.reminders.rules.person import RemindedPerson, VisitDay
from portal.visits.reminders.rules.staff_work import NOT_YET


@dataclass(frozen=True)
class _PersonRows:
    """What was read about one participant."""

    site_zone: str
    visits: list[VisitDay]
    stays: list[whereabouts.HospitalStay]
    versions: list[Row[Any]]
    heard_on: Mapping[date, datetime]
    d0_changes: int
    events: Mapping[str, date]

    def came(self, study: Study) -> ReportsSince:
        """What came from them."""
        return ReportsSince(study, self.site_zone, self.versions, self.heard_on)


def snapshots(
    session: Session,
    study_of: StudyOf,
    participants: Sequence[Participant],
    *,
    since: datetime,
    now: datetime,
) -> dict[int, RemindedPerson]:
    """Each of these participants as the rules see them at ``now``, by id.

    ``since`` is the earliest moment that any rule will ask about.
    """
    ids = [participant.id for participant in participants]
    zones, stays, changed = _places(session, ids)
    visits = _visits(session, ids, zones)
    studies = {one.study_version_id for one in participants}
    back = (looks_back(study_of(number)) for number in studies)
    first = since - max(back, default=timedelta())
    versions = versions_since(session, ids, first)
    heard = heard_from(session, ids, first)
    events = timeline.events_of(session, ids)
    return {
        one.id: _person(
            Case(session, study_of(one.study_version_id), one, now),
            _PersonRows(
                zones[one.id],
                visits[one.id],
                stays[one.id],
                versions[one.id],
                heard[one.id],
                changed[one.id],
                events.get(one.id, {}),
            ),
            since,
        )
        for one in participants
    }


def snapshot(case: Case, *, since: datetime) -> RemindedPerson:
    """One participant as the rules see them now; ``since`` as for ``snapshots``."""
    found = snapshots(
        case.session,
        lambda _version_id: case.study,
        [case.participant],
        since=since,
        now=case.now,
    )
    return found[case.participant.id]


def _person(case: Case, known: _PersonRows, since: datetime) -> RemindedPerson:
    session, study, participant = case.session, case.study, case.participant
    today = study_days.local_date(case.now, known.site_zone)
    milestones = whereabouts.Milestones(participant.d0, known.stays, known.events)
    came = known.came(study)
    asked = asked_of(study, milestones, came, today)
    return RemindedPerson(
        id=participant.id,
        d0=participant.d0,
        zone=participant.time_zone,
        site_zone=known.site_zone,
        quiet=(
            participant.quiet_from or study.site.quiet_from,
            participant.quiet_to or study.site.quiet_to,
        ),
        since=participant.status_at,
        stays=tuple(known.stays),
        visits=tuple(known.visits),
        days=days_of(session, study, came, asked),
        rechecks=rechecks_of(session, study, known.versions, since),
        d0_changes=known.d0_changes,
        events=known.events,
    )


def _visits(
    session: Session, ids: Iterable[int], zones: Mapping[int, str]
) -> dict[int, list[VisitDay]]:
    """The visits that may still ask for something, each with its last change."""
    query = select(Visit).where(
        Visit.participant_id.in_(list(ids)), Visit.state.in_(NOT_YET)
    )
    visits = session.scalars(query.order_by(Visit.target)).all()
    changes = _last_changes(session, [one.id for one in visits if one.version > 1])
    found: dict[int, list[VisitDay]] = defaultdict(list)
    for visit in visits:
        zone = zones[visit.participant_id]
        found[visit.participant_id].append(_visit_day(visit, changes, zone))
    return found


def _last_changes(
    session: Session, ids: list[int]
) -> dict[tuple[int, int], tuple[datetime, datetime | None]]:
    """By visit and version: when it was made, and the time booked; the last two."""
    if not ids:
        return {}
    query = (
        select(
            VisitChange.visit_id,
            VisitChange.version,
            VisitChange.at,
            VisitChange.booked_at,
        )
        .join(Visit, Visit.id == VisitChange.visit_id)
        .where(Visit.id.in_(ids), VisitChange.version >= Visit.version - 1)
    )
    return {
        (number, version): (at, booked_at)
        for number, version, at, booked_at in session.execute(query)
    }


def _visit_day(
    visit: Visit,
    changes: Mapping[tuple[int, int], tuple[datetime, datetime | None]],
    site_zone: str,
) -> VisitDay:
    day = _booked_day(visit.booked_at, site_zone) or visit.target
    since, _ = changes.get((visit.id, visit.version), (None, None))
    _, booked_before = changes.get((visit.id, visit.version - 1), (None, None))
    before = _booked_day(booked_before, site_zone) or visit.target
    return VisitDay(
        code=visit.code,
        day=day,
        closes=visit.closes,
        state=visit.state,
        version=visit.version,
        booked_at=visit.booked_at,
        since=since,
        moved=since is not None and before != day,
    )


def _booked_day(booked_at: datetime | None, site_zone: str) -> date | None:
    return study_days.local_date(booked_at, site_zone) if booked_at else None


def _places(
    session: Session, ids: list[int]
) -> tuple[dict[int, str], dict[int, list[whereabouts.HospitalStay]], dict[int, int]]:
    """For each: the site's zone, the stays in hospital in order, and changes of D0."""
    query = (
        select(
            Participant.id,
            Site.time_zone,
            Stay.admitted_on,
            Stay.discharged_on,
            Stay.here_on,
            _times_d0_changed(),
        )
        .join(Site, Site.id == Participant.site_id)
        .outerjoin(Stay, Stay.participant_id == Participant.id)
        .where(Participant.id.in_(ids))
        .order_by(Stay.admitted_on)
    )
    zones: dict[int, str] = {}
    stays: dict[int, list[whereabouts.HospitalStay]] = defaultdict(list)
    changed: dict[int, int] = {}
    for number, zone, admitted, discharged, here_on, count in session.execute(query):
        zones[number], changed[number] = zone, count
        if admitted is not None:
            stays[number].append(
                whereabouts.HospitalStay(admitted, discharged, here_on)
            )
    return zones, stays, changed


def _times_d0_changed() -> ScalarSelect[int]:
    return (
        select(func.count(DayZeroChange.id))
        .where(DayZeroChange.participant_id == Participant.id)
        .correlate(Participant)
        .scalar_subquery()
    )
