"""A week is a week: a weekly diary counts on whichever day of its week it is written.

The week of a diary is the seven days that end with the day on which it is due, as far
as its phase holds: a diary written the evening before is early, not missing. Every
other diary counts for its own day alone.
"""

from __future__ import annotations

from datetime import date, timedelta

from portal.protocol.calendar import study_days
from portal.protocol.calendar.whereabouts import Milestones
from portal.protocol.study.model import Study
from portal.protocol.study.timeline import DiaryKind

EVERY_DAY = (DiaryKind.DAILY, DiaryKind.WEEKDAYS)
WEEK = 7


def counted_days(study: Study, person: Milestones, due: date) -> tuple[date, ...]:
    """The days on which a diary may be written that is due on ``due``, that day first."""
    code = study_days.phase_on(study, person, due)
    if study.phase(code).diary is not DiaryKind.WEEKLY:
        return (due,)
    earlier = (due - timedelta(days=ago) for ago in range(1, WEEK))
    same = (day for day in earlier if study_days.phase_on(study, person, day) == code)
    return (due, *same)


def due_day(study: Study, person: Milestones, day: date) -> date:
    """The day on which the diary is due for which one written on ``day`` counts.

    ``day`` itself where no weekly diary is awaited, also at the end of the phase.
    """
    phase = study.phase(study_days.phase_on(study, person, day))
    if phase.diary is not DiaryKind.WEEKLY:
        return day
    ahead = -study_days.day_number(study_days.counted_from(phase, person), day) % WEEK
    due = day + timedelta(days=ahead)
    return due if day in counted_days(study, person, due) else day


def last_due(study: Study, person: Milestones, today: date) -> date | None:
    """The newest day before ``today`` whose diary is asked for once more; None: none.

    Yesterday, where a diary was due; that of a weekly one until the next is due. One
    that is asked for once is not asked for a second time.
    """
    for ago in range(1, WEEK):
        day = today - timedelta(days=ago)
        phase = study.phase(study_days.phase_on(study, person, day))
        again = phase.diary is DiaryKind.WEEKLY or (
            ago == 1 and phase.diary in EVERY_DAY
        )
        if again and study_days.diary_is_due(study, phase, person, day):
            return day
    return None


def is_weekly_due(study: Study, person: Milestones, day: date) -> bool:
    """Whether a weekly diary is due on ``day``."""
    phase = study.phase(study_days.phase_on(study, person, day))
    weekly = phase.diary is DiaryKind.WEEKLY
    return weekly and study_days.diary_is_due(study, phase, person, day)
