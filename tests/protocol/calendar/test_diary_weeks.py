"""A weekly diary counts on every day of its week; any other for its own day alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.protocol.calendar import study_days
from portal.protocol.calendar.diary_weeks import (
    counted_days,
    due_day,
    is_weekly_due,
    last_due,
)
from portal.protocol.calendar.whereabouts import HospitalStay, Milestones
from tests.support.outbox import the_study

D0 = date(2026, 3, 2)
HOME = HospitalStay(D0, D0 + timedelta(days=8))
PERSON = Milestones(D0, (HOME,))
BEGINS = 93  # the first day of W3 for this D0: the day after month 3


def day(number: int) -> date:
    return D0 + timedelta(days=number)


def numbers(days: tuple[date, ...]) -> list[int]:
    return sorted((one - D0).days for one in days)


def test_a_week_is_the_seven_days_that_end_when_the_diary_is_due() -> None:
    assert numbers(counted_days(the_study(), PERSON, day(140))) == [*range(134, 141)]


def test_the_first_week_begins_with_its_phase() -> None:
    assert study_days.phase_on(the_study(), PERSON, day(BEGINS - 1)) == "W2"
    assert numbers(counted_days(the_study(), PERSON, day(98))) == [*range(BEGINS, 99)]


def test_days_in_hospital_are_no_days_of_the_week() -> None:
    again = HospitalStay(day(135), day(138))
    person = Milestones(D0, (HOME, again))
    found = numbers(counted_days(the_study(), person, day(140)))
    assert found == [134, 138, 139, 140]


@pytest.mark.parametrize("number", [3, 11, 40, 2000])
def test_where_no_diary_is_weekly_each_day_counts_for_itself(number: int) -> None:
    assert counted_days(the_study(), PERSON, day(number)) == (day(number),)
    assert due_day(the_study(), PERSON, day(number)) == day(number)
    assert not is_weekly_due(the_study(), PERSON, day(number))


def test_every_day_of_the_phase_counts_for_one_diary() -> None:
    last = study_days.add_months(D0, 24)
    for number in range(BEGINS, (last - D0).days + 1):
        due = due_day(the_study(), PERSON, day(number))
        assert (due - D0).days % 7 == 0 or due == day(number) > last - timedelta(7)
        assert timedelta(0) <= due - day(number) < timedelta(7)
        assert day(number) in counted_days(the_study(), PERSON, due)


@pytest.mark.parametrize(
    ("today", "missed"),
    [
        (10, 9),  # yesterday's, in the first weeks
        (8, None),  # in hospital yesterday
        (140, None),  # today's is due: last week's is too late
        (141, 140),
        (146, 140),
        (147, None),
        (97, None),  # no week is over yet
    ],
)
def test_a_missed_diary_is_asked_for_until_the_next_is_due(
    today: int, missed: int | None
) -> None:
    found = last_due(the_study(), PERSON, day(today))
    assert found == (None if missed is None else day(missed))
