"""Days, visits and phases: the only place where local dates are computed.

Everything counts from D0, a local date in the site's zone. Times are
aware UTC, as arguments and results; days are plain dates.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.protocol.calendar.whereabouts import Milestones, in_hospital
from portal.protocol.study.form import Group, Item
from portal.protocol.study.model import Study
from portal.protocol.study.timeline import (
    DiaryKind,
    Phase,
    PhaseBegin,
    PlannedVisit,
    StudyEvent,
)

WEEKEND, OPENS, SHUTS = (5, 6), time(7), time(19)
"""The weekend and the usual opening hours; a time outside them is asked about."""

Day = date  # the class below has a field named ``date``


@dataclass(frozen=True)
class VisitWindow:
    """A visit on the calendar: its target date, and its window's first and last day."""

    code: str
    date: Day
    opens: Day
    closes: Day


def is_unusual_for_a_visit(at: datetime, zone: str) -> bool:
    """Whether clinics are rarely open at ``at``: a weekend, or not 07:00 to 19:00."""
    local = at.astimezone(ZoneInfo(zone))
    return local.weekday() in WEEKEND or not OPENS <= local.time() < SHUTS


def add_months(day: date, months: int) -> date:
    """The same day of the month, ``months`` later, or that month's last day.

    31 August + 6 months is 28 (or 29) February. Raises ``OverflowError`` after the year
    9999.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if not date.min.year <= year <= date.max.year:
        said = f"{day} plus {months} months is after the year 9999"
        raise OverflowError(said)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def after(d0: date, *, days: int | None = None, months: int | None = None) -> date:
    """The date ``days`` days or ``months`` calendar months after D0."""
    return add_months(d0, months) if months is not None else d0 + _days(days or 0)


def visit_date(visit: PlannedVisit, d0: date) -> date:
    """The visit's target date."""
    return after(d0, days=visit.days, months=visit.months)


def visit_window(visit: PlannedVisit, d0: date) -> VisitWindow:
    """The visit's target date and its window, both ends included."""
    target = visit_date(visit, d0)
    return VisitWindow(
        code=visit.code,
        date=target,
        opens=target - _days(visit.minus),
        closes=target + _days(visit.plus),
    )


def planned_visits(study: Study, d0: date) -> tuple[VisitWindow, ...]:
    """Every visit of the study for this D0, in the file's order."""
    return tuple(visit_window(visit, d0) for visit in study.visits)


def day_number(d0: date, today: date) -> int:
    """Days since D0: 0 on the day itself, negative before it."""
    return (today - d0).days


def local_date(moment: datetime, zone: str) -> date:
    """The local date in ``zone`` at ``moment``."""
    return moment.astimezone(ZoneInfo(zone)).date()


def moment_at(day: date, clock: str, zone: str) -> datetime:
    """The UTC time of the local time ``clock`` (``HH:MM``) on ``day``.

    If a change of clocks skips or repeats this local time, the offset before the change
    is used.
    """
    local = datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone))
    return local.astimezone(UTC)


def phase_on(study: Study, person: Milestones, today: date) -> str:
    """The code of the phase on ``today``.

    Known to be in hospital (``whereabouts``), and before D0: the ward's phase.
    Otherwise, also if the place is not known: the last phase that has begun. So a
    forgotten discharge does not stop the diary, and the stricter rules of that phase
    judge.
    """
    ward = study.ward
    if ward and (today < person.d0 or in_hospital(study, person, today)):
        return ward.code
    begun = [phase for phase, first in phase_begins(study, person) if first <= today]
    return (begun or study.phases_at_home)[-1 if begun else 0].code


def phase_begins(study: Study, person: Milestones) -> Iterator[tuple[Phase, date]]:
    """The phases at home that have a first day, in order, each with it.

    One that is counted from D0 does not begin before one above it, so that it cuts none
    of them short: the week after a late dose is a whole week.
    """
    latest = person.d0
    for phase in study.phases_at_home:
        first = begin_date(study, phase.begins, person)
        if first is None:
            continue
        if phase.begins is None or phase.begins.event is None:
            first = max(first, latest)
        latest = max(first, latest)
        yield phase, first


