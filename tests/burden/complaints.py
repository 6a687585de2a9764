"""What ails the invented people, and for how long: complaints that come, stay and go.

In organs that lupus had affected half of the complaints are over within 11 days; half of
them begin in the first two weeks after the infusion, three in ten until the end of the
first month (LICATS: Hagen, Lancet Rheumatol 2025). A cough lasts for 18 days in the mean
(Ebell, Ann Fam Med 2013); the stomach and a headache pass sooner. While a complaint lasts it
is on some days worse and on some days too slight to be named. How often complaints begin is
set so that rule T21 of the first study fires on half of the diaries of its phase W1: this
was the share from which a review for each of them was too much.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.demo.past.cast import celsius

WORSE, SLIGHT = 0.04, 0.05
"""On how many days of a complaint it is worse, and on how many it is not named."""
ONSET = ((14, 50 / 14), (30, 30 / 16), (10_000, 20 / 60))
"""Until which day, and how many of a hundred complaints after the cells begin a day."""


@dataclass(frozen=True)
class Complaint:
    """An item and its answer, what it is on a worse day, and after how many days half
    of such complaints are over. ``begins`` is how many begin in a hundred days; of one
    that comes with the cells (``early``), in the first two weeks."""

    item: str
    answer: Any
    worse: Any
    half_over: float
    begins: float
    early: bool = False


COMPLAINTS = (
    Complaint("joint", 2, 3, 11, 2.1, early=True),
    Complaint("mouth", 2, 3, 11, 1.4, early=True),
    Complaint("rash", 2, 3, 11, 1.4, early=True),
    Complaint("urine", "yes", "yes", 11, 0.6, early=True),
    Complaint("fatigue", 3, 3, 11, 1.2, early=True),
    Complaint("infect", ["cough"], ["cough", "sore_throat"], 12, 0.9),
    Complaint("bleed", "little", "little", 5, 0.4),
    Complaint("stool", 2, 2, 3, 0.3),
    Complaint("vomit", 2, 2, 3, 0.3),
    Complaint("headache", 1, 2, 2, 0.6),
)
PASSING: tuple[tuple[float, Mapping[str, Any]], ...] = (
    (0.010, {"temp": celsius("37.6")}),
    (0.004, {"temp": celsius("38.2")}),
    (0.003, {"temp": "cannot"}),
    (0.005, {"antipyr": "for_other"}),
    (0.008, {"callme": "yes"}),
    (0.020, {"meds": "missed"}),
)
"""What lasts for one diary, and the share of diaries that say so."""


class Body:
    """How one person is, a day at a time, by a chance of their own."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._left: dict[str, int] = {}
        self._day = 0

    def lives_a_day(self) -> dict[str, Any]:
        """The answers of the next day that are not calm."""
        said: dict[str, Any] = {}
        self._day += 1
        for one in COMPLAINTS:
            if self._lasts(one):
                said |= self._told(one)
        for share, answers in PASSING:
            if self._chance.random() < share:
                said |= answers
        return said

    def _lasts(self, one: Complaint) -> bool:
        left = self._left.get(one.item, 0)
        if not left and self._chance.random() < self._begins(one):
            left = self._length(one.half_over)
        self._left[one.item] = max(left - 1, 0)
        return left > 0

    def _begins(self, one: Complaint) -> float:
        """The chance that a complaint begins today."""
        today = next(share for last, share in ONSET if self._day <= last)
        return one.begins / 100 * (today / ONSET[0][1] if one.early else 1)

    def _length(self, half_over: float) -> int:
        """Days, of which as many end within ``half_over`` as last longer."""
        ends_each_day = 1 - 0.5 ** (1 / half_over)
        drawn = 1 - self._chance.random()
        return max(1, math.ceil(math.log(drawn) / math.log(1 - ends_each_day)))

    def _told(self, one: Complaint) -> dict[str, Any]:
        drawn = self._chance.random()
        if drawn < SLIGHT:
            return {}
        return {one.item: one.worse if drawn > 1 - WORSE else one.answer}
