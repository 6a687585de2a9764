"""When clocks change: every moment of a year is told by the last change before it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.protocol.calendar.zone_changes import zone_changes

FIRST, LAST = datetime(2025, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
ZONES = (
    "Asia/Shanghai",
    "Europe/Berlin",
    "Europe/Dublin",  # summer time is the standard there
    "America/New_York",
    "America/St_Johns",  # half an hour, too
    "Australia/Lord_Howe",  # changes by half an hour
    "Africa/Casablanca",  # changes round Ramadan
)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.sampled(3)
def test_every_hour_is_told_by_the_change_before_it(zone: str) -> None:
    changes = zone_changes(zone, FIRST, LAST)
    moment, place = FIRST, ZoneInfo(zone)
    while moment < LAST:
        held = [one for one in changes if one.local - one.before <= _naive(moment)]
        assert held[-1].after == moment.astimezone(place).utcoffset(), moment
        moment += timedelta(hours=1)


def test_a_zone_without_summer_time_has_one_line() -> None:
    (only,) = zone_changes("Asia/Shanghai", FIRST, LAST)
    assert (only.after, only.name) == (timedelta(hours=8), "CST")


def test_the_clocks_of_berlin_go_forward_at_two() -> None:
    spring = zone_changes("Europe/Berlin", FIRST, LAST)[1]
    assert spring.local.isoformat() == "2025-03-30T02:00:00"
    assert (spring.name, spring.summer) == ("CEST", True)


def _naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)
