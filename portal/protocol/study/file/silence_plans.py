"""From ``[missing]`` to its frozen classes: what happens when a diary does not come.

A stretch of days is read over the plan of its phase: what it does not say is the phase's.
Only this module reads these keys; the rest of the portal reads attributes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from portal.protocol.study.file.toml_tables import Table
from portal.protocol.study.plan_model import (
    CallTask,
    MissingPlan,
    Nudge,
    PlanStretch,
    Rung,
)

_WHO = ("participant", "caregiver")


def read_missing(table: Table) -> MissingPlan:
    """One ``[missing.<phase>]``: what happens when a diary does not come."""
    opens = table.clock("opens") if table.has("opens") else None
    due = table.clock("due")
    if not table.has("reminders"):
        table.fault("reminders", "list them; [] for none.")
    nudges = tuple(map(_nudge, table.tables("reminders")))
    minutes = table.has("brought_forward_minutes")
    forward = _brought_forward(table) if minutes else {}
    task = _missing_task(table.table("task"))
    evening = _evening_call(table.maybe_table("evening"))
    plan = MissingPlan(due, nudges, task, opens=opens, evening=evening, **forward)
    stretches = [_stretch(plan, inner) for inner in table.tables("stretch")]
    table.end()
    return replace(plan, stretches=tuple(stretches))


def _stretch(phase: MissingPlan, table: Table) -> PlanStretch:
    """Days with a plan of their own, written over that of their phase."""
    home_days = table.maybe_number("missing.stretch.home_days")
    until_day = table.maybe_number("missing.stretch.until_day")
    if (home_days is None) == (until_day is None):
        table.fault("", "write either home_days or until_day: the last of these days.")
    own: dict[str, Any] = {}
    if table.has("reminders"):
        own["reminders"] = tuple(map(_nudge, table.tables("reminders")))
    own |= _brought_forward(table)
    if (task := table.maybe_table("task")) is not None:
        own["task"] = _missing_task(task)
    if (evening := table.maybe_table("evening")) is not None:
        own["evening"] = _evening_call(evening)
    table.end()
    return PlanStretch(replace(phase, **own), home_days, until_day)


def _nudge(table: Table) -> Nudge:
    nudge = Nudge(
        at=table.clock("at"), to=table.one_of("to", _WHO), text=table.text("text")
    )
    table.end()
    return nudge


def _brought_forward(table: Table) -> Mapping[str, Any]:
    """How much earlier a silence leads to a call, and after which reports.

    What is not said is left out.
    """
    said: dict[str, Any] = {}
    if table.has("brought_forward_minutes"):
        key = "missing.brought_forward_minutes"
        said["brought_forward_minutes"] = table.number(key)
    if table.has("brought_forward_tiers"):
        names = table.names("brought_forward_tiers", empty=True)
        said["brought_forward_tiers"] = names
    when = table.maybe_table("brought_forward_when")
    return said if when is None else said | {"brought_forward_when": when.values}


def _missing_task(table: Table) -> CallTask:
    task = CallTask(
        after_missed=table.number("missing.task.after_missed"),
        at=table.clock("at"),
        ack_by=table.clock("ack_by"),
        role=table.text("role"),
        title=table.wording("title"),
        escalate=tuple(map(_rung, table.tables("escalate"))),
        days_later=table.number("missing.task.days_later"),
    )
    table.end()
    return task


def _evening_call(table: Table | None) -> CallTask | None:
    """The call about one evening whose reading did not come."""
    if table is None:
        return None
    call = CallTask(
        after_missed=1,
        at=table.clock("at"),
        ack_by=table.clock("ack_by"),
        role=table.text("role"),
        title=table.wording("title"),
        escalate=tuple(map(_rung, table.tables("escalate"))),
    )
    table.end()
    return call


def _rung(table: Table) -> Rung:
    rung = Rung(
        at=table.clock("at"),
        role=table.text("role"),
        days_later=table.maybe_number("missing.task.escalate.days_later"),
    )
    table.end()
    return rung
