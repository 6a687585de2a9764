"""How moments are shown: the only place outside the calendar where time is local."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from flask import Flask

from portal.web.frame.language import LOCALES, language, locale

DAY = {"zh": "M月d日 EEEE", "en": "EEEE d MMMM"}
FULL = {"zh": "y年M月d日 EEEE", "en": "EEEE d MMMM y"}
SHORT = {"zh": "M月d日", "en": "d MMM"}
DATE = {"zh": "y年M月d日", "en": "d MMMM y"}
MOMENT = {"zh": "M月d日 HH:mm", "en": "d MMM, HH:mm"}


def install(app: Flask) -> None:
    """Give templates the filters below, except the last."""
    for filter_ in (clock, moment, short_day, day, full_day, long_date):
        app.add_template_filter(filter_)


def clock(at: datetime, zone: str) -> str:
    """The hour of a moment in a zone: 08:14."""
    return format_datetime(at.astimezone(ZoneInfo(zone)), "HH:mm", locale=locale())


def moment(at: datetime, zone: str, short: str | None = None) -> str:
    """Day and hour of a moment in a zone: 3月12日 08:14, 12 Mar, 08:14.

    In the page's language, or in ``short`` (zh, en) for what somebody else reads.
    """
    local, said = at.astimezone(ZoneInfo(zone)), short or language()
    return format_datetime(local, MOMENT[said], locale=LOCALES[said])


def short_day(on: date) -> str:
    """A day on an axis: 3月24日, 24 Mar."""
    return format_date(on, SHORT[language()], locale=locale())


def day(on: date) -> str:
    """A day near today: 3月24日 星期二, Tuesday 24 March."""
    return format_date(on, DAY[language()], locale=locale())


def full_day(on: date) -> str:
    """A day of any year: 2026年3月24日 星期二, Tuesday 24 March 2026."""
    return format_date(on, FULL[language()], locale=locale())


def long_date(on: date) -> str:
    """A day with its year: 2026年3月24日, 24 March 2026."""
    return long_date_in(on, language())


def long_date_in(on: date, short: str) -> str:
    """The same in ``zh`` or ``en``, for a page that speaks both at once."""
    return format_date(on, DATE[short], locale=LOCALES[short])
