"""What an alert lets us promise to whoever reported: an hour only while it is to come.

Staff have a deadline, and the person is promised the same one. Once it has passed with
nobody there, no hour is named any more: they are told to phone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import ceil

from portal.vocabulary.alerts import AlertState

FEWEST = 2  # minutes: a promise shorter than that is over before it is read


class ReportState(StrEnum):
    """What has become of a report that opened an alert, or joined one."""

    AWAITED = "awaited"  # somebody should answer by an hour that is still to come
    UNANSWERED = "unanswered"  # the hour has passed, and nobody has answered
    SEEN = "seen"  # a named person has it
    CLOSED = "closed"


@dataclass(frozen=True)
class PromisedAlert:
    """An alert as far as promises go. ``due_at`` is when staff must have answered;
    ``told``: the person was told that nobody had, and nobody has since.
    """

    state: AlertState
    due_at: datetime
    told: bool


def standing(waiting: PromisedAlert, now: datetime) -> ReportState:
    """What holds now."""
    if waiting.state == AlertState.CLOSED:
        return ReportState.CLOSED
    if waiting.state == AlertState.ACKED:
        return ReportState.SEEN
    late = waiting.told or now >= waiting.due_at
    return ReportState.UNANSWERED if late else ReportState.AWAITED


def minutes_left(
    waiting: PromisedAlert, own: int, since: datetime, now: datetime
) -> int:
    """Within how many minutes of ``since`` a report is answered; 0: none are promised.

    ``own`` is the report's own clock. One that joined an alert has no more than staff
    have left for that. None are promised that are over, or nearly, at ``now``.
    """
    held, minutes = standing(waiting, now), own
    if held in (ReportState.UNANSWERED, ReportState.CLOSED):
        return 0
    if held is ReportState.AWAITED and waiting.due_at > since:
        minutes = min(own, ceil((waiting.due_at - since).total_seconds() / 60))
    passed = (now - since).total_seconds() / 60
    return minutes if minutes >= FEWEST and passed < minutes else 0
