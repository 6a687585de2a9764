"""Compares what left with what should have, and counts what is wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.simulation.history import History, Life
from tests.simulation.oracle import expected


@dataclass
class Counts:
    """What a simulation came to. ``faults`` holds a line for each thing wrong."""

    expected: int = 0
    sent: int = 0
    missed: int = 0
    unasked: int = 0
    off_time: int = 0
    doubled: int = 0
    to_who_left: int = 0
    wrong_number: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> int:
        """How many things were wrong in all."""
        return (
            self.missed
            + self.unasked
            + self.off_time
            + self.doubled
            + self.to_who_left
            + self.wrong_number
        )

    def add(self, other: Counts) -> None:
        """Count another part of the same study."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


def counted(history: History) -> Counts:
    """The counts of one simulated study."""
    counts = Counts(acts=Counter(history.acts), sent=len(history.sent))
    due = {one.key: one for one in expected(history)}
    counts.expected = len(due)
    left = {}
    lives = {life.id: life for life in history.lives}
    for sent in history.sent:
        key = sent.key.partition("~")[0]
        if key in left:
            counts.doubled += 1
            counts.faults.append(f"doubled: {sent}")
        left[key] = sent
        if _status(lives[sent.participant_id], sent.at) != "active":
            counts.to_who_left += 1
            counts.faults.append(f"to somebody who left: {sent}")
        if sent.number != _number(lives[sent.participant_id], sent):
            counts.wrong_number += 1
            counts.faults.append(f"to a number not in force: {sent}")
        if key not in due:
            counts.unasked += 1
            counts.faults.append(f"not to be sent: {sent}")
        elif abs((due[key].at - sent.at).total_seconds()) > 1:
            counts.off_time += 1
            counts.faults.append(f"at another time: {sent} {due[key]}")
    for key in due.keys() - left.keys():
        counts.missed += 1
        counts.faults.append(f"missed: {due[key]}")
    return counts


def _status(life: Life, at) -> str:  # type: ignore[no-untyped-def]
    return [status for since, status in life.statuses if since <= at][-1]


def _number(life: Life, sent) -> str:  # type: ignore[no-untyped-def]
    if ":caregiver:" in sent.key:
        assert life.caregiver is not None
        return life.caregiver[1]
    return [number for since, number in life.numbers if since <= sent.at][-1]
