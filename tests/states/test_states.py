"""In every order of events nothing is lost or doubled; and a broken rule is found out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from portal.alerting import escalation
from portal.alerting.escalation import Plan, Position
from portal.messages import states
from portal.messages.gateways.outcomes import Outcome, Unclear
from portal.messages.states import LastLook, NextState
from portal.vocabulary.messages import AttemptState, MessageState, Purpose
from tests.states.rules import PORTAL, Rules
from tests.states.search import search
from tests.states.world import ANSWERED, World, alert, text

STARTS = {
    "an alert, one dies": alert(minutes=0, stall=0, pause=0),
    "an alert, one sleeps": alert(minutes=0, stall=0, crash=0),
    "an alert, answered and left": alert(
        minutes=0, stall=0, pause=0, callback=0, fault=0, **ANSWERED
    ),
    "a reminder": text(Purpose.REMINDER),
    "a code": text(Purpose.CODE),
}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_no_order_of_events_loses_or_doubles_anything(start: World) -> None:
    """Two engines, a crash or a long sleep, a callback, a fault, people."""
    found = search(start)
    print(f"{found.states} states, {found.steps} steps, {found.ends} ends")
    assert found.violations == []
    assert found.states > 5_000
    assert found.ends > 100


def resend_blindly(outcome: Outcome, purpose: Purpose, tries: int) -> NextState:
    if isinstance(outcome, Unclear):
        return NextState(AttemptState.RETRY, MessageState.RETRY_WAIT)
    return states.after_outcome(outcome, purpose, tries)


def believe_one_look(purpose: Purpose, _empty: int, tries: int) -> NextState | None:
    return states.after_empty_lookup(purpose, 2, tries)


def give_up_silently(purpose: Purpose, empty: int, tries: int) -> NextState | None:
    if empty < states.EMPTY_LOOKUPS:
        return None
    return NextState(AttemptState.ABSENT, MessageState.REJECTED, "given up")


def refuse_silently(outcome: Outcome, purpose: Purpose, tries: int) -> NextState:
    step = states.after_outcome(outcome, purpose, tries)
    return replace(step, another_channel=False, tell_staff=False)


def page_the_answered(standing: LastLook, moment: Any) -> Any:
    return states.stop_before_sending(replace(standing, alert_state="open"), moment)


def climb_once(plan: Plan, at: Position, now: Any) -> Any:
    return (at, ()) if at.round else escalation.climb(plan, at, now)


BROKEN = {
    "sent again without looking": (
        text(Purpose.REMINDER),
        Rules(after_outcome=resend_blindly),
        "left 2 times",
    ),
    "one empty look is proof": (
        text(Purpose.REMINDER),
        Rules(after_empty_lookup=believe_one_look),
        "left 2 times",
    ),
    "given up without a word": (
        text(Purpose.REMINDER),
        Rules(after_empty_lookup=give_up_silently),
        "nobody was told",
    ),
    "a refused page goes no other way": (
        alert(minutes=0, stall=0, pause=0, crash=0),
        Rules(after_outcome=refuse_silently),
        "reached nobody",
    ),
    "a page leaves after the answer": (
        alert(minutes=0, stall=0, pause=0, crash=0),
        Rules(stop_before_sending=page_the_answered),
        "after the acknowledgement",
    ),
    "an extra page after the extra page": (
        alert(minutes=0, stall=0, pause=0, crash=0, person=0, callback=0, fault=2),
        Rules(again_key=lambda key: f"{key}again"),
        "times too often",
    ),
    "any answer counts, however late": (
        text(Purpose.REMINDER, fault=2),
        Rules(still_counts=lambda attempt, outcome: True),
        "left 2 times",
    ),
    "taken up again without a new round": (
        alert(minutes=0, stall=0, pause=0, crash=0, fault=0, **ANSWERED),
        Rules(restarted=lambda at, now: replace(at, step=-1, since=now)),
        "reached nobody",
    ),
    "never taken up again": (
        alert(minutes=0, stall=0, pause=0, crash=0, fault=0, **ANSWERED),
        Rules(climb=climb_once),
        "never taken up again",
    ),
    "no rung is ever fired": (
        alert(minutes=0, stall=0),
        Rules(climb=lambda plan, at, now: (at, ())),
        "nobody was ever paged",
    ),
}


@pytest.mark.parametrize(("start", "rules", "says"), BROKEN.values(), ids=BROKEN)
@pytest.mark.sampled(3)
def test_a_rule_that_is_broken_is_found_out(
    start: World, rules: Rules, says: str
) -> None:
    assert rules != PORTAL
    (violation,) = search(start, rules).violations
    assert says in violation
    assert "the provider" in violation or "engine" in violation, "the way is told"