def begin_date(
    study: Study, begins: PhaseBegin | None, person: Milestones
) -> date | None:
    """The day that a phase's ``begins`` names; None: its event has not happened."""
    d0 = person.d0
    if begins is None:
        return d0
    if begins.event is not None:
        happened = person.events.get(begins.event)
        return happened + _days(begins.days or 0) if happened else None
    visit = next((one for one in study.visits if one.code == begins.visit), None)
    if visit is not None:
        return visit_date(visit, d0) + _days(begins.days or 0)
    return after(d0, days=begins.days, months=begins.months)


def counted_from(phase: Phase, person: Milestones) -> date:
    """The day from which a phase counts its weeks: that of its event, otherwise D0."""
    event = phase.begins.event if phase.begins else None
    return person.events.get(event, person.d0) if event else person.d0


def is_weekly_day(first: date, today: date) -> bool:
    """Whether weekly items and diaries are asked on ``today``: on the weekday of ``first``."""
    return day_number(first, today) % 7 == 0


def diary_is_due(study: Study, phase: Phase, person: Milestones, today: date) -> bool:
    """Whether ``phase`` expects a diary on ``today``; none is before D0."""
    if today < person.d0:
        return False
    match phase.diary:
        case DiaryKind.WEEKDAYS:
            return today.weekday() not in WEEKEND
        case DiaryKind.WEEKLY:
            return is_weekly_day(counted_from(phase, person), today)
        case DiaryKind.ONCE:
            return (phase, today) in phase_begins(study, person)
        case _:
            return phase.diary is DiaryKind.DAILY


def opens_at(
    study: Study, phase: Phase, person: Milestones, now: datetime, zone: str
) -> str | None:
    """The hour at which today's diary opens, while it is still to come; else None."""
    plan = study.missing.get(phase.code)
    if plan is None or plan.opens is None:
        return None
    local = now.astimezone(ZoneInfo(zone))
    is_due = diary_is_due(study, phase, person, local.date())
    return plan.opens if is_due and f"{local:%H:%M}" < plan.opens else None


def since_event(
    study: Study, phase: Phase, person: Milestones, today: date
) -> tuple[StudyEvent, int] | None:
    """The event from which ``phase`` counts, and the days since then; else None."""
    name = phase.begins.event if phase.begins else None
    event = next((one for one in study.events if one.id == name), None)
    if event is None:
        return None
    return event, day_number(counted_from(phase, person), today)


def asked_items(
    study: Study, phase: Phase, first: date, today: date
) -> tuple[str, ...]:
    """The items of ``today``'s form; weekly ones on the weekday of ``first``.

    In a phase with a weekly diary they are asked on every day, as any may be the one.
    """
    weekly = phase.diary is DiaryKind.WEEKLY or is_weekly_day(first, today)
    return tuple(item for item in phase.form if weekly or not study.items[item].weekly)


def asked_screens(
    study: Study, code: str, first: date, today: date
) -> list[tuple[Group, dict[str, Item]]]:
    """The screens of ``today`` that ask something, in order, the red flags first."""
    asked = asked_items(study, study.phase(code), first, today)
    screens = [
        (group, {name: study.items[name] for name in group.items if name in asked})
        for group in study.groups
    ]
    return [(group, items) for group, items in screens if items]


def is_quiet(moment: datetime, *, quiet_from: str, quiet_to: str, zone: str) -> bool:
    """Whether ``moment`` is in the quiet hours, which may span midnight."""
    now = moment.astimezone(ZoneInfo(zone)).time()
    begins, ends = time.fromisoformat(quiet_from), time.fromisoformat(quiet_to)
    if begins <= ends:
        return begins <= now < ends
    return now >= begins or now < ends


def out_of_quiet(
    moment: datetime, *, quiet_from: str, quiet_to: str, zone: str
) -> datetime:
    """``moment``, or the end of the quiet hours if it is in them, in UTC."""
    if not is_quiet(moment, quiet_from=quiet_from, quiet_to=quiet_to, zone=zone):
        return moment.astimezone(UTC)
    local = moment.astimezone(ZoneInfo(zone))
    ends = time.fromisoformat(quiet_to)
    day = local.date() + _days(0 if local.time() < ends else 1)
    return moment_at(day, quiet_to, zone)


def _days(days: int) -> timedelta:
    return timedelta(days=days)
