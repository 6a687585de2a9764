"""The calls about silence that a study would have asked for on past days.

Each day is judged as at the hour of its call: only reports that had come by then count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from portal.people.case import Case
from portal.protocol.calendar import study_days
from portal.protocol.calendar.silence_plans import plan_on
from portal.protocol.study.model import Study
from portal.protocol.study.plan_model import CallTask, MissingPlan
from portal.visits.reminders.reminded_people import snapshot
from portal.visits.reminders.reports import (
    ReportsSince,
    days_of,
    heard_from,
    looks_back,
    versions_since,
)
from portal.visits.reminders.rules.hours import ONE_DAY
from portal.visits.reminders.rules.occasions import calls_of
from portal.visits.reminders.rules.person import (
    Occasion,
    OccasionKind,
    RemindedPerson,
)
from portal.visits.reminders.rules.silent_days import call_at, phase_of


@dataclass(frozen=True)
class PastCall:
    """A call about a silent day or, with ``evening``, about its second reading.

    All times are in the site's zone. ``rungs``: which duty would have been paged when,
    if nobody had made the call.
    """

    day: date
    at: datetime
    evening: bool
    rungs: tuple[tuple[str, datetime], ...]


def calls_missed(case: Case, since: date) -> Iterator[PastCall]:
    """The calls about silent days and evenings from ``since`` on."""
    zone, number = case.site.time_zone, case.participant.id
    start = study_days.moment_at(since, "00:00", zone)
    person = snapshot(case, since=start)
    first = start - looks_back(case.study)
    rows = versions_since(case.session, [number], first)[number]
    heard = heard_from(case.session, [number], first)[number]
    for day, plan, call in _asked(case, person, since):
        at = call_at(person, plan, day, call.at, call.days_later)
        then = replace(person, days=_known_at(case, rows, heard, at))
        if at <= case.now:
            yield from _called(case.study, then, day, call, zone)


def _known_at(
    case: Case, rows: Sequence[Row[Any]], heard: Mapping[date, datetime], at: datetime
) -> Mapping[date, Any]:
    """What had come at the hour of a call; a nurse's word only of earlier days."""
    zone = case.site.time_zone
    called_on = study_days.local_date(at, zone)
    by_then = [row for row in rows if row.received_at <= at]
    earlier = {day: said for day, said in heard.items() if day < called_on}
    known = ReportsSince(case.study, zone, by_then, earlier)
    return days_of(case.session, case.study, known, [])


def _asked(
    case: Case, person: RemindedPerson, since: date
) -> Iterator[tuple[date, MissingPlan, CallTask]]:
    """The days on which a diary was due, each with the calls that its plan has."""
    day = max(since, case.participant.d0)
    while day <= case.today:
        phase = phase_of(case.study, person, day)
        plan = plan_on(case.study, person.milestones, day)
        due = study_days.diary_is_due(case.study, phase, person.milestones, day)
        if plan is not None and due:
            yield from ((day, plan, call) for call in plan.calls)
        day += ONE_DAY


def _called(
    study: Study, person: RemindedPerson, day: date, call: CallTask, zone: str
) -> Iterator[PastCall]:
    """The call, if it is asked for, with its rungs."""
    work = [one for one in calls_of(study, person, day) if one.detail["call"] is call]
    rungs = tuple(
        (one.detail["role"], _at(one, zone))
        for one in work
        if one.kind is OccasionKind.CALL_LATE
    )
    for one in work:
        if one.kind is OccasionKind.CALL_TASK:
            yield PastCall(day, _at(one, zone), one.detail["evening"], rungs)


def _at(occasion: Occasion, zone: str) -> datetime:
    return occasion.at.astimezone(ZoneInfo(zone))
