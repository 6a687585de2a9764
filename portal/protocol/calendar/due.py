"""When same-day and routine work is due, in the site's own day, by the study's rule."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.protocol.calendar import study_days
from portal.protocol.study.model import SameDayDue, WorkingDayDue

SATURDAY = 5
READ_FROM, READ_TO = "08:00", "20:00"  # the site's hours in which words are read
READ_WITHIN = timedelta(hours=2)
READ_BY = WorkingDayDue("17:00")


def due_at(rule: SameDayDue | WorkingDayDue, received: datetime, zone: str) -> datetime:
    """The moment, in UTC, by which work received at ``received`` is due."""
    local = received.astimezone(ZoneInfo(zone))
    if isinstance(rule, WorkingDayDue):
        return _next_working_day(rule, local)
    begins, ends = time.fromisoformat(rule.day_from), time.fromisoformat(rule.day_to)
    if begins <= local.time() < ends:
        within = received.astimezone(UTC) + timedelta(minutes=rule.within_minutes)
        return min(within, _at(local, 0, rule.latest))
    return _at(local, 1 if local.time() >= ends else 0, rule.morning)


def read_by(received: datetime, zone: str, *, soon: bool) -> datetime:
    """The moment, in UTC, by which somebody has read words that came at ``received``.

    ``soon``: two hours later, counted only from 08:00 to 20:00: what comes at 19:30
    is read by 09:30, at night by 10:00. Otherwise 17:00 of the next working day,
    Monday to Friday.
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
    """Whether it is from 08:00 to 20:00 there."""
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
