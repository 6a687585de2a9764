"""Hours of reminders: the participant's own clock, within the site's day.

A person abroad is reminded at their own hour, but always within the day that the
reminder is about. When clocks change, nothing fires twice and nothing is left out.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from portal.protocol.calendar import study_days

ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=16_384)
def day_begins(day: date, zone: str) -> datetime:
    """The first moment of a day in ``zone``, in UTC."""
    return study_days.moment_at(day, "00:00", zone)


def day_ends(day: date, zone: str) -> datetime:
    """The first moment of the day after, in UTC."""
    return day_begins(day + ONE_DAY, zone)


@lru_cache(maxsize=16_384)
def hour_on(day: date, clock: str, zone: str, site_zone: str) -> datetime:
    """When a clock in ``zone`` shows ``clock`` (``HH:MM``) during the site's ``day``.

    An hour shown twice: the first time. An hour skipped by a change of clocks: as in
    ``study_days.moment_at``. A day of 23 hours without this hour: the day's first
    moment.
    """
    begins, ends = day_begins(day, site_zone), day_ends(day, site_zone)
    for candidate in (day - ONE_DAY, day, day + ONE_DAY):
        moment = study_days.moment_at(candidate, clock, zone)
        if begins <= moment < ends:
            return moment
    return begins


def awake(moment: datetime, quiet: tuple[str, str], zone: str) -> datetime:
    """``moment``, or the end of the quiet hours (local ``HH:MM``) that it falls in.

    Never earlier than ``moment``, even if the clock shows an hour twice.
    """
    quiet_from, quiet_to = quiet
    ends = study_days.out_of_quiet(
        moment, quiet_from=quiet_from, quiet_to=quiet_to, zone=zone
    )
    if ends >= moment:
        return ends
    local = datetime.combine(
        study_days.local_date(moment, zone),
        time.fromisoformat(quiet_to),
        ZoneInfo(zone),
    )
    return local.replace(fold=1).astimezone(UTC)


def clock_changes(day: date, zone: str) -> timedelta:
    """How far the clocks of ``zone`` are moved on ``day``; mostly not at all."""
    before = day_begins(day, zone).astimezone(ZoneInfo(zone)).utcoffset()
    after = day_ends(day, zone).astimezone(ZoneInfo(zone)).utcoffset()
    return (after or timedelta()) - (before or timedelta())
