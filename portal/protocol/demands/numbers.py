"""Every number of a study file: its minimum, its maximum, and its default.

With a larger number a date could not be computed, a text could not contain it, or
nothing would use it.
"""

from __future__ import annotations

from dataclasses import dataclass

_YEARS = 36_500
_WEEK = 7 * 24 * 60


@dataclass(frozen=True)
class BoundedNumber:
    """A whole number at ``key``, which has no list positions and no names of tables."""

    key: str
    least: int
    most: int
    default: int | None = None
    note: str = ""


_UNREAD = "nothing reads it yet, so it can be nothing else"

_ALL = (
    BoundedNumber("visit.days", 0, _YEARS),
    BoundedNumber("visit.months", 1, _YEARS // 31),
    BoundedNumber("visit.minus", 0, 366),
    BoundedNumber("visit.plus", 0, 366),
    BoundedNumber("phase.planned_days", 0, 366, 7, "of the time in hospital"),
    BoundedNumber(
        "phase.begins.days", 0, _YEARS, 0, "after a visit or an event; otherwise needed"
    ),
    BoundedNumber("phase.begins.months", 1, _YEARS // 31),
    BoundedNumber("item.choices.code", 0, 20, note="of a level"),
    BoundedNumber("item.calm", 0, 20, note="of a level"),
    BoundedNumber("item.max_length", 1, 2000, note="more is not read"),
    BoundedNumber("item.plausible", 0, 10**6, note="the least and the most"),
    BoundedNumber("options.unfinished_entry_minutes", 10, 10, 10, _UNREAD),
    BoundedNumber("options.planned_call_max_minutes", 60, 60, 60, _UNREAD),
    BoundedNumber("curve.least", 0, 10**6, note="where its axis begins"),
    BoundedNumber("curve.most", 1, 10**6, note="where its axis ends"),
    BoundedNumber("tier.ack_minutes", 1, _WEEK),
    BoundedNumber(
        "tier.repeat_minutes", 0, _WEEK, 0, "1 or more where a ladder stands"
    ),
    BoundedNumber("tier.rearm_minutes", 0, _WEEK, 0, "1 or more where a ladder stands"),
    BoundedNumber("tier.step.after_minutes", 0, _WEEK),
    BoundedNumber("tier.due.within_minutes", 1, 24 * 60),
    BoundedNumber("paging.texts_per_person_day", 0, 10_000, 10),
    BoundedNumber("paging.calls_per_person_day", 0, 10_000, 20),
    BoundedNumber("missing.brought_forward_minutes", 1, 24 * 60),
    BoundedNumber("missing.task.after_missed", 1, 60),
    BoundedNumber("missing.task.days_later", 0, 6, 0, "1: on the morning after"),
    BoundedNumber(
        "missing.task.escalate.days_later",
        0,
        6,
        note="counted from the diary's day; left out: on the day of the call",
    ),
    BoundedNumber(
        "missing.stretch.home_days", 1, 366, note="the day of discharge is the first"
    ),
    BoundedNumber("missing.stretch.until_day", 0, _YEARS, note="a day of the study"),
    BoundedNumber("reminders.visit_days", -366, 366),
    BoundedNumber("reminders.visit_missed_task_days", 1, 366),
    BoundedNumber("reminders.window_closing_task_days", 0, 366),
    BoundedNumber("reminders.recheck.rest_minutes", 1, 24 * 60),
    BoundedNumber("reminders.recheck.after_minutes", 1, 24 * 60),
    BoundedNumber("reminders.recheck.task_after_minutes", 1, 24 * 60),
    BoundedNumber("reminders.deviation.earliest_discharge_day", 0, _YEARS),
    BoundedNumber("reminders.dated.days", 0, _YEARS),
    BoundedNumber("reminders.dated.months", 1, _YEARS // 31),
    BoundedNumber("reminders.dated.end_days", 0, _YEARS),
    BoundedNumber("sms.max_segments", 1, 10),
    BoundedNumber("rule.case.ack_minutes", 1, _WEEK),
    BoundedNumber("example.previous.days_ago", 0, _YEARS),
)
NUMBERS = {number.key: number for number in _ALL}


def default(key: str) -> int:
    """The default of the number at ``key``.

    Raises:
        ValueError: it has none and must be given.
    """
    value = NUMBERS[key].default
    if value is None:
        said = f"{key} has no default."
        raise ValueError(said)
    return value
