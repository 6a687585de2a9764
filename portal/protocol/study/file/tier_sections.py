"""What staff are held to and see: duties, clocks, ladders, caps, curve, pinned items."""

from __future__ import annotations

from portal.protocol.demands.duties import Work
from portal.protocol.study.duties import Duty
from portal.protocol.study.file.toml_tables import Table
from portal.protocol.study.form import Curve, CurveMark, Pinned
from portal.protocol.study.tiers import (
    Paging,
    SameDayDue,
    Step,
    Tier,
    TierPolicy,
    WorkingDayDue,
)


def read_duty(table: Table) -> Duty:
    """One ``[[duty]]``."""
    work = table.names("work", empty=True)
    for unknown in set(work) - set(Work):
        table.fault("work", f'"{unknown}" is not one of {", ".join(Work)}.')
    duty = Duty(
        id=table.text("id"),
        title=table.wording("title"),
        called=table.maybe_wording("called"),
        work=tuple(Work(one) for one in work if one in set(Work)),
    )
    table.end()
    return duty


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


def read_pinned(table: Table | None) -> Pinned | None:
    """The table ``[pinned]``; without it nothing is pinned."""
    if table is None:
        return None
    pinned = Pinned(title=table.wording("title"), items=table.names("items"))
    table.end()
    return pinned


def read_curve(table: Table) -> Curve:
    """One ``[[curve]]``; without any no curve is drawn."""
    curve = Curve(
        title=table.wording("title"),
        unit=table.text("unit"),
        items=table.names("items"),
        least=table.number("curve.least"),
        most=table.number("curve.most"),
        lines=table.measures("lines"),
        beside=table.maybe_text("beside"),
        mark=_mark(table.table("mark")) if table.has("mark") else None,
        low=table.flag("low", default=False),
    )
    table.end()
    return curve


def _mark(table: Table) -> CurveMark:
    mark = CurveMark(
        item=table.text("item"),
        codes=table.names("codes"),
        title=table.wording("title"),
    )
    table.end()
    return mark
