"""How fast one sender may hand messages over: its rate is never exceeded in any second.

A provider that gets messages faster queues them itself. Then an alert would wait unseen
behind a morning's reminders. So the queue stays here, where alerts overtake.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

MARGIN = 0.004  # seconds by which two hand-overs may move closer on the way
CATCH_UP = 0.25  # seconds: a smaller delay is caught up, a longer one is lost
FORGOTTEN = 60.0  # seconds after which a slot that was not used is dropped
GRAIN = 1e-6  # seconds that count as 0
AHEAD = 0.25  # seconds before its moment when a message is claimed and prepared


@dataclass(eq=False)
class Slot:
    """When a message may leave, or has left, and how many units it counts."""

    units: float
    at: float
    urgent: bool = False
    left: bool = False

    def counts(self, since: float) -> bool:
        """Whether it left after ``since``, or is still about to leave."""
        return self.at > (since if self.left else since - FORGOTTEN)


@dataclass
class Pace:
    """Lets ``rate`` units a second through: rate 3: 3 a second; rate 1.5: 2 in 1.33 s.

    Times are seconds of any clock that never goes back. A message counts from the
    moment it left, also if it failed.
    """

    rate: float
    _free_at: float = float("-inf")
    _slots: list[Slot] = field(default_factory=list)

    @property
    def window(self) -> float:
        """The seconds in which no more than ``share`` units may leave."""
        return self.share / self.rate + MARGIN

    @property
    def share(self) -> int:
        """The units of one window: a whole number, because messages are not split."""
        return math.ceil(self.rate)

    def take(self, units: float, now: float, *, urgent: bool = False) -> Slot | None:
        """A slot for ``units``, now or very soon; None: it is too early.

        An urgent message goes before all that have not left yet: it gets the first of
        their slots, and each of them moves to the next. A message larger than a whole
        share passes when nothing else left within the window.
        """
        moment = max(now, self.opens_at(units))
        overtaken = [s for s in self._slots if urgent and not (s.urgent or s.left)]
        first = min([moment, *(each.at for each in overtaken)])
        if first > now + AHEAD + GRAIN:
            return None
        late = moment - self._free_at <= CATCH_UP
        self._free_at = (self._free_at if late else moment) + units / self.rate
        slot = Slot(units, moment, urgent)
        self._slots = [each for each in self._slots if each.counts(now - self.window)]
        self._slots.append(slot)
        _let_first(slot, overtaken)
        return slot

    def note(self, units: float, at: float) -> None:
        """Count what another engine handed over."""
        self._slots.append(Slot(units, at, left=True))

    def depart(self, slot: Slot, now: float) -> float:
        """Seconds still to wait at ``now``; 0: it leaves, and counts from this moment.

        The window is checked again, because a late message moves those behind it.
        """
        gone = [each for each in self._slots if each is not slot and each.at <= now]
        opens_at = max(slot.at, self._window_opens(slot.units, gone))
        if now < opens_at - GRAIN:
            return opens_at - now
        slot.at, slot.left = now, True
        return 0.0

    def opens_at(self, units: float = 1.0) -> float:
        """The earliest moment at which ``units`` may leave."""
        return max(self._free_at, self._window_opens(units, self._slots))

    def _window_opens(self, units: float, slots: Iterable[Slot]) -> float:
        room = self.share - units
        for each in sorted(slots, key=lambda slot: slot.at, reverse=True):
            room -= each.units
            if room < 0:
                return each.at + self.window
        return float("-inf")


def _let_first(slot: Slot, overtaken: list[Slot]) -> None:
    line = [slot, *sorted(overtaken, key=lambda each: each.at)]
    moments = sorted(each.at for each in line)
    for each, moment in zip(line, moments, strict=True):
        each.at = moment
