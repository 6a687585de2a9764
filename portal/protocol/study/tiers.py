"""The tiers of danger, and what a study promises for each: clock, message, ladder."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.protocol.demands.numbers import default
from portal.protocol.study.text import Text


class Tier(StrEnum):
    """How dangerous an entry is, most dangerous first."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    SAME_DAY = "same_day"
    ROUTINE = "routine"

    @property
    def rank(self) -> int:
        """0 for routine up to 3 for emergency."""
        return ("routine", "same_day", "urgent", "emergency").index(self.value)

    @property
    def pages(self) -> bool:
        """Whether a person is paged; a lower tier is same-day or routine work."""
        return self in (Tier.EMERGENCY, Tier.URGENT)


PAGING = tuple(tier for tier in Tier if tier.pages)
"""The tiers with an alert and a ladder, the most dangerous first."""


@dataclass(frozen=True)
class Step:
    """One rung: who is paged, how many minutes after opening, by which channels.

    ``task`` is work for staff that the rung puts on the worklist besides its pages.
    """

    after_minutes: int
    roles: tuple[str, ...]
    channels: tuple[str, ...]  # "text", "call"
    task: Text | None = None


@dataclass(frozen=True)
class SameDayDue:
    """When a same-day task is due; every time is local, ``HH:MM``.

    If it came from ``day_from`` to ``day_to``: within ``within_minutes``, but not after
    ``latest``. If it came at another hour: at the next ``morning``.
    """

    day_from: str
    day_to: str
    within_minutes: int
    latest: str
    morning: str


@dataclass(frozen=True)
class WorkingDayDue:
    """Due on the next day from Monday to Friday, by this local time (``HH:MM``)."""

    next_working_day_by: str


@dataclass(frozen=True)
class TierPolicy:
    """What a tier promises: its clock in minutes, its message, its ladder.

    ``repeat_minutes`` is the pause between the last rung and the next round,
    ``rearm_minutes`` how long an acknowledgement without an outcome lasts.
    ``ward_advice`` replaces ``advice`` while the person is in hospital. ``due`` is the
    rule for the due time of a tier without a clock.
    """

    tier: Tier
    title: Text
    ack_minutes: int | None
    advice: str
    steps: tuple[Step, ...]
    repeat_minutes: int
    rearm_minutes: int
    ward_advice: str | None = None
    due: SameDayDue | WorkingDayDue | None = None


@dataclass(frozen=True)
class Paging:
    """How many texts and calls the ladders may send to one person in 24 hours.

    After that they continue by the channels that have no cap.
    """

    texts_per_person_day: int = default("paging.texts_per_person_day")
    calls_per_person_day: int = default("paging.calls_per_person_day")
