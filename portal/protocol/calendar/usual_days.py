"""When phases begin for somebody to whom every event happens on the day of its visit.

Nobody has to live so. Invented people do: those who try out a study file, and those of
the demonstration.
"""

from __future__ import annotations

from datetime import date

from portal.protocol.calendar.study_days import begin_date, visit_date
from portal.protocol.calendar.whereabouts import Milestones
from portal.protocol.study.model import Study

_ANY_DAY = date(2026, 3, 10)


def usual_events(study: Study, d0: date) -> dict[str, date]:
    """The day of each event: that of its visit by the plan."""
    days = {one.code: visit_date(one, d0) for one in study.visits}
    return {one.id: days[one.visit] for one in study.events if one.visit in days}


def first_days(study: Study) -> dict[str, int]:
    """The first day of each phase at home, counted from D0, by the phase's code."""
    usual = Milestones(_ANY_DAY, events=usual_events(study, _ANY_DAY))
    begun = {
        phase.code: begin_date(study, phase.begins, usual)
        for phase in study.phases_at_home
    }
    return {code: (day - _ANY_DAY).days if day else 0 for code, day in begun.items()}
