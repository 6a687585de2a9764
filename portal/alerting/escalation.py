"""The ladder: which rung is due when. It repeats until a person stops it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from portal.protocol.study.compiled import plain
from portal.protocol.study.text import Text
from portal.protocol.study.tiers import Step, Tier, TierPolicy


@dataclass(frozen=True)
class Plan:
    """A tier's ladder as it was when the alert opened. Times are minutes."""

    tier: Tier
    ack_minutes: int
    steps: tuple[Step, ...]
    repeat_minutes: int
    rearm_minutes: int

    @property
    def round_minutes(self) -> int:
        """Minutes from the first rung of one round to the first of the next."""
        return self.steps[-1].after_minutes + self.repeat_minutes


@dataclass(frozen=True)
class Position:
    """An alert's position on the ladder: round and rung fired last (-1: none yet).

    This round's minutes count from ``since``.
    """

    round: int
    step: int
    since: datetime


def plan_for(policy: TierPolicy, ack_minutes: int | None) -> Plan:
    """The plan of a tier; ``ack_minutes`` of the verdict replaces the tier's, if given.

    Raises:
        ValueError: the tier has no ladder.
    """
    if not policy.steps:
        raise ValueError(f"{policy.tier} has no ladder")
    return Plan(
        tier=policy.tier,
        ack_minutes=ack_minutes or policy.ack_minutes or 0,
        steps=policy.steps,
        repeat_minutes=policy.repeat_minutes,
        rearm_minutes=policy.rearm_minutes,
    )


def next_position(plan: Plan, at: Position) -> Position:
    """The next rung; after the last one, the first of the next round."""
    if at.step + 1 < len(plan.steps):
        return replace(at, step=at.step + 1)
    later = at.since + timedelta(minutes=plan.round_minutes)
    return Position(at.round + 1, 0, later)


def due_at(plan: Plan, at: Position) -> datetime:
    """When the rung at this position fires."""
    return at.since + timedelta(minutes=plan.steps[at.step].after_minutes)


def climb(plan: Plan, at: Position, now: datetime) -> tuple[Position, tuple[Step, ...]]:
    """The position due at ``now``, and the rungs that fire on the way.

    After a pause all overdue rungs are passed at once; the caller pages a person on
    several of them only once.
    """
    fired: dict[int, Step] = {}
    following = next_position(plan, at)
    while due_at(plan, following) <= now:
        at = following
        fired[at.step] = plan.steps[at.step]
        following = next_position(plan, at)
    return at, tuple(fired[step] for step in sorted(fired))


def restarted(at: Position, now: datetime) -> Position:
    """Before the first rung of a new round: after re-arming or a worse report."""
    return Position(at.round + 1, -1, now)


def is_worse(plan: Plan, tier: Tier, ack_minutes: int | None) -> bool:
    """Whether a verdict needs more than the plan: a higher tier or a faster answer."""
    if tier.rank != plan.tier.rank:
        return tier.rank > plan.tier.rank
    return ack_minutes is not None and ack_minutes < plan.ack_minutes


def to_data(plan: Plan) -> dict[str, Any]:
    """The plan as JSON, for the alert's snapshot."""
    stored: dict[str, Any] = plain(plan)
    return stored


def from_data(data: Mapping[str, Any]) -> Plan:
    """The plan from an alert's snapshot."""
    return Plan(
        tier=Tier(data["tier"]),
        ack_minutes=data["ack_minutes"],
        steps=tuple(_step(step) for step in data["steps"]),
        repeat_minutes=data["repeat_minutes"],
        rearm_minutes=data["rearm_minutes"],
    )


def _step(data: Mapping[str, Any]) -> Step:
    return Step(
        after_minutes=data["after_minutes"],
        roles=tuple(data["roles"]),
        channels=tuple(data["channels"]),
        task=Text(data["task"]) if data["task"] else None,
    )
