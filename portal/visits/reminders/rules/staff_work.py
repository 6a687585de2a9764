"""Work that comes due for staff on visits and second readings: by the site's clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from portal.protocol.calendar import study_days
from portal.protocol.study.model import Study
from portal.protocol.study.plan_model import RecheckPlan
from portal.visits.reminders.rules.hours import ONE_DAY
from portal.visits.reminders.rules.person import (
    STANDS,
    Occasion,
    OccasionKind,
    Recheck,
    RemindedPerson,
    VisitDay,
)
from portal.vocabulary.visits import VisitState

WORK_AT = "09:00"  # when staff get a visit's task
NOT_YET = (VisitState.PLANNED, VisitState.BOOKED, VisitState.MISSED)


def visit_work(
    study: Study, person: RemindedPerson, visit: VisitDay
) -> Iterator[Occasion]:
    """A visit that did not happen is a call; a window about to close is a warning."""
    if visit.state not in NOT_YET:
        return
    missed = study.reminders.visit_missed_task_days
    closing = study.reminders.window_closing_task_days
    yield from _visit_task(
        person, visit, visit.day + missed * ONE_DAY, OccasionKind.VISIT_MISSED
    )
    warned_on = visit.closes - closing * ONE_DAY
    if visit.state != VisitState.BOOKED or visit.day < warned_on:
        yield from _visit_task(person, visit, warned_on, OccasionKind.WINDOW_CLOSING)


def _visit_task(
    person: RemindedPerson, visit: VisitDay, day: date, kind: OccasionKind
) -> Iterator[Occasion]:
    at = study_days.moment_at(day, WORK_AT, person.site_zone)
    if visit.since is None or at > visit.since:
        yield Occasion(
            key=f"V:{person.id}:{visit.code}:{kind}:{visit.version}",
            kind=kind,
            at=at,
            not_after=at + STANDS,
            day=day,
            detail={"visit": visit.code, "date": visit.day, "closes": visit.closes},
        )


def recheck_work(
    plan: RecheckPlan, person: RemindedPerson, recheck: Recheck, day: date
) -> Iterator[Occasion]:
    """A second reading that did not come within its time, while it matters most."""
    if recheck.phase in plan.task_phases:
        at = recheck.at + timedelta(minutes=plan.task_after_minutes)
        yield Occasion(
            key=f"K:{person.id}:{recheck.entry_id}",
            kind=OccasionKind.RECHECK_MISSED,
            at=at,
            not_after=at + STANDS,
            day=day,
            detail={"entry": recheck.entry_id},
        )
