"""The month view: a table of days with the visits in it, one month at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from babel.dates import format_date, get_day_names
from flask import request

from portal.protocol.calendar.month import month_of, month_written
from portal.protocol.study.text import Text
from portal.records.own.agenda import Agenda, AgendaVisit
from portal.web.frame.language import language, tongue


def month_view(found: Agenda, began: date, day_zero: Text) -> dict[str, Any]:
    """The month asked for, from that of D0 to that of the last visit."""
    last = max([found.today, *(visit.day for visit in found.visits)])
    asked = request.args.get("month", "")
    month = month_written(asked, first=began, last=last, otherwise=found.today)
    starts = {began: day_zero.say(language())}
    return {
        "title": format_date(month.first, tongue().dates.month, locale=tongue().locale),
        "weekdays": _weekdays(),
        "weeks": [
            [_day(day, found, starts) if day else None for day in week]
            for week in month.weeks
        ],
        "before": _link(month.before, began, last),
        "after": _link(month.after, began, last),
    }


def _weekdays() -> list[tuple[str, str]]:
    """Each weekday from Monday, short and whole."""
    short = get_day_names("narrow", context="stand-alone", locale=tongue().locale)
    whole = get_day_names("wide", context="stand-alone", locale=tongue().locale)
    return [(short[day], whole[day]) for day in range(7)]


def _day(day: date, found: Agenda, starts: Mapping[date, str]) -> dict[str, Any]:
    here = [visit for visit in found.visits if visit.day == day]
    words = [visit.title.say(language()) for visit in here]
    words += [starts[day]] if day in starts else []
    return {
        "number": day.day,
        "today": day == found.today,
        "words": ", ".join(words),
        "look": _look(here, bool(words)),
        "iso": str(day),
    }


def _look(here: Sequence[AgendaVisit], marked: bool) -> str:
    if any(visit.place != "past" for visit in here):
        return "coming"
    return "was" if marked else ""


def _link(first: date, began: date, last: date) -> dict[str, str] | None:
    if not month_of(began).first <= first <= last:
        return None
    named = format_date(first, tongue().dates.month, locale=tongue().locale)
    return {"href": f"/calendar?month={first:%Y-%m}#month", "label": named}
