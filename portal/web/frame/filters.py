"""How moments are shown: the only place outside the calendar where time is local."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from flask import Flask

from portal.web.frame.language import gettext, tongue


def install(app: Flask) -> None:
    """Give templates the filters below, except the last."""
    for filter_ in (clock, moment, short_day, day, full_day, long_date):
        app.add_template_filter(filter_)


def clock(at: datetime, zone: str) -> str:
    """The hour of a moment in a zone: 08:14."""
    return format_datetime(
        at.astimezone(ZoneInfo(zone)), "HH:mm", locale=tongue().locale
    )


def moment(at: datetime, zone: str, key: str | None = None) -> str:
    """Day and hour of a moment in a zone: 3月12日 08:14, 12 Mar, 08:14.

    In the page's language, or in that of ``key`` for what somebody else reads.
    """
    local, said = at.astimezone(ZoneInfo(zone)), tongue(key)
    return format_datetime(local, said.dates.moment, locale=said.locale)


def recent(at: datetime, zone: str, today: date) -> str:
    """A moment of the last days as people say it: yesterday 09:03, 12 Mar, 08:14."""
    hour = clock(at, zone)
    match (today - at.astimezone(ZoneInfo(zone)).date()).days:
        case 0:
            return gettext("today %(hour)s", hour=hour)
        case 1:
            return gettext("yesterday %(hour)s", hour=hour)
        case _:
            return moment(at, zone)


def short_day(on: date) -> str:
    """A day on an axis: 3月24日, 24 Mar."""
    return format_date(on, tongue().dates.short, locale=tongue().locale)


def day(on: date) -> str:
    """A day near today: 3月24日 星期二, Tuesday 24 March."""
    return format_date(on, tongue().dates.day, locale=tongue().locale)


def full_day(on: date) -> str:
    """A day of any year: 2026年3月24日 星期二, Tuesday 24 March 2026."""
    return format_date(on, tongue().dates.full, locale=tongue().locale)


def long_date(on: date) -> str:
    """A day with its year: 2026年3月24日, 24 March 2026."""
    return long_date_in(on, tongue().key)


def long_date_in(on: date, key: str) -> str:
    """The same in the language of ``key``, for a page that speaks several at once."""
    said = tongue(key)
    return format_date(on, said.dates.long, locale=said.locale)
