"""When work is due, in Chengdu's day and where clocks change."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from portal.protocol.calendar.due import due_at, in_working_hours
from portal.protocol.study.tiers import SameDayDue, WorkingDayDue

SAME_DAY = SameDayDue("08:00", "20:00", 240, "21:00", "09:00")
ROUTINE = WorkingDayDue("17:00")


def local(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-12T08:00", "2026-03-12T12:00"),
        ("2026-03-12T16:59", "2026-03-12T20:59"),
        ("2026-03-12T17:01", "2026-03-12T21:00"),
        ("2026-03-12T19:59", "2026-03-12T21:00"),
        ("2026-03-12T20:00", "2026-03-13T09:00"),
        ("2026-03-12T23:30", "2026-03-13T09:00"),
        ("2026-03-12T00:30", "2026-03-12T09:00"),
        ("2026-03-12T07:59", "2026-03-12T09:00"),
    ],
)
def test_same_day_work_is_due_within_four_hours_or_in_the_morning(
    received: str, due: str
) -> None:
    assert due_at(SAME_DAY, local(received), "Asia/Shanghai") == local(due)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-12T10:00", "2026-03-13T17:00"),
        ("2026-03-13T10:00", "2026-03-16T17:00"),  # Friday: Monday
        ("2026-03-14T10:00", "2026-03-16T17:00"),
        ("2026-03-15T23:59", "2026-03-16T17:00"),
    ],
)
def test_routine_work_is_due_on_the_next_working_day(received: str, due: str) -> None:
    assert due_at(ROUTINE, local(received), "Asia/Shanghai") == local(due)


def test_the_morning_after_a_clock_change_is_nine_by_the_new_clock() -> None:
    evening = local("2026-03-28T22:00", "Europe/Berlin")
    assert due_at(SAME_DAY, evening, "Europe/Berlin") == local(
        "2026-03-29T09:00", "Europe/Berlin"
    )


@pytest.mark.parametrize(
    ("hour", "same_day"), [("07:59", False), ("08:00", True), ("20:00", False)]
)
def test_work_for_a_working_day_is_never_due_at_once(hour: str, same_day: bool) -> None:
    at = local(f"2026-03-12T{hour}")
    assert in_working_hours(SAME_DAY, at, "Asia/Shanghai") is same_day
    assert in_working_hours(ROUTINE, at, "Asia/Shanghai")
