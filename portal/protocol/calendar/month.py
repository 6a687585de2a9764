"""One month as a calendar shows it, in weeks from Monday to Sunday."""

from __future__ import annotations

import re
from calendar import Calendar
from dataclasses import dataclass
from datetime import date

from portal.protocol.calendar.study_days import add_months

WRITTEN = re.compile(r"\d{4}-\d{2}")


@dataclass(frozen=True)
class Month:
    """A month by its ``first`` day; ``weeks`` have None for days of other months."""

    first: date
    weeks: tuple[tuple[date | None, ...], ...]

    @property
    def before(self) -> date:
        """The first day of the previous month."""
        return add_months(self.first, -1)

    @property
    def after(self) -> date:
        """The first day of the next month."""
        return add_months(self.first, 1)


def month_of(day: date) -> Month:
    """The month of ``day``."""
    weeks = Calendar(firstweekday=0).monthdatescalendar(day.year, day.month)
    return Month(
        first=day.replace(day=1),
        weeks=tuple(
            tuple(each if each.month == day.month else None for each in week)
            for week in weeks
        ),
    )


def month_written(text: str, *, first: date, last: date, otherwise: date) -> Month:
    """The month named as ``YYYY-MM`` if in range, else the month of ``otherwise``."""
    try:
        day = date.fromisoformat(f"{text}-01") if WRITTEN.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not first.replace(day=1) <= day <= last:
        return month_of(otherwise)
    return month_of(day)
