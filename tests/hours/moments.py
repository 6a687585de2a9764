"""The days on which clocks and calendars trip, and every hour that such a day has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.simulation.zones import ZONES
from tests.support.clock import ZONE

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
YEAR = 2026
HOURLY = ("Europe/Berlin", "Asia/Beirut", "Australia/Lord_Howe")
"""Where clocks change by night, at midnight and by half an hour: tried in every hour of
the change; elsewhere in each sixth.
"""


@dataclass(frozen=True)
class Day:
    """A day somewhere, and why it is tried."""

    name: str
    date: date
    zone: str = ZONE
    step: int = 1

    def moments(self, every: int = 1, first: int = 0) -> list[datetime]:
        """Each hour that the day truly has there, 23 to 25 of them, or every nth.

        ``first`` is the first hour tried: ``every`` runs with another each try all.
        """
        every = max(every, self.step)
        begins, ends = (_midnight(day, self.zone) for day in (self.date, self._next))
        hours = range(first % every, round((ends - begins) / HOUR), every)
        return [begins + number * HOUR for number in hours]

    @property
    def _next(self) -> date:
        return self.date + DAY

    def __str__(self) -> str:
        return f"{self.date} {self.name}, {self.zone}"


def _midnight(day: date, zone: str) -> datetime:
    at = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    return at.astimezone(UTC)


def _moved_by(day: date, zone: str) -> timedelta:
    """By how much clocks are moved on that day: forward is more than nothing."""
    return DAY - (_midnight(day + DAY, zone) - _midnight(day, zone))


def clock_changes(zone: str) -> Iterator[Day]:
    """The year's first day of clocks put forward, and of clocks put back, if any."""
    days = [date(YEAR, 1, 1) + number * DAY for number in range(365)]
    moved = {day: _moved_by(day, zone) for day in days}
    step = 1 if zone in HOURLY else 6
    forward = [day for day, by in moved.items() if by > timedelta(0)]
    back = [day for day, by in moved.items() if by < timedelta(0)]
    yield from (Day("clocks forward", day, zone, step) for day in forward[:1])
    yield from (Day("clocks back", day, zone, step) for day in back[:1])


DAYS = (
    Day("an ordinary Thursday", date(2026, 3, 12)),
    Day("an ordinary Monday", date(2026, 6, 15)),
    Day("a Sunday", date(2026, 3, 15)),
    Day("a 30th", date(2026, 6, 30)),
    Day("a 31st", date(2026, 7, 31)),
    Day("the leap day", date(2028, 2, 29)),
    Day("New Year's Eve", date(2026, 12, 31)),
)
CHANGES = tuple(day for zone in ZONES for day in clock_changes(zone))
EVERY_DAY = DAYS + CHANGES

# Journeys of processes begin in the dead of night, a minute before the ten o'clock
# rule, at noon's end and two minutes before a month, a year or a leap day turns.
HOURS = ("02:30", "09:59", "13:00", "23:58")
JOURNEY_DAYS = (date(2026, 3, 12), date(2026, 12, 31), date(2028, 2, 28))
JOURNEYS = tuple(f"{day}T{hour}" for day in JOURNEY_DAYS for hour in HOURS)
