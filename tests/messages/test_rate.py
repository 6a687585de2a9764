"""A sender's rate: reached, never exceeded, and no more is made good than was missed."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.messages.rate import AHEAD, FORGOTTEN, MARGIN, Pace

RATES = [0.1, 0.5, 1.0, 1.5, 3.0, 10.0, 100.0]


def kept(
    pace: Pace, seconds: float, *, late: float = 0.0, sizes: tuple[int, ...] = (1,)
) -> list[tuple[float, int]]:
    """What leaves when somebody always waits, each up to ``late`` seconds too late."""
    draw, now, left = random.Random(3), 0.0, []
    units = sizes[0]
    while now < seconds:
        slot = pace.take(units, now)
        if slot is None:
            now = pace.opens_at(units) - AHEAD
            continue
        at = slot.at
        while (wait := pace.depart(slot, at + draw.uniform(0, late))) > 0:
            at += wait
        left.append((slot.at, units))
        now, units = max(now, slot.at - AHEAD), draw.choice(sizes)
    return left


def most_in_one(window: float, left: list[tuple[float, int]]) -> int:
    """The units of the fullest window, however it lies."""
    return max(
        sum(units for at, units in left if begin <= at < begin + window)
        for begin, _ in left
    )


@pytest.mark.parametrize("rate", RATES)
def test_a_rate_is_reached(rate: float) -> None:
    seconds = 100 / rate
    left = [at for at, _ in kept(Pace(rate), seconds) if at <= seconds]
    assert 0.98 * 100 <= len(left) <= 101


@pytest.mark.parametrize("rate", RATES)
def test_a_rate_is_never_exceeded_in_any_window(rate: float) -> None:
    pace = Pace(rate)
    left = kept(pace, 60 / rate, late=0.5 / rate)
    assert most_in_one(pace.share / rate, left) <= pace.share


@given(st.sampled_from([3.0, 10.0]), st.lists(st.integers(1, 3), min_size=1))
def test_long_texts_count_as_many_as_they_have_parts(
    rate: float, sizes: list[int]
) -> None:
    pace = Pace(rate)
    left = kept(pace, 10.0, late=0.1, sizes=tuple(sizes))
    assert most_in_one(1.0, left) <= rate


def test_who_wakes_up_late_makes_good_for_it() -> None:
    left = kept(Pace(10.0), 60.0, late=0.004)
    assert len(left) >= 0.98 * 600


def test_a_long_silence_is_not_made_good_for() -> None:
    pace = Pace(10.0)
    assert pace.take(1, 0.0)
    slots = [slot for _ in range(9) if (slot := pace.take(1, 1_000.0))]
    assert [slot.at for slot in slots] == pytest.approx([1_000.0, 1_000.1, 1_000.2])


def test_what_is_larger_than_a_share_passes_alone() -> None:
    pace = Pace(1.0)
    assert pace.take(3, 0.0)
    assert not pace.take(1, 2.7)
    assert pace.take(1, 3.0)


def test_what_left_by_another_hand_counts() -> None:
    pace = Pace(1.0)
    pace.note(1, 10.0)
    assert not pace.take(1, 10.5)
    assert pace.take(1, 11.1)


def test_what_left_counts_for_a_whole_window_and_then_no_more() -> None:
    pace = Pace(10.0)
    pace.note(9, 100.0)
    assert pace.take(1, 100.0)
    assert pace.take(1, 100.5) is None
    assert pace.opens_at() == pytest.approx(100.0 + pace.window)
    assert pace.take(1, 102.0)
    assert pace.opens_at(10) == pytest.approx(102.0 + pace.window)


def test_what_was_let_through_and_did_not_leave_counts_for_a_minute() -> None:
    pace = Pace(10.0)
    assert pace.take(10, 100.0)
    assert pace.take(1, 100.0 + FORGOTTEN)
    assert pace.opens_at(10) == pytest.approx(100.0 + FORGOTTEN + pace.window)
    assert len(pace._slots) == 2
    assert pace.take(1, 102.0 + FORGOTTEN)
    assert len(pace._slots) == 2, "the first is gone"


def test_a_message_is_taken_an_instant_before_its_moment() -> None:
    pace = Pace(10.0)
    assert pace.take(1, 0.0)
    slot = pace.take(1, 0.06)
    assert slot is not None
    assert slot.at == pytest.approx(0.1)
    assert pace.depart(slot, 0.06) == pytest.approx(0.04)
    assert pace.depart(slot, 0.1) == 0


def test_who_comes_too_late_moves_those_behind_him() -> None:
    pace = Pace(1.0)
    late = pace.take(1, 0.0)
    prompt = pace.take(1, 1.0)
    assert late is not None
    assert prompt is not None
    assert pace.depart(late, 0.9) == 0
    assert pace.depart(prompt, 1.0) == pytest.approx(0.9 + MARGIN)


def test_what_is_urgent_leaves_before_all_that_was_made_ready() -> None:
    pace = Pace(10.0)
    leaving = pace.take(1, 0.0)
    assert leaving is not None
    assert pace.depart(leaving, 0.0) == 0
    ready = [pace.take(1, 0.0) for _ in range(2)]
    page = pace.take(1, 0.01, urgent=True)
    second = pace.take(1, 0.02, urgent=True)
    at = [slot.at for slot in (leaving, page, second, *ready) if slot is not None]
    assert at == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4])


@given(st.lists(st.booleans(), min_size=20, max_size=60))
def test_who_overtakes_costs_nobody_the_rate(urgent: list[bool]) -> None:
    pace, now, waiting, left = Pace(10.0), 0.0, [], []
    for each in urgent:
        while (slot := pace.take(1, now, urgent=each)) is None:
            now += 0.01
        waiting.append(slot)
        now += 0.01
    for slot in sorted(waiting, key=lambda slot: slot.at):
        now = max(now, slot.at)
        while (pause := pace.depart(slot, now)) > 0:
            now += pause
        left.append((slot.at, 1))
    assert most_in_one(1.0, left) <= 10
