"""When same-day and routine work is due, in the site's own day, by the study's rule."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.core.study.model import SameDayDue, WorkingDayDue

SATURDAY = 5


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


def _next_working_day(rule: WorkingDayDue, local: datetime) -> datetime:
    days = 1
    while (local.date() + timedelta(days=days)).weekday() >= SATURDAY:
        days += 1
    return _at(local, days, rule.next_working_day_by)


def _at(local: datetime, days: int, clock: str) -> datetime:
    day = local.date() + timedelta(days=days)
    moment = datetime.combine(day, time.fromisoformat(clock), local.tzinfo)
    return moment.astimezone(UTC)
