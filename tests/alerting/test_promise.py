"""A report is promised the minutes that staff have left, and none that are over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.alerting.answers.promise import PromisedAlert, minutes_left
from portal.vocabulary.alerts import AlertState
from tests.support.clock import START

OWN = 15
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def promised(
    due_in: timedelta,
    passed: timedelta,
    *,
    state: AlertState = AlertState.OPEN,
    told: bool = False,
) -> int:
    """Of a report at START, for an alert due so long after it, when so much has passed."""
    waiting = PromisedAlert(state, START + due_in, told)
    return minutes_left(waiting, OWN, START, START + passed)


@pytest.mark.parametrize(
    ("due_in", "minutes"),
    [
        (15 * MINUTE, 15),
        (30 * MINUTE, 15),
        (10 * MINUTE, 10),
        (9 * MINUTE + SECOND, 10),
        (2 * MINUTE, 2),
        (MINUTE + SECOND, 2),
        (MINUTE, 0),
    ],
)
def test_who_joins_gets_no_more_than_is_left(due_in: timedelta, minutes: int) -> None:
    assert promised(due_in, timedelta()) == minutes


def test_the_promise_ends_with_its_last_minute() -> None:
    assert promised(15 * MINUTE, 15 * MINUTE - SECOND) == 15
    assert promised(15 * MINUTE, 15 * MINUTE) == 0
    assert promised(30 * MINUTE, 15 * MINUTE - SECOND) == 15
    assert promised(30 * MINUTE, 15 * MINUTE) == 0


def test_who_was_told_that_nobody_answered_is_promised_nothing() -> None:
    assert promised(15 * MINUTE, MINUTE, told=True) == 0


def test_whom_somebody_has_seen_keeps_the_reports_own_minutes() -> None:
    seen = AlertState.ACKED
    assert promised(-MINUTE, MINUTE, state=seen) == OWN
    assert promised(10 * MINUTE, 12 * MINUTE, state=seen, told=True) == OWN
    assert promised(10 * MINUTE, 15 * MINUTE, state=seen) == 0
    assert promised(10 * MINUTE, MINUTE, state=AlertState.CLOSED) == 0
