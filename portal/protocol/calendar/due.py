"""When same-day and routine work is due, by the study's rule and the site's day."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.protocol.calendar import study_days
from portal.protocol.study.tiers import SameDayDue, WorkingDayDue

SATURDAY = 5
READ_FROM, READ_TO = "08:00", "20:00"  # the hours at the site in which words are read
READ_WITHIN = timedelta(hours=2)
READ_BY = WorkingDayDue("17:00")


def due_at(rule: SameDayDue | WorkingDayDue, received: datetime, zone: str) -> datetime:
    """The UTC time by which work that came at ``received`` is due."""
    local = received.astimezone(ZoneInfo(zone))
    if isinstance(rule, WorkingDayDue):
        return _next_working_day(rule, local)
    begins, ends = time.fromisoformat(rule.day_from), time.fromisoformat(rule.day_to)
    if begins <= local.time() < ends:
        within = received.astimezone(UTC) + timedelta(minutes=rule.within_minutes)
        return min(within, _at(local, 0, rule.latest))
    return _at(local, 1 if local.time() >= ends else 0, rule.morning)


def in_working_hours(rule: SameDayDue | WorkingDayDue, at: datetime, zone: str) -> bool:
    """Whether ``at`` is in the hours of the day from which same-day work is counted."""
    if isinstance(rule, WorkingDayDue):
        return True
    local = at.astimezone(ZoneInfo(zone)).time()
    return time.fromisoformat(rule.day_from) <= local < time.fromisoformat(rule.day_to)


def read_by(received: datetime, zone: str, *, soon: bool) -> datetime:
    """The UTC time by which somebody must have read words that came at ``received``.

    ``soon``: two hours later, counted only between 08:00 and 20:00. So words of 19:30
    are read by 09:30, words of the night by 10:00. Otherwise 17:00 of the next working
    day, Monday to Friday.
    """
    if not soon:
        return due_at(READ_BY, received, zone)
    day = received.astimezone(ZoneInfo(zone)).date()
    if received >= study_days.moment_at(day, READ_TO, zone):
        day += timedelta(days=1)
    by = max(received, study_days.moment_at(day, READ_FROM, zone)) + READ_WITHIN
    late = by - study_days.moment_at(day, READ_TO, zone)
    if late <= timedelta(0):
        return by.astimezone(UTC)
    return study_days.moment_at(day + timedelta(days=1), READ_FROM, zone) + late


def in_reading_hours(now: datetime, zone: str) -> bool:
    """Whether the local time in ``zone`` is between 08:00 and 20:00."""
    local = now.astimezone(ZoneInfo(zone)).time()
    return time.fromisoformat(READ_FROM) <= local < time.fromisoformat(READ_TO)


def _next_working_day(rule: WorkingDayDue, local: datetime) -> datetime:
    days = 1
    while (local.date() + timedelta(days=days)).weekday() >= SATURDAY:
        days += 1
    return _at(local, days, rule.next_working_day_by)


def _at(local: datetime, days: int, clock: str) -> datetime:
    day = local.date() + timedelta(days=days)
    moment = datetime.combine(day, time.fromisoformat(clock), local.tzinfo)
    return moment.astimezone(UTC)
