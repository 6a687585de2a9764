"""Moments and spans as somebody on call reads them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from portal.web.frame.filters import clock, moment
from portal.web.frame.language import gettext, ngettext

HOUR, DAY = 60, 24 * 60


def near(at: datetime, now: datetime, zone: str) -> str:
    """The hour alone today, with the day on any other."""
    there = ZoneInfo(zone)
    today = at.astimezone(there).date() == now.astimezone(there).date()
    return clock(at, zone) if today else moment(at, zone)


def span(at: datetime, now: datetime) -> str:
    """How far ``at`` is: "in 4 minutes", "3 hours ago"; whole units, rounded down."""
    if at > now:
        return gettext("in %(length)s", length=length(at, now))
    return gettext("%(length)s ago", length=length(at, now))


def length(at: datetime, now: datetime) -> str:
    """The time between the two: "4 min"; whole units, rounded down."""
    return _length(int(abs((at - now).total_seconds()) // 60))


def _length(minutes: int) -> str:
    if minutes >= 2 * DAY:
        return ngettext("%(num)s day", "%(num)s days", minutes // DAY)
    if minutes >= 2 * HOUR:
        return ngettext("%(num)s hour", "%(num)s hours", minutes // HOUR)
    return ngettext("%(num)s min", "%(num)s min", minutes)
