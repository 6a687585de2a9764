"""Engines die, and two may run: no page is lost, none comes twice."""

from __future__ import annotations

import pytest

from tests.support.journey import FEVER, Journey
from tests.support.waiting import until

pytestmark = pytest.mark.journey


def test_an_engine_killed_in_the_middle_of_a_ladder_loses_and_doubles_nothing(
    journey: Journey,
) -> None:
    first = journey.engine()
    journey.diary(FEVER)
    journey.wait_for_pages("nurse", 2)
    journey.pass_time(minutes=15)
    until(lambda: journey.on_phone("doctor") != [], "the doctor's first page")
    first.kill()
    second = journey.engine()
    journey.wait_for_pages("doctor", 2)
    second.kill()
    journey.pass_time(minutes=15)
    journey.engine()
    journey.wait_for_pages("investigator", 2)
    journey.everything_went_out_once()
    assert len(journey.on_phone("nurse")) == len(journey.on_phone("doctor")) == 2


def test_F23_what_was_due_while_no_engine_ran_comes_as_one_page_each(
    journey: Journey,
) -> None:
    journey.diary(FEVER)
    journey.pass_time(minutes=31)
    journey.engine()
    journey.wait_for_pages("doctor", 2)
    journey.wait_for_pages("investigator", 2)
    journey.settled()
    assert len(journey.on_phone("doctor")) == len(journey.on_phone("investigator")) == 2


def test_F21_two_engines_send_one_page_for_each_key(journey: Journey) -> None:
    engines = [journey.engine(), journey.engine()]
    journey.diary(FEVER)
    journey.wait_for_pages("nurse", 2)
    for who in ("doctor", "investigator"):
        journey.pass_time(minutes=15)
        journey.wait_for_pages(who, 2)
    engines[0].stop()
    journey.pass_time(minutes=15)
    journey.wait_for_pages("nurse", 4)
    journey.everything_went_out_once()
    assert all("Traceback" not in engine.said() for engine in engines)
