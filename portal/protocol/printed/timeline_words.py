"""Days of visits and phases, in words for a clinician."""

from __future__ import annotations

from collections.abc import Iterator

from portal.protocol.printed.lines import below, named
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text, filled, joined, same, worded
from portal.protocol.study.timeline import DiaryKind, Phase, PhaseBegin, PlannedVisit

DIARIES = {
    DiaryKind.DAILY: worded("daily"),
    DiaryKind.WEEKDAYS: worded("Monday to Friday"),
    DiaryKind.WEEKLY: worded("weekly"),
    DiaryKind.ONCE: worded("once"),
    DiaryKind.OPTIONAL: worded("optional"),
    DiaryKind.NONE: worded("no diary"),
}
"""How often a phase asks for a diary."""
COUNTED = worded(
    "All days count from D0: %(day)s. Each phase lasts until the next begins."
)
WARD = worded("In hospital, as a rule for %(days)s days. Diary: %(diary)s.")
PHASE = worded("Begins: %(begins)s. Diary: %(diary)s.")
USUALLY = worded("A day of each person's own, usually that of %(visit)s.")


def diary_words(kind: DiaryKind) -> Text:
    """How often a diary of this kind is asked for."""
    return DIARIES[kind]


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


def timeline_lines(study: Study) -> Iterator[Text]:
    """Each phase with its first day, each visit with its window, each event."""
    yield filled(COUNTED, day=study.first_day)
    for phase in study.phases:
        yield named(phase.code, phase.title)
        yield below(_phase(phase))
    for visit in study.visits:
        yield same("")
        yield named(visit.code, joined([visit.title, visit_when(visit)], same(" · ")))
        yield below(visit.bring)
    for event in study.events:
        yield same("")
        yield named(event.id, event.title)
        yield below(filled(USUALLY, visit=same(event.visit)))


def _phase(phase: Phase) -> Text:
    diary = diary_words(phase.diary)
    if phase.ward:
        return filled(WARD, days=same(str(phase.planned_days)), diary=diary)
    return filled(PHASE, begins=begin_words(phase.begins), diary=diary)
