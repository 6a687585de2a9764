"""Time that is gone by never goes back, and a step is told from time that passed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.engine.steady_clock import FORWARD, Anchor, SteadyClock
from tests.support.clock import START, Clock


class Seconds:
    """Seconds that the test counts; they only grow."""

    def __init__(self) -> None:
        self.passed = 0.0

    def __call__(self) -> float:
        return self.passed


class Machine:
    """A machine: seconds pass for both of its clocks, steps move one alone."""

    def __init__(self) -> None:
        self.wall, self.seconds = Clock(), Seconds()
        self.steady = SteadyClock(self.wall, self.seconds)

    def live(self, seconds: float) -> None:
        self.seconds.passed += seconds
        self.wall.advance(seconds=seconds)

    def step(self, seconds: float) -> None:
        self.wall.advance(seconds=seconds)


def test_F14_a_clock_set_back_two_hours_changes_nothing_of_the_time_gone_by() -> None:
    machine = Machine()
    machine.live(10)
    machine.step(-7200)
    assert machine.steady.now() == START + timedelta(seconds=10)
    machine.live(60)
    assert machine.steady.now() == START + timedelta(seconds=70)
    assert machine.steady.lead() == timedelta(hours=2)


def test_a_clock_set_forward_is_followed() -> None:
    machine = Machine()
    machine.step(86_400)
    assert machine.steady.now() == START + timedelta(days=1)
    assert machine.steady.lead() == timedelta(0)


def test_F14_a_new_process_begins_where_the_last_one_was() -> None:
    before = Machine()
    before.live(3600)
    mark = before.steady.now()
    before.step(-7200)
    after = SteadyClock(before.wall, before.seconds)
    after.reach(mark)
    before.live(5)
    assert after.now() == mark + timedelta(seconds=5)


def test_a_person_sets_it_right() -> None:
    machine = Machine()
    machine.step(-7200)
    machine.steady.reset()
    assert machine.steady.now() == START - timedelta(hours=2)


@given(
    st.lists(st.tuples(st.sampled_from(("live", "step")), st.integers(-(10**6), 10**6)))
)
def test_F18_no_interval_is_ever_negative(moves: list[tuple[str, int]]) -> None:
    """Nor shorter than the seconds that passed: a leap second or a smear included."""
    machine = Machine()
    for what, seconds in moves:
        before, lived = machine.steady.now(), 0.0
        if what == "live":
            lived = abs(seconds) / 1000
            machine.live(lived)
        else:
            machine.step(seconds / 1000)
        passed = machine.steady.now() - before
        assert passed >= timedelta(seconds=lived) - timedelta(microseconds=2)


@pytest.mark.parametrize(
    ("step", "jump"),
    [(86_400, True), (301, True), (299, False), (1, False), (-7200, False)],
)
def test_F15_more_than_five_minutes_forward_is_a_jump(step: float, jump: bool) -> None:
    anchor, seconds = Anchor(START, 0.0), 4000.0
    wall = START + timedelta(seconds=seconds + step)
    assert (anchor.drift(wall, seconds) > FORWARD) is jump


def test_time_that_simply_passed_is_no_drift() -> None:
    anchor = Anchor(datetime(2026, 3, 12, tzinfo=UTC), 7.0)
    wall = datetime(2026, 3, 12, 8, tzinfo=UTC)
    assert anchor.drift(wall, 7.0 + 8 * 3600) == timedelta(0)
