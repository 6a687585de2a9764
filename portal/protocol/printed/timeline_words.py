"""Days of visits and phases, in words for a clinician."""

from __future__ import annotations

from portal.protocol.study.text import Text, same, worded
from portal.protocol.study.timeline import PhaseBegin, PlannedVisit

DIARIES = {
    "daily": worded("daily"),
    "weekdays": worded("Monday to Friday"),
    "weekly": worded("weekly"),
    "once": worded("once"),
    "optional": worded("optional"),
    "none": worded("no diary"),
}
"""How often a phase asks for a diary."""


def diary_words(kind: str) -> Text:
    """How often a diary of this kind is asked for."""
    return DIARIES.get(kind, same(kind))


def visit_when(visit: PlannedVisit) -> Text:
    """The day of a visit, counted from D0, and its window."""
    window = f"−{visit.minus}/+{visit.plus}"
    if visit.days is not None:
        return worded("day %(day)s, %(window)s days", day=visit.days, window=window)
    return worded("month %(month)s, %(window)s days", month=visit.months, window=window)


def begin_words(begins: PhaseBegin | None) -> Text:
    """The day on which a phase begins; None: on D0."""
    if begins is None:
        return same("D0")
    after = begins.visit or begins.event
    if after is None and begins.days is not None:
        return worded("day %(day)s", day=begins.days)
    if after is None:
        return worded("month %(month)s", month=begins.months)
    if not begins.days:
        return worded("on the day of %(visit)s", visit=after)
    if begins.days == 1:
        return worded("on the day after %(visit)s", visit=after)
    return worded("%(days)s days after %(visit)s", days=begins.days, visit=after)
