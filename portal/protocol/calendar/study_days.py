"""Days, visits and phases: the only place where local dates are reckoned.

Everything counts from D0, the local date of the infusion, in the site's zone.
Moments go in and come out as aware UTC; days are plain dates.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.protocol.calendar.whereabouts import HospitalStay, in_hospital
from portal.protocol.study.form import Group, Item
from portal.protocol.study.model import Phase, PlannedVisit, Study

WEEKEND, OPENS, SHUTS = (5, 6), time(7), time(19)
"""When a clinic is rarely open: such a time is asked about, never refused."""

Day = date  # the class below has a field of that name


@dataclass(frozen=True)
class VisitWindow:
    """A visit on the calendar: its target and the first and last day that count."""

    code: str
    date: Day
    opens: Day
    closes: Day


def is_unusual_for_a_visit(at: datetime, zone: str) -> bool:
    """Whether a clinic is rarely open then: a weekend, or not from 07:00 to 19:00."""
    local = at.astimezone(ZoneInfo(zone))
    return local.weekday() in WEEKEND or not OPENS <= local.time() < SHUTS


def add_months(day: date, months: int) -> date:
    """The same day of the month, ``months`` later, clamped to that month's end.

    31 August + 6 months is 28 (or 29) February. Raises ``OverflowError`` past the
    year 9999.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if not date.min.year <= year <= date.max.year:
        said = f"{day} and {months} months is past the calendar"
        raise OverflowError(said)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def after(d0: date, *, days: int | None = None, months: int | None = None) -> date:
    """The date so many days or calendar months after D0."""
    return add_months(d0, months) if months is not None else d0 + _days(days or 0)


def visit_date(visit: PlannedVisit, d0: date) -> date:
    """The visit's target date."""
    return after(d0, days=visit.days, months=visit.months)


def visit_window(visit: PlannedVisit, d0: date) -> VisitWindow:
    """The visit's target date with the days around it that count, inclusive."""
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
    """Days since the infusion: 0 on the day itself, negative before it."""
    return (today - d0).days


def local_date(moment: datetime, zone: str) -> date:
    """The date that the wall calendar in ``zone`` shows at ``moment``."""
    return moment.astimezone(ZoneInfo(zone)).date()


def moment_at(day: date, clock: str, zone: str) -> datetime:
    """The UTC moment of the local time ``clock`` (``HH:MM``) on ``day``.

    A time that the change of clocks skips or repeats is taken by the offset before
    the change.
    """
    local = datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone))
    return local.astimezone(UTC)


def phase_on(study: Study, d0: date, today: date, stays: Sequence[HospitalStay]) -> str:
    """The code of the phase that ``today`` falls in.

    In hospital, as far as anybody said so: the study's first phase (``whereabouts``).
    Otherwise, where it is not known too: the first phase whose last visit date has not
    passed, so that a forgotten discharge never silences the diary and its rules, the
    stricter ones, judge.
    """
    if today < d0 or in_hospital(d0, today, stays):
        return study.phases[0].code
    later = study.phases[1:]
    return next(phase.code for phase in later if _lasts(study, phase, d0, today))


def is_weekly_day(d0: date, today: date) -> bool:
    """Whether weekly items and weekly diaries fall on ``today``: D0's weekday."""
    return day_number(d0, today) % 7 == 0


def diary_is_due(phase: Phase, d0: date, today: date) -> bool:
    """Whether a diary is expected on ``today`` in ``phase``."""
    if phase.diary == "weekly":
        return is_weekly_day(d0, today)
    return phase.diary == "daily"


def asked_items(study: Study, phase: Phase, d0: date, today: date) -> tuple[str, ...]:
    """The items that the form shows on ``today``: weekly ones on their weekday."""
    weekly = is_weekly_day(d0, today)
    return tuple(item for item in phase.form if weekly or not study.items[item].weekly)


def asked_screens(
    study: Study, code: str, d0: date, today: date
) -> list[tuple[Group, dict[str, Item]]]:
    """The screens of ``today`` in order, the red flags first: those that ask anything."""
    phase = next(phase for phase in study.phases if phase.code == code)
    asked = asked_items(study, phase, d0, today)
    screens = [
        (group, {name: study.items[name] for name in group.items if name in asked})
        for group in study.groups
    ]
    return [(group, items) for group, items in screens if items]


def is_quiet(moment: datetime, *, quiet_from: str, quiet_to: str, zone: str) -> bool:
    """Whether ``moment`` falls in the quiet hours (which may span midnight)."""
    now = moment.astimezone(ZoneInfo(zone)).time()
    begins, ends = time.fromisoformat(quiet_from), time.fromisoformat(quiet_to)
    if begins <= ends:
        return begins <= now < ends
    return now >= begins or now < ends


def out_of_quiet(
    moment: datetime, *, quiet_from: str, quiet_to: str, zone: str
) -> datetime:
    """``moment`` itself, or the end of the quiet hours that it falls in, in UTC."""
    if not is_quiet(moment, quiet_from=quiet_from, quiet_to=quiet_to, zone=zone):
        return moment.astimezone(UTC)
    local = moment.astimezone(ZoneInfo(zone))
    ends = time.fromisoformat(quiet_to)
    day = local.date() + _days(0 if local.time() < ends else 1)
    return moment_at(day, quiet_to, zone)


def _days(days: int) -> timedelta:
    return timedelta(days=days)


def _lasts(study: Study, phase: Phase, d0: date, today: date) -> bool:
    """Whether ``phase`` has not ended before ``today``; the last one never does."""
    ends = [visit for visit in study.visits if visit.code == phase.until]
    return not ends or today <= visit_date(ends[0], d0)
