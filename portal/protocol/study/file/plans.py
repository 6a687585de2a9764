"""From ``[missing]``, ``[reminders]`` and ``[options]`` to their frozen classes.

Only this module reads these keys; the rest of the portal reads attributes.
"""

from __future__ import annotations

from collections.abc import Mapping

from portal.protocol.demands.rules import DEVIATION, SILENCE
from portal.protocol.study.file.sections import distance
from portal.protocol.study.file.toml_tables import Table
from portal.protocol.study.plan_model import (
    MONTH_RULES,
    CallTask,
    DatedPlan,
    DeviationPlan,
    EveningPlan,
    MissingPlan,
    Nudge,
    Options,
    RecheckPlan,
    Reminders,
    Rung,
)

_WHO = ("participant", "caregiver")


def read_options(table: Table | None) -> Options:
    """``[options]``: the investigator's switches; a missing one has its default."""
    if table is None:
        return Options()
    if table.has("month_rule"):
        table.one_of("month_rule", MONTH_RULES)
    options = Options(
        show_visit_windows=table.flag("show_visit_windows", default=False),
        unfinished_entry_minutes=table.number("options.unfinished_entry_minutes"),
        planned_call_max_minutes=table.number("options.planned_call_max_minutes"),
    )
    table.end()
    return options


def read_missing(table: Table) -> MissingPlan:
    """One ``[missing.<phase>]``: what happens when a diary does not come."""
    opens = table.clock("opens") if table.has("opens") else None
    due = table.clock("due")
    if not table.has("reminders"):
        table.fault("reminders", "list them; [] for none.")
    nudges = tuple(map(_nudge, table.tables("reminders")))
    minutes, tiers, when = _brought_forward(table)
    task = _missing_task(table.table("task"))
    table.end()
    return MissingPlan(due, nudges, task, minutes, tiers, when, opens)


def _nudge(table: Table) -> Nudge:
    nudge = Nudge(
        at=table.clock("at"), to=table.one_of("to", _WHO), text=table.text("text")
    )
    table.end()
    return nudge


def _brought_forward(
    table: Table,
) -> tuple[int | None, tuple[str, ...], Mapping[str, object] | None]:
    """How much earlier a silence leads to a call, and after which reports."""
    if not table.has("brought_forward_minutes"):
        return None, (), None
    minutes = table.number("missing.brought_forward_minutes")
    tiers = table.names("brought_forward_tiers", empty=True)
    when = table.maybe_table("brought_forward_when")
    return minutes, tiers, when.values if when is not None else None


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


def _rung(table: Table) -> Rung:
    rung = Rung(at=table.clock("at"), role=table.text("role"))
    table.end()
    return rung


def read_reminders(table: Table) -> Reminders:
    """``[reminders]``: visits, second readings, deviations, dated reminders."""
    reminders = Reminders(
        visit_days=table.numbers("reminders.visit_days"),
        visit_at=table.clock("visit_at"),
        visit_text=table.text("visit_text"),
        visit_text_booked=table.maybe_text("visit_text_booked"),
        silence=table.maybe_wording("silence"),
        silence_rule=table.maybe_text("silence_rule") or SILENCE,
        expire_at=table.clock("expire_at"),
        visit_missed_task_days=table.number("reminders.visit_missed_task_days"),
        window_closing_task_days=table.number("reminders.window_closing_task_days"),
        evening=_evening(table.maybe_table("evening")),
        recheck=_recheck(table.maybe_table("recheck")),
        deviation=_deviation(table.maybe_table("deviation")),
        dated=tuple(map(_dated, table.tables("dated", by="id"))),
    )
    table.end()
    return reminders


def _evening(table: Table | None) -> EveningPlan | None:
    if table is None:
        return None
    plan = EveningPlan(
        phases=table.names("phases"), at=table.clock("at"), text=table.text("text")
    )
    table.end()
    return plan


def _recheck(table: Table | None) -> RecheckPlan | None:
    if table is None:
        return None
    plan = RecheckPlan(
        rules=table.names("rules"),
        rest_minutes=table.maybe_number("reminders.recheck.rest_minutes"),
        after_minutes=table.number("reminders.recheck.after_minutes"),
        text=table.text("text"),
        task_after_minutes=table.number("reminders.recheck.task_after_minutes"),
        task_phases=table.names("task_phases", empty=True),
        advice=table.maybe_text("advice"),
        ask=table.names("ask"),
    )
    table.end()
    return plan


def _deviation(table: Table | None) -> DeviationPlan | None:
    if table is None:
        return None
    plan = DeviationPlan(
        role=table.text("role"),
        earliest_discharge_day=table.number(
            "reminders.deviation.earliest_discharge_day"
        ),
        discharge=table.wording("discharge"),
        away_rules=table.names("away_rules", empty=True),
        away=table.wording("away"),
        rule=table.maybe_text("rule") or DEVIATION,
    )
    table.end()
    return plan


def _dated(table: Table) -> DatedPlan:
    identity, (days, months) = table.text("id"), distance(table, "reminders.dated")
    announced = any(table.has(key) for key in ("end_message", "end_days", "text"))
    plan = DatedPlan(
        id=identity,
        days=days,
        months=months,
        message=table.text("message"),
        end_message=table.text("end_message") if announced else "",
        end_days=table.numbers("reminders.dated.end_days") if announced else (),
        text=table.text("text") if announced else "",
        at=table.clock("at") if table.has("at") else None,
    )
    table.end()
    return plan
