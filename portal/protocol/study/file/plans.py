"""From ``[reminders]`` and ``[options]`` to their frozen classes.

Only this module reads these keys; the rest of the portal reads attributes.
"""

from __future__ import annotations

from portal.protocol.demands.rules import DEVIATION, SILENCE
from portal.protocol.study.file.sections import distance
from portal.protocol.study.file.toml_tables import Table
from portal.protocol.study.plan_model import (
    MONTH_RULES,
    DatedPlan,
    DeviationPlan,
    EveningPlan,
    Options,
    RecheckPlan,
    Reminders,
)


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
        phases=table.names("phases"),
        at=table.clock("at"),
        text=table.text("text"),
        counts_from=table.clock("counts_from") if table.has("counts_from") else None,
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
