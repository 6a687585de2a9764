"""Work that comes due for staff: silence by the person's clock, visits by the site's.

Where a study waits for a diary, a missing one is a clinical event: a call task, then a
page, then the doctor on call.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from portal.protocol.calendar import study_days
from portal.protocol.calendar.diary_weeks import counted_days
from portal.protocol.calendar.whereabouts import Place, place_on
from portal.protocol.study.model import Study
from portal.protocol.study.plan_model import MissingPlan, RecheckPlan
from portal.protocol.study.timeline import Phase
from portal.visits.reminders.rules.hours import ONE_DAY, hour_on
from portal.visits.reminders.rules.person import (
    Occasion,
    OccasionKind,
    Recheck,
    RemindedPerson,
    VisitDay,
)
from portal.vocabulary.visits import VisitState

WORK_AT = "09:00"  # when staff get a visit's task
STANDS = timedelta(days=400)  # work does not expire
NOT_YET = (VisitState.PLANNED, VisitState.BOOKED, VisitState.MISSED)


def phase_of(study: Study, person: RemindedPerson, day: date) -> Phase:
    """The phase that the participant is in on the site's ``day``."""
    return study.phase(study_days.phase_on(study, person.milestones, day))


def diary_begins(person: RemindedPerson, policy: MissingPlan, day: date) -> datetime:
    """When the day's diary is due, by the site's clock.

    A person who joins or comes back later that day is asked from the next day on.
    """
    return study_days.moment_at(day, policy.due, person.site_zone)


def call_at(
    person: RemindedPerson, policy: MissingPlan, day: date, clock: str
) -> datetime:
    """An hour of the calls about a silent ``day``, by the participant's own clock.

    Their reminders go by it too: staff are not called before the person was reminded.
    """
    due = hour_on(day, policy.due, person.zone, person.site_zone)
    called_on = study_days.local_date(due, person.zone)
    later = policy.task.days_later * ONE_DAY
    return study_days.moment_at(called_on + later, clock, person.zone)


def missing_work(
    study: Study, person: RemindedPerson, phase: Phase, day: date
) -> Iterator[Occasion]:
    """The call task of a silent day and the rungs after it.

    If nobody knows whether the person is home, the first steps ask the ward instead
    (``asks_ward``); the last step is the same.

    After an alarming last report the whole chain comes earlier, by as much as its first
    step. The usual hours stay planned; by then the work is done.
    """
    policy = study.missing[phase.code]
    days = silent_days(study, person, policy, day)
    if not days:
        return
    ward = place_on(study, person.milestones, day) is Place.UNKNOWN
    yield from _chain(person, policy, phase, days, timedelta(), asks_ward=ward)
    forward = policy.brought_forward_minutes
    if forward is not None and _alarming_before(person, day):
        due = hour_on(day, policy.due, person.zone, person.site_zone)
        at = due + timedelta(minutes=forward)
        usual = call_at(person, policy, day, policy.task.at)
        if at < usual:
            by = usual - at
            yield from _chain(person, policy, phase, days, by, asks_ward=ward)


def silent_days(
    study: Study, person: RemindedPerson, policy: MissingPlan, day: date
) -> tuple[date, ...]:
    """The due days without a report, ``day`` first, if they are enough for a task.

    Otherwise empty. Anything that came since ends the silence, and so does anything of
    a weekly diary's week. Days on which the person was in hospital, paused or not yet
    enrolled when the diary was due do not count.
    """
    if any(known >= day and report.heard for known, report in person.days.items()):
        return ()
    wanted = policy.task.after_missed
    due = _due_days(study, person, day, wanted)
    weeks = [counted_days(study, person.milestones, one) for one in due]
    heard = any(one.heard for week in weeks for one in person.came(week))
    return () if heard or len(due) < wanted else tuple(due)


def _due_days(
    study: Study, person: RemindedPerson, day: date, wanted: int
) -> list[date]:
    """The last ``wanted`` days with a diary due, ``day`` the newest of them."""
    found: list[date] = []
    first = max(person.d0, day - 7 * wanted * ONE_DAY)
    while day >= first and len(found) < wanted:
        phase = phase_of(study, person, day)
        policy = study.missing.get(phase.code)
        if (
            policy is not None
            and study_days.diary_is_due(study, phase, person.milestones, day)
            and diary_begins(person, policy, day) >= person.since
        ):
            found.append(day)
        day -= ONE_DAY
    return found


def _alarming_before(person: RemindedPerson, day: date) -> bool:
    """Whether the last day with a report, before ``day``, was alarming."""
    earlier = [
        known
        for known, report in person.days.items()
        if known < day and (report.heard or report.alarming)
    ]
    return bool(earlier) and person.days[max(earlier)].alarming


def _chain(
    person: RemindedPerson,
    policy: MissingPlan,
    phase: Phase,
    days: tuple[date, ...],
    by: timedelta,
    *,
    asks_ward: bool,
) -> Iterator[Occasion]:
    """The steps after the last of ``days``, all ``by`` earlier than the file's hours."""
    day, task, early = days[0], policy.task, ":early" if by else ""
    due = call_at(person, policy, day, task.ack_by) - by
    detail = {"phase": phase.code, "due": due, "days": days, "asks_ward": asks_ward}
    steps = [(task.at, OccasionKind.CALL_TASK, "", False)]
    for number, rung in enumerate(task.escalate, start=1):
        last = number == len(task.escalate)
        steps.append((rung.at, OccasionKind.CALL_LATE, rung.role, last))
    for clock, kind, role, last in steps:
        at = call_at(person, policy, day, clock) - by
        yield Occasion(
            key=f"{missing_key(person.id, day)}:{role or 'call'}{early}",
            kind=kind,
            at=at,
            not_after=at + STANDS,
            day=day,
            detail={**detail, "role": role, "last": last},
        )


def missing_key(participant_id: int, day: date) -> str:
    """The key of the one call task of a silent day."""
    return f"M:{participant_id}:{day}"


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
