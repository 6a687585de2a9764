"""What may be promised to the person who reported: a time only while it is still ahead.

Staff have a deadline, and the person is promised the same one. If it has passed and
nobody has answered, no time is named any more: the person is told to phone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import ceil

from portal.vocabulary.alerts import AlertState

FEWEST = 2  # minutes: a shorter promise is over before it is read


class ReportState(StrEnum):
    """The state of a report that opened or joined an alert."""

    AWAITED = "awaited"  # somebody should answer; the deadline is still ahead
    UNANSWERED = "unanswered"  # the deadline has passed, and nobody has answered
    SEEN = "seen"  # a named person has it
    CLOSED = "closed"


@dataclass(frozen=True)
class PromisedAlert:
    """What a promise needs to know of an alert.

    ``due_at`` is the deadline of staff; ``told``: the person was told that nobody had
    answered, and nobody has since.
    """

    state: AlertState
    due_at: datetime
    told: bool


def standing(waiting: PromisedAlert, now: datetime) -> ReportState:
    """The state at ``now``."""
    if waiting.state == AlertState.CLOSED:
        return ReportState.CLOSED
    if waiting.state == AlertState.ACKED:
        return ReportState.SEEN
    late = waiting.told or now >= waiting.due_at
    return ReportState.UNANSWERED if late else ReportState.AWAITED


def minutes_left(
    waiting: PromisedAlert, own: int, since: datetime, now: datetime
) -> int:
    """Within how many minutes of ``since`` a report is answered; 0: no promise.

    ``own`` are the report's own minutes. A report that joined an alert gets at most the
    time that staff have left for it. Nothing is promised that is over, or nearly over,
    at ``now``.
    """
    held, minutes = standing(waiting, now), own
    if held in (ReportState.UNANSWERED, ReportState.CLOSED):
        return 0
    if held is ReportState.AWAITED and waiting.due_at > since:
        minutes = min(own, ceil((waiting.due_at - since).total_seconds() / 60))
    passed = (now - since).total_seconds() / 60
    return minutes if minutes >= FEWEST and passed < minutes else 0
