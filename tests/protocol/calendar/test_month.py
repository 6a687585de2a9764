"""A month as weeks, and which month an address may ask for."""

from __future__ import annotations

from datetime import date

import pytest

from portal.protocol.calendar.month import month_of, month_written

FIRST, LAST, TODAY = date(2026, 3, 10), date(2028, 3, 10), date(2026, 4, 2)


def test_a_month_has_its_days_and_no_other() -> None:
    month = month_of(date(2026, 2, 14))
    days = [day for week in month.weeks for day in week if day]
    assert [day.day for day in days] == list(range(1, 29))
    assert all(len(week) == 7 for week in month.weeks)
    assert month.weeks[0].index(date(2026, 2, 1)) == 6  # a Sunday


def test_months_follow_each_other_over_the_year() -> None:
    month = month_of(date(2026, 12, 31))
    assert (month.before, month.after) == (date(2026, 11, 1), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2026-03", date(2026, 3, 1)),  # the month of the first day, whole
        ("2028-03", date(2028, 3, 1)),
        ("2026-02", TODAY.replace(day=1)),
        ("2028-04", TODAY.replace(day=1)),
        ("2026-13", TODAY.replace(day=1)),
        ("2026-3", TODAY.replace(day=1)),
        ("２０２６-03", TODAY.replace(day=1)),
        ("9999-99", TODAY.replace(day=1)),
        ("", TODAY.replace(day=1)),
    ],
)
def test_a_month_is_shown_only_where_it_can_hold_something(
    text: str, first: date
) -> None:
    found = month_written(text, first=FIRST, last=LAST, otherwise=TODAY)
    assert found.first == first
