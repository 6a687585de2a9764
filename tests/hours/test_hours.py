"""A few of the moments that ``python -m tests.hours`` tries, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from portal.protocol.calendar.study_days import local_date
from tests.hours.__main__ import shown, told
from tests.hours.moments import (
    CHANGES,
    DAYS,
    EVERY_DAY,
    HOURLY,
    HOURS,
    JOURNEY_DAYS,
    JOURNEYS,
    Day,
)
from tests.hours.trials import Outcome, simulated
from tests.simulation.zones import ZONES
from tests.support.clock import ZONE, local_moment
from tests.support.journey import FEVER, journey

BERLIN, CHATHAM = "Europe/Berlin", "Pacific/Chatham"
BACK = date(2026, 10, 25)  # in Berlin, at three
IN_THE_MORNING, LATE = 10, 23


def moment(day: date, hour: int, zone: str = ZONE) -> datetime:
    return Day("", day, zone).moments()[hour]


LIVED = {
    "a leap day, late": (moment(date(2028, 2, 29), LATE), ZONE),
    "New Year's Eve, in the morning": pytest.param(
        moment(date(2026, 12, 31), IN_THE_MORNING),
        ZONE,
        marks=pytest.mark.thorough,
    ),
    "clocks back, the hour again": (moment(BACK, 3, BERLIN), BERLIN),
    "clocks forward, past it": pytest.param(
        moment(date(2026, 9, 27), 3, CHATHAM), CHATHAM, marks=pytest.mark.thorough
    ),
}


@pytest.mark.parametrize("every", [4, 12])
def test_as_many_runs_as_hours_between_try_every_hour_and_journey(every: int) -> None:
    for day in EVERY_DAY:
        turns = [day.moments(every, first) for first in range(12)]
        assert {at for turn in turns for at in turn} == set(
            replace(day, step=1).moments()
        )
    walked = [at for first in range(every) for at in JOURNEYS[first::every]]
    assert sorted(walked) == sorted(JOURNEYS)


@pytest.mark.in_turn
@pytest.mark.parametrize(("at", "zone"), LIVED.values(), ids=LIVED)
def test_a_study_that_begins_then_misses_and_doubles_nothing(
    database_url: str, at: datetime, zone: str
) -> None:
    outcome = simulated(database_url, at, zone)
    assert outcome.faults == ()
    assert outcome.looked_at > 10


@pytest.mark.in_turn
@pytest.mark.journey
@pytest.mark.thorough
def test_a_ladder_climbs_over_the_end_of_the_year(
    database_url: str, tmp_path: Path
) -> None:
    begins = local_moment("2026-12-31T23:58")
    with journey(database_url, tmp_path, begins) as walk:
        walk.engine()
        walk.diary(FEVER)
        walk.wait_for_pages("nurse", 2)
        assert local_date(walk.runtime.now(), ZONE) == date(2026, 12, 31)
        walk.pass_time(minutes=15)
        doctor = walk.wait_for_pages("doctor", 2)
        assert all(page.at - begins > timedelta(minutes=15) for page in doctor)
        assert local_date(walk.runtime.now(), ZONE) == date(2027, 1, 1)
        walk.everything_went_out_once()


# --------------------------------------------------------------- what is to be tried


def test_a_day_has_the_hours_that_it_truly_has() -> None:
    hours = {str(day): len(day.moments()) for day in EVERY_DAY}
    assert {hours[str(day)] for day in DAYS} == {24}
    assert hours["2026-03-29 clocks forward, Europe/Berlin"] == 23
    assert hours["2026-10-25 clocks back, Europe/Berlin"] == 25
    assert len(DAYS[0].moments(every=6)) == 4


def test_both_changes_of_every_zone_that_has_them_are_tried() -> None:
    changing = {day.zone for day in CHANGES}
    assert len(changing) > len(ZONES) / 2
    assert ZONE not in changing
    for zone in changing:
        names = [day.name for day in CHANGES if day.zone == zone]
        assert names == ["clocks forward", "clocks back"]
    hourly = {day.zone for day in CHANGES if len(day.moments()) > 20}
    assert hourly == set(HOURLY)


def test_the_awkward_days_are_among_them() -> None:
    dates = {day.date for day in DAYS}
    assert {(each.month, each.day) for each in dates} >= {(2, 29), (12, 31)}
    assert {each.day for each in dates} >= {29, 30, 31}
    assert {each.weekday() for each in dates} >= {0, 3, 6}
    assert len(HOURS) * len(JOURNEY_DAYS) == 12


# --------------------------------------------------------------- a fault is a fault


@pytest.mark.parametrize(
    "outcomes", [[], [Outcome(0)], [Outcome(3), Outcome(3, ("late",))]]
)
def test_a_fault_or_nothing_at_all_ends_in_failure(outcomes: list[Outcome]) -> None:
    assert told(shown(outcomes), 1.0) == 1


def test_what_went_well_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(shown([Outcome(3), Outcome(4)]), 2.0) == 0
    said = capsys.readouterr().out
    assert said.startswith(".. 7\n2 moments, 7 ")
    assert said.endswith("in 2 s: 0 moments went wrong\n")
