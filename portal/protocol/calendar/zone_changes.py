"""When a zone's clocks change: what a calendar file must say about its own times.

Each change is listed separately, without a rule of repetition: some calendar apps read
only the first of a list of dates and were wrong by an hour for half the year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


@dataclass(frozen=True)
class ZoneChange:
    """From ``local`` (in the old offset) on, the offset from UTC is ``after``."""

    local: datetime  # naive
    before: timedelta
    after: timedelta
    name: str
    summer: bool


def zone_changes(zone: str, first: datetime, last: datetime) -> list[ZoneChange]:
    """The offset at ``first`` (aware), then every change up to ``last``, in order."""
    place, moment = ZoneInfo(zone), first.astimezone(UTC)
    found = [_change(moment, place, _offset(moment, place))]
    while moment < last:
        following = moment + DAY
        before = _offset(moment, place)
        if _offset(following, place) != before:
            found.append(_change(_between(moment, following, place), place, before))
        moment = following
    return found


def _between(early: datetime, late: datetime, place: ZoneInfo) -> datetime:
    """The second of the change; ``early`` and ``late`` have different offsets."""
    before = _offset(early, place)
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        if _offset(middle, place) == before:
            early = middle
        else:
            late = middle
    return late


def _change(moment: datetime, place: ZoneInfo, before: timedelta) -> ZoneChange:
    local = moment.astimezone(place)
    return ZoneChange(
        local=(moment + before).replace(tzinfo=None),
        before=before,
        after=_offset(moment, place),
        name=local.tzname() or "",
        summer=bool(local.dst()),
    )


def _offset(moment: datetime, place: ZoneInfo) -> timedelta:
    return moment.astimezone(place).utcoffset() or timedelta(0)
