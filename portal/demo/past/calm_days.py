"""What the invented people answer on ordinary days: calm, plausible, never the same."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from portal.demo.past.scenarios import celsius
from portal.protocol.calendar import study_days
from portal.protocol.study.model import Study
from portal.protocol.study.timeline import Phase

ORDINARY = {
    "temp_site": "armpit",
    "antipyr": "no",
    "steroid": "no",
    "writing": "no",
    "meds": "yes",
    "near": "yes",
    "preg": "no",
    "callme": "no",
}
UNASKED = {"temp_max", "note", "spo2", "sbp", "reporter"}
"""What a calm person leaves out, or what is written down elsewhere."""


def calm_day(
    study: Study, phase: Phase, d0: date, today: date, chance: random.Random
) -> dict[str, Any]:
    """A day's answers that no rule fires for."""
    answers: dict[str, Any] = {}
    for name in study_days.asked_items(study, phase, d0, today):
        if name == "temp":
            answers[name] = celsius(f"36.{chance.randint(1, 8)}")
        elif name in ("fatigue", "joint"):
            answers[name] = chance.choice([0, 0, 1])
        elif name not in UNASKED:
            answers[name] = ORDINARY.get(name, study.items[name].calm_answer)
    return answers
