"""The calls about missing diaries that a study would have asked for on past days.

Each day is judged as at the hour of its call: only reports that had come by then count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from portal.people.case import Case
from portal.protocol.calendar import study_days
from portal.protocol.study.model import Study
from portal.protocol.study.plan_model import MissingPlan
from portal.visits.reminders.reminded_people import snapshot
from portal.visits.reminders.reports import (
    ReportsSince,
    days_of,
    heard_from,
    versions_since,
)
from portal.visits.reminders.rules.hours import ONE_DAY
from portal.visits.reminders.rules.person import OccasionKind, RemindedPerson
from portal.visits.reminders.rules.staff_work import call_at, missing_work, phase_of


def calls_missed(case: Case, since: date) -> Iterator[tuple[date, datetime]]:
    """Each silent day with the hour of its call, in the site's zone."""
    zone, number = case.site.time_zone, case.participant.id
    start = study_days.moment_at(since, "00:00", zone)
    person = snapshot(case, since=start)
    rows = versions_since(case.session, [number], start)[number]
    heard = heard_from(case.session, [number], start)[number]
    for day, plan in _asked(case, person, since):
        at = call_at(person, plan, day, plan.task.at)
        called_on = study_days.local_date(at, zone)
        by_then = [row for row in rows if row.received_at <= at]
        earlier = {one for one in heard if one < called_on}
        known = ReportsSince(case.study, zone, by_then, earlier)
        days = days_of(case.session, case.study, known, [])
        then = replace(person, days=days)
        if at <= case.now and _is_called(case.study, then, day):
            yield day, at.astimezone(ZoneInfo(zone))


def _asked(
    case: Case, person: RemindedPerson, since: date
) -> Iterator[tuple[date, MissingPlan]]:
    """The days on which a diary was due, each with what happens when it does not come."""
    day = max(since, case.participant.d0)
    while day <= case.today:
        phase = phase_of(case.study, person, day)
        plan = case.study.missing.get(phase.code)
        due = study_days.diary_is_due(case.study, phase, person.milestones, day)
        if plan is not None and due:
            yield day, plan
        day += ONE_DAY


def _is_called(study: Study, person: RemindedPerson, day: date) -> bool:
    work = missing_work(study, person, phase_of(study, person, day), day)
    return any(one.kind is OccasionKind.CALL_TASK for one in work)
