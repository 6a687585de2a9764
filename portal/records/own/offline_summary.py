"""What a phone may carry for days without a network: a day number, the next visit,
numbers to call, and until when an answer should come. Never a name, a code, or anything
that was reported.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from portal.alerting.answers import reported_alerts
from portal.db.tables.people import Participant
from portal.enrolment import adoption, day_zero_history
from portal.people.case import Case
from portal.protocol.calendar import study_days
from portal.protocol.calendar.whereabouts import Milestones, place_on
from portal.protocol.calendar.zone_changes import zone_changes
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text
from portal.records.own import today as days
from portal.visits import planned_visits
from portal.vocabulary.visits import VisitState

AHEAD = timedelta(days=400)
"""So long a phone reckons on by itself (``today`` in ``static/js/offline/study.js``)."""


@dataclass(frozen=True)
class PocketVisit:
    """The next visit: its name, its day, and the moment if one is booked."""

    title: Text
    on: date
    at: datetime | None


@dataclass(frozen=True)
class Awaited:
    """A report that nobody has answered: ``seconds`` are left for an answer; 0: none."""

    seconds: int
    version_id: str


@dataclass(frozen=True)
class OfflineSummary:
    """``day`` counts from D0. ``phases`` are the phase of today and those
    that begin in the next year, each with its first day and the day from which it counts, as the calendar knows them
    now; ``places`` says in the same way where the person is, or that nobody knows.
    ``offsets`` say from when on the site's clock is how far ahead of UTC. ``study`` is
    the hash of the version by which the phone judges. Until ``amended`` the phone says
    that this version is new, and until ``recounted`` that their D0 was
    changed.
    """

    today: date
    day: int
    phases: tuple[tuple[date, str, date], ...]
    places: tuple[tuple[date, str], ...]
    visit: PocketVisit | None
    awaited: Awaited | None
    time_zone: str
    offsets: tuple[tuple[datetime, timedelta], ...]
    duty_line: str
    emergency_number: str
    study: str
    amended: date | None
    recounted: date | None


def of(case: Case) -> OfflineSummary:
    """The record of one person."""
    today, d0, site = case.today, case.participant.d0, case.site
    milestones = case.milestones
    return OfflineSummary(
        today=today,
        day=study_days.day_number(d0, today),
        phases=phases_ahead(case.study, milestones, today),
        places=places_ahead(case.study, milestones, today),
        visit=_visit(case.session, case.study, case.participant, today, site.time_zone),
        awaited=_awaited(case.session, case.participant, case.now),
        time_zone=site.time_zone,
        offsets=offsets_ahead(site.time_zone, case.now),
        duty_line=site.duty_line,
        emergency_number=site.emergency_number,
        study=case.study.sha256,
        amended=adoption.told_until(case),
        recounted=day_zero_history.told_until(case),
    )


def phases_ahead(
    study: Study, person: Milestones, today: date
) -> tuple[tuple[date, str, date], ...]:
    """The phase of today and the later ones: first day, code, and where weeks count from."""
    found = _changes(today, lambda day: study_days.phase_on(study, person, day))
    return tuple(
        (day, code, study_days.counted_from(study.phase(code), person))
        for day, code in found
    )


def places_ahead(
    study: Study, person: Milestones, today: date
) -> tuple[tuple[date, str], ...]:
    """In the same way where the person is, or that nobody knows."""
    return _changes(today, lambda day: place_on(study, person, day).value)


def offsets_ahead(zone: str, now: datetime) -> tuple[tuple[datetime, timedelta], ...]:
    """From which moments on the site's clock is how far ahead of UTC.

    A phone's own table of zones may be years old.
    """
    changes = zone_changes(zone, now, now + AHEAD)
    return tuple(
        ((one.local - one.before).replace(tzinfo=UTC), one.after) for one in changes
    )


def _changes(today: date, on: Callable[[date], str]) -> tuple[tuple[date, str], ...]:
    """What is valid today, and from which days on it changes."""
    found: list[tuple[date, str]] = []
    for ahead in range(AHEAD.days + 1):
        day = today + timedelta(days=ahead)
        now = on(day)
        if not found or found[-1][1] != now:
            found.append((day, now))
    return tuple(found)


def _visit(
    session: Session, study: Study, participant: Participant, today: date, zone: str
) -> PocketVisit | None:
    visit = planned_visits.upcoming(session, participant, today=today)
    if visit is None:
        return None
    title = planned_visits.words_of(session, study, visit).title
    booked = visit.booked_at if visit.state == VisitState.BOOKED else None
    return PocketVisit(title, planned_visits.day_of(visit, zone), booked)


def _awaited(
    session: Session, participant: Participant, now: datetime
) -> Awaited | None:
    alert = days.open_alert(session, participant)
    if alert is None:
        return None
    seconds = reported_alerts.answer_in(session, alert, now=now)
    version_id = reported_alerts.newest_report(session, alert)
    if seconds is None or version_id is None:
        return None
    return Awaited(seconds, version_id)
