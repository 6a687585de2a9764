"""The ladder's arithmetic, as tables of minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.alerting.escalation import (
    Plan,
    Position,
    climb,
    due_at,
    from_data,
    is_worse,
    next_position,
    plan_for,
    restarted,
    to_data,
)
from portal.protocol.study.text import Text
from portal.protocol.study.tiers import Step, Tier, TierPolicy

T0 = datetime(2026, 3, 12, 19, 0, tzinfo=UTC)
STEPS = (
    Step(0, ("nurse",), ("call", "text")),
    Step(15, ("doctor",), ("call",)),
    Step(30, ("investigator",), ("call",), Text({"zh": "去", "en": "go"})),
)
URGENT = Plan(Tier.URGENT, 15, STEPS, 15, 30)
UNFIRED = Position(0, -1, T0)


def minutes(number: float) -> datetime:
    return T0 + timedelta(minutes=number)


@pytest.mark.parametrize(
    ("after", "round_", "step", "rungs"),
    [
        (0, 0, 0, 1),
        (14.99, 0, 0, 1),
        (15, 0, 1, 2),
        (29.9, 0, 1, 2),
        (30, 0, 2, 3),
        (44.9, 0, 2, 3),
        (45, 1, 0, 3),
        (60, 1, 1, 3),
        (45 * 4 + 31, 4, 2, 3),
    ],
)
def test_the_rung_asked_for_follows_the_minutes_since_opening(
    after: float, round_: int, step: int, rungs: int
) -> None:
    at, fired = climb(URGENT, UNFIRED, minutes(after))
    assert (at.round, at.step) == (round_, step)
    assert len(fired) == rungs


def test_nothing_fires_between_two_rungs() -> None:
    at, _ = climb(URGENT, UNFIRED, minutes(1))
    again, fired = climb(URGENT, at, minutes(14))
    assert again == at
    assert fired == ()


def test_rungs_passed_during_a_pause_fire_once_each() -> None:
    _, fired = climb(URGENT, UNFIRED, minutes(45 * 100))
    assert fired == STEPS


def test_a_new_round_counts_its_minutes_from_its_own_start() -> None:
    last = Position(0, 2, T0)
    first = next_position(URGENT, last)
    assert first == Position(1, 0, minutes(45))
    assert due_at(URGENT, next_position(URGENT, first)) == minutes(60)


def test_a_ladder_of_one_rung_repeats_too() -> None:
    single = Plan(Tier.URGENT, 15, STEPS[:1], 10, 30)
    at, _ = climb(single, UNFIRED, minutes(25))
    assert (at.round, at.step) == (2, 0)


def test_restarting_begins_a_new_round_before_its_first_rung() -> None:
    again = restarted(Position(1, 2, T0), minutes(50))
    assert again == Position(2, -1, minutes(50))
    assert climb(URGENT, again, minutes(50))[0] == Position(2, 0, minutes(50))


@pytest.mark.parametrize(
    ("tier", "ack", "worse"),
    [
        (Tier.EMERGENCY, 5, True),
        (Tier.URGENT, 5, True),
        (Tier.URGENT, 15, False),
        (Tier.URGENT, 60, False),
        (Tier.SAME_DAY, None, False),
    ],
)
def test_worse_means_higher_or_faster(tier: Tier, ack: int | None, worse: bool) -> None:
    assert is_worse(URGENT, tier, ack) is worse


def test_the_snapshot_gives_the_plan_back() -> None:
    again = from_data(to_data(URGENT))
    assert again.tier is Tier.URGENT
    assert again.round_minutes == URGENT.round_minutes
    assert again.steps == STEPS


def policy(steps: tuple[Step, ...]) -> TierPolicy:
    return TierPolicy(
        Tier.URGENT, Text({"zh": "急", "en": "Urgent"}), 15, "M-U", steps, 15, 30
    )


def test_the_verdicts_own_clock_goes_into_the_plan() -> None:
    assert plan_for(policy(STEPS), 60).ack_minutes == 60
    assert plan_for(policy(STEPS), None).ack_minutes == 15


def test_a_tier_without_a_ladder_opens_no_alert() -> None:
    with pytest.raises(ValueError, match="no ladder"):
        plan_for(policy(()), 15)
