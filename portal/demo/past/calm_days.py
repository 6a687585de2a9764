"""What the invented people answer on ordinary days: calm, plausible, never the same."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from portal.demo.past.cast import Cast, celsius
from portal.protocol.calendar import study_days
from portal.protocol.demands.items import REPORTER
from portal.protocol.study.form import Item, ItemKind
from portal.protocol.study.model import Study
from portal.protocol.study.timeline import Phase

NEAR = 4
"""How far a number is from the ordinary one."""


def calm_day(
    study: Study,
    cast: Cast,
    phase: Phase,
    days: tuple[date, date],
    chance: random.Random,
) -> dict[str, Any]:
    """A day's answers that no rule fires for; ``days`` are the one
    from which weeks count, and the day."""
    answers: dict[str, Any] = {}
    for name in study_days.asked_items(study, phase, *days):
        if name == REPORTER or name in cast.left_out:
            continue  # who reports is written down elsewhere
        answer = _calm(study.items[name], cast, chance)
        if answer is not None:
            answers[name] = answer
    return answers


def _calm(item: Item, cast: Cast, chance: random.Random) -> object | None:
    if item.id in cast.wavering:
        return chance.choice([0, 0, 1])
    if item.kind is ItemKind.TEMPERATURE:
        return celsius(f"36.{chance.randint(1, 8)}")
    usual: object | None = cast.ordinary.get(item.id, item.calm_answer)
    if item.kind is ItemKind.NUMBER and isinstance(usual, str) and usual.isdigit():
        return str(int(usual) + chance.randint(-NEAR, NEAR))
    return usual
