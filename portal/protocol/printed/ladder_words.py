"""Rungs of a ladder and due times of work, in words for a clinician."""

from __future__ import annotations

from portal.protocol.printed.duty_words import duty_titles
from portal.protocol.study.model import Study
from portal.protocol.study.text import (
    Text,
    filled,
    joined,
    mark,
    same,
    worded,
    worded_for,
)
from portal.protocol.study.tiers import SameDayDue, Step, WorkingDayDue

RUNG = worded("after %(minutes)s min: %(who)s, by %(how)s")
CHANNELS = {
    "call": worded_for("channel", "call"),
    "text": worded_for("channel", "text"),
}


def rung_words(study: Study, step: Step) -> Text:
    """When a rung pages whom and by what, and the task that it gives."""
    ways = [CHANNELS.get(one, same(one)) for one in step.channels]
    said = filled(
        RUNG,
        minutes=same(str(step.after_minutes)),
        who=duty_titles(study, step.roles),
        how=joined(ways, mark("listed")),
    )
    return joined([said, step.task], same(" · ")) if step.task else said


def due_words(due: SameDayDue | WorkingDayDue | None) -> Text | None:
    """By when the work of a tier without a clock is due; None: it has a clock."""
    match due:
        case SameDayDue():
            return worded(
                "received %(hours)s: within %(minutes)s min, at the latest "
                "%(latest)s; otherwise the next %(morning)s",
                hours=f"{due.day_from}–{due.day_to}",
                minutes=due.within_minutes,
                latest=due.latest,
                morning=due.morning,
            )
        case WorkingDayDue():
            return worded(
                "the next working day by %(hour)s", hour=due.next_working_day_by
            )
        case None:
            return None
