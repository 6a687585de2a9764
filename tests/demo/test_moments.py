"""The demonstration made at an awkward moment, as ``python -m tests.hours`` makes it."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from portal.demo.past.casting import cast_of
from portal.study_files import load_study
from tests.hours.moments import Day
from tests.hours.trials import Outcome, seeded
from tests.support.clock import START, ZONE

BERLIN = "Europe/Berlin"
LEAP_DAY = Day("", date(2028, 2, 29), ZONE).moments()[4]
BACK = Day("", date(2026, 10, 25), BERLIN).moments()[3]  # at three
SMALLER = "hypertension"
MADE = {
    "a leap day, at four": (LEAP_DAY, ZONE),
    "clocks back, the hour again": (BACK, BERLIN),
}


@pytest.mark.thorough
@pytest.mark.parametrize(("at", "zone"), MADE.values(), ids=MADE)
def test_the_demonstration_made_then_is_in_order(
    database_url: str, at: datetime, zone: str
) -> None:
    assert seeded(database_url, at, zone) == Outcome(24)


def test_the_demonstration_of_a_small_study_made_then_is_in_order(
    database_url: str,
) -> None:
    """Clocks go back: the same hour comes again, for fewer people than in the other."""
    people = len(cast_of(load_study(SMALLER)).participants)
    assert seeded(database_url, BACK, BERLIN, SMALLER) == Outcome(people)


@pytest.mark.thorough
def test_a_demonstration_that_is_not_in_order_is_a_fault(demonstrated: str) -> None:
    twice = seeded(demonstrated, START, ZONE)
    assert twice.wrong
    assert "seeded already" in twice.faults[0]
