"""Which plan holds for a day on which a diary is due: that of its stretch, or its phase's."""

from __future__ import annotations

from datetime import date, timedelta

from portal.protocol.calendar import study_days
from portal.protocol.calendar.whereabouts import ONE_DAY, Milestones, in_hospital
from portal.protocol.study.model import Study
from portal.protocol.study.plan_model import MissingPlan, PlanStretch


def plan_on(study: Study, person: Milestones, day: date) -> MissingPlan | None:
    """What happens if the diary of ``day`` does not come; None: none is awaited.

    The first stretch whose last day is not over holds.
    """
    plan = study.missing.get(study_days.phase_on(study, person, day))
    if plan is None:
        return None
    held = (one.plan for one in plan.stretches if _holds(study, person, one, day))
    return next(held, plan)


def _holds(study: Study, person: Milestones, stretch: PlanStretch, day: date) -> bool:
    if stretch.home_days is None:
        return study_days.day_number(person.d0, day) <= stretch.ends
    return is_home_at_most(study, person, day, stretch.home_days)


def is_home_at_most(study: Study, person: Milestones, day: date, days: int) -> bool:
    """Whether ``day`` is among the first ``days`` days after the time in hospital.

    The day of discharge is the first. Without a ward, they count from D0. If nobody
    knows where somebody is, they may have gone home on the first such day.
    """
    if day - timedelta(days=days) < person.d0:
        return True
    ago = (day - one * ONE_DAY for one in range(1, days + 1))
    return any(in_hospital(study, person, before) for before in ago)


def last_day_of_calls(study: Study) -> int:
    """How many days after a diary's own day the last step about it may be."""
    plans = [one for plan in study.missing.values() for one in plan.plans]
    return max((call.last_day for one in plans for call in one.calls), default=0)
