"""When invented people write: a diary in time, and a second reading where it is awaited."""

from __future__ import annotations

import random
from datetime import date

from portal.protocol.calendar.silence_plans import plan_on
from portal.protocol.calendar.whereabouts import Milestones, Place, place_on
from portal.protocol.study.model import Study

USUALLY_DUE = "10:00"


def diary_hour(study: Study, phase: str, chance: random.Random) -> str:
    """An hour in the three before the diary of a phase is due."""
    plan = study.missing.get(phase)
    due = int((plan.due if plan else USUALLY_DUE)[:2])
    return f"{chance.randint(due - 3, due - 1):02}:{chance.randint(0, 55):02}"


def evening_hour(study: Study, person: Milestones, day: date) -> str | None:
    """The hour at which it is asked for; None: nobody is phoned about it that day."""
    plan, asked = plan_on(study, person, day), study.reminders.evening
    at_home = place_on(study, person, day) is Place.HOME
    return asked.at if plan and plan.evening and asked and at_home else None
