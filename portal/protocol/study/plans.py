"""The shape of ``[missing]``, ``[reminders]`` and ``[options]``.

The study keeps these tables as they stand in the file (the rules of time read
them); here it is made sure that every key those rules read is there.
"""

from __future__ import annotations

from portal.protocol.study.sections import distance
from portal.protocol.study.toml_tables import Table

_WHO = ("participant", "caregiver")
_SWITCHES = ("show_visit_windows",)
_MINUTES = (
    "driving_days",
    "fever_medicine_wait_minutes",
    "unfinished_entry_minutes",
    "planned_call_max_minutes",
)


def read_options(table: Table) -> None:
    """``[options]``: the investigator's switches."""
    table.one_of("month_rule", ("calendar",))
    for key in _SWITCHES:
        table.flag(key)
    for key in _MINUTES:
        table.integer(key)
    table.end()


def read_missing(table: Table) -> None:
    """One ``[missing.<phase>]``: what happens when a diary does not come."""
    table.clock("due")
    if not table.has("reminders"):
        table.fault("reminders", "list them; [] for none.")
    for reminder in table.tables("reminders"):
        reminder.clock("at")
        reminder.one_of("to", _WHO)
        reminder.text("text")
        reminder.end()
    if table.has("brought_forward_minutes"):
        table.integer("brought_forward_minutes", least=1)
        table.names("brought_forward_tiers", empty=True)
        if table.has("brought_forward_when"):
            table.table("brought_forward_when")
    _missing_task(table.table("task"))
    table.end()


def _missing_task(table: Table) -> None:
    table.integer("after_missed", least=1)
    table.clock("at")
    table.clock("ack_by")
    table.text("role")
    table.wording("title")
    for rung in table.tables("escalate"):
        rung.clock("at")
        rung.text("role")
        rung.end()
    table.end()


def read_reminders(table: Table) -> None:
    """``[reminders]``: visits, second readings, deviations, dated reminders."""
    table.integers("visit_days")
    table.clock("visit_at")
    table.text("visit_text")
    table.maybe_text("visit_text_booked")
    table.clock("expire_at")
    table.integer("visit_missed_task_days", least=1)
    table.integer("window_closing_task_days")
    _evening(table.maybe_table("evening"))
    _recheck(table.maybe_table("recheck"))
    _deviation(table.maybe_table("deviation"))
    for dated in table.tables("dated", by="id"):
        _dated(dated)
    table.end()


def _evening(table: Table | None) -> None:
    if table is None:
        return
    table.names("phases")
    table.clock("at")
    table.text("text")
    table.end()


def _recheck(table: Table | None) -> None:
    if table is None:
        return
    table.names("rules")
    table.maybe_integer("rest_minutes", least=1)
    table.integer("after_minutes", least=1)
    table.text("text")
    table.integer("task_after_minutes", least=1)
    table.names("task_phases", empty=True)
    table.end()


def _deviation(table: Table | None) -> None:
    if table is None:
        return
    table.text("role")
    table.integer("earliest_discharge_day")
    table.wording("discharge")
    table.names("away_rules", empty=True)
    table.wording("away")
    table.end()


def _dated(table: Table) -> None:
    table.text("id")
    distance(table)
    table.text("message")
    table.text("end_message")
    table.integers("end_days")
    table.text("text")
    table.end()
