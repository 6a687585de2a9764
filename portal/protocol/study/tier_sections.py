"""What a study promises for each tier, from its tables: clocks, ladders, caps."""

from __future__ import annotations

from portal.protocol.study.model import (
    Paging,
    SameDayDue,
    Step,
    Tier,
    TierPolicy,
    WorkingDayDue,
)
from portal.protocol.study.toml_tables import Table


def read_policy(tier: Tier, table: Table) -> TierPolicy:
    """One ``[tier.<name>]`` with its ladder."""
    policy = TierPolicy(
        tier=tier,
        title=table.wording("title"),
        ack_minutes=table.maybe_number("tier.ack_minutes"),
        advice=table.text("advice"),
        steps=tuple(_step(step) for step in table.tables("step")),
        repeat_minutes=table.number("tier.repeat_minutes"),
        rearm_minutes=table.number("tier.rearm_minutes"),
        ward_advice=table.maybe_text("ward_advice"),
        due=_due(table.table("due")) if table.has("due") else None,
    )
    table.end()
    return policy


def _step(table: Table) -> Step:
    step = Step(
        after_minutes=table.number("tier.step.after_minutes"),
        roles=table.names("roles"),
        channels=table.names("channels"),
        task=table.maybe_wording("task"),
    )
    table.end()
    return step


def _due(table: Table) -> SameDayDue | WorkingDayDue:
    due: SameDayDue | WorkingDayDue
    if table.has("next_working_day_by"):
        due = WorkingDayDue(next_working_day_by=table.clock("next_working_day_by"))
    else:
        due = SameDayDue(
            day_from=table.clock("day_from"),
            day_to=table.clock("day_to"),
            within_minutes=table.number("tier.due.within_minutes"),
            latest=table.clock("latest"),
            morning=table.clock("morning"),
        )
    table.end()
    return due


def read_paging(table: Table | None) -> Paging:
    """The table ``[paging]``; a missing value has its default."""
    if table is None:
        return Paging()
    paging = Paging(
        texts_per_person_day=table.number("paging.texts_per_person_day"),
        calls_per_person_day=table.number("paging.calls_per_person_day"),
    )
    table.end()
    return paging
