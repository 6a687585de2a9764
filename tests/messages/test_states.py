"""What may follow which answer, for each purpose, as tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.messages import states, status_order
from portal.messages.gateways.outcomes import (
    Accepted,
    NotSent,
    Outcome,
    Rejected,
    Status,
    Unclear,
)
from portal.messages.states import LastLook
from portal.vocabulary.messages import AttemptState, MessageState, Purpose

NOW = datetime(2026, 3, 12, 1, 0, tzinfo=UTC)
OTHERS = [purpose for purpose in Purpose if purpose is not Purpose.ALERT]


def standing(**changes: Any) -> LastLook:
    chosen: dict[str, Any] = {
        "purpose": Purpose.ALERT,
        "created_at": NOW,
        "not_after": NOW + timedelta(minutes=10),
        "alert_state": "open",
        "participant_status": None,
        "contact_current": True,
        "contact_broken": False,
        **changes,
    }
    return LastLook(**chosen)


def stopped(moment: datetime = NOW, **changes: Any) -> str | None:
    stop = states.stop_before_sending(standing(**changes), moment)
    return f"{stop.state}: {stop.reason}" if stop else None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"alert_state": "acked"}, "cancelled: acknowledged"),
        ({"alert_state": "closed"}, "cancelled: acknowledged"),
        ({"contact_current": False}, "cancelled: the contact changed"),
        ({"contact_broken": True}, "cancelled: the contact does not work"),
        ({"not_after": NOW}, None),
        ({"not_after": NOW - timedelta(seconds=1)}, "expired: too late to be of use"),
        ({"participant_status": "withdrawn"}, None),
        ({"opted_out": True}, "cancelled: opted out"),
    ],
)
def test_a_page_leaves_only_while_it_is_wanted(
    changes: dict[str, Any], expected: str | None
) -> None:
    assert stopped(**changes) == expected


@pytest.mark.parametrize("purpose", Purpose)
def test_no_text_of_any_kind_leaves_for_a_number_that_said_stop(
    purpose: Purpose,
) -> None:
    assert stopped(purpose=purpose, opted_out=True) == "cancelled: opted out"


@pytest.mark.parametrize("purpose", [Purpose.REMINDER, Purpose.NOTICE])
@pytest.mark.parametrize("status", ["paused", "withdrawn", "died", "completed"])
def test_a_participant_who_left_is_not_written_to(
    purpose: Purpose, status: str
) -> None:
    found = stopped(purpose=purpose, alert_state=None, participant_status=status)
    assert found == f"cancelled: the participant is {status}"


def test_a_message_without_an_end_is_noise_after_a_day() -> None:
    later = NOW + timedelta(days=1, seconds=1)
    assert stopped(later - timedelta(seconds=1), not_after=None) is None
    assert stopped(later, not_after=None) == "expired: too late to be of use"


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize(
    ("outcome", "attempt", "message"),
    [
        (Accepted("x"), AttemptState.ACCEPTED, MessageState.ACCEPTED),
        (Accepted("x", delivered=True), AttemptState.ACCEPTED, MessageState.DELIVERED),
        (Rejected("bad"), AttemptState.REJECTED, MessageState.REJECTED),
        (NotSent("429", 1.0), AttemptState.RETRY, MessageState.RETRY_WAIT),
        (Unclear("500"), AttemptState.UNKNOWN, MessageState.UNKNOWN),
    ],
)
def test_each_answer_has_its_state(
    purpose: Purpose, outcome: Outcome, attempt: AttemptState, message: MessageState
) -> None:
    step = states.after_outcome(outcome, purpose, 1)
    assert (step.attempt, step.message) == (attempt, message)


def test_a_rejected_page_goes_another_way_unless_the_number_itself_is_bad() -> None:
    refused = states.after_outcome(Rejected("landline"), Purpose.ALERT, 1)
    assert refused.another_channel
    assert not refused.tell_staff
    broken = states.after_outcome(Rejected("bad", True), Purpose.ALERT, 1)
    assert not broken.another_channel
    assert broken.contact_broken


@pytest.mark.parametrize("purpose", OTHERS)
def test_only_pages_go_another_way(purpose: Purpose) -> None:
    steps = [
        states.after_outcome(Rejected("no"), purpose, 1),
        states.after_outcome(NotSent("429", 600), purpose, 1),
        states.after_status(Status.UNDELIVERED, purpose),
        states.unresolved(purpose),
    ]
    assert not any(step.another_channel for step in steps)


@pytest.mark.parametrize(
    ("tries", "asked", "expected"),
    [
        (1, 0.0, 2.0),
        (3, 0.0, 8.0),
        (9, 0.0, 60.0),
        (1, 300.0, 300.0),
        (1_440, 0.0, 60.0),
    ],
)
def test_the_wait_doubles_up_to_a_minute_and_honours_the_provider(
    tries: int, asked: float, expected: float
) -> None:
    step = states.after_outcome(NotSent("429", asked), Purpose.REMINDER, tries)
    assert step.wait_seconds == expected


def test_a_page_that_must_wait_long_goes_another_way_meanwhile() -> None:
    short = states.after_outcome(NotSent("refused", 0), Purpose.ALERT, 1)
    long = states.after_outcome(NotSent("429", 60), Purpose.ALERT, 1)
    assert (short.another_channel, long.another_channel) == (False, True)


@pytest.mark.parametrize("purpose", Purpose)
def test_one_empty_look_up_proves_nothing(purpose: Purpose) -> None:
    assert states.after_empty_lookup(purpose, 1, 1) is None


@pytest.mark.parametrize("purpose", [p for p in Purpose if p is not Purpose.CODE])
def test_two_empty_look_ups_send_again_up_to_the_last_try(purpose: Purpose) -> None:
    again = states.after_empty_lookup(purpose, 2, 1)
    assert again is not None
    assert (again.attempt, again.message) == (AttemptState.ABSENT, MessageState.QUEUED)
    last = states.after_empty_lookup(purpose, 2, states.MAX_TRIES)
    assert last is not None
    assert last.message is MessageState.REJECTED
    assert last.another_channel == (purpose is Purpose.ALERT)
    unasked = (Purpose.ALERT, Purpose.ANSWER)  # nobody waits for an answer by text
    assert last.tell_staff == (purpose not in unasked)


def test_a_code_is_never_sent_again_by_itself() -> None:
    absent = states.after_empty_lookup(Purpose.CODE, 2, 1)
    assert absent is not None
    assert absent.message is MessageState.REJECTED
    assert states.unresolved(Purpose.CODE).message is MessageState.UNKNOWN


def test_when_nobody_can_say_an_alert_hurries_and_a_reminder_waits() -> None:
    soon = timedelta(seconds=4)
    page = states.after_failed_lookup(Purpose.ALERT, soon)
    assert page is not None
    assert page.another_channel
    assert states.after_failed_lookup(Purpose.REMINDER, soon) is None
    late = states.after_failed_lookup(Purpose.REMINDER, timedelta(minutes=10))
    assert late is not None
    assert late.message is MessageState.UNKNOWN
    assert late.tell_staff
    assert not late.another_channel


def test_a_provider_knows_more_the_further_a_message_came() -> None:
    known = [MessageState(status.value) for status in Status]
    ranked = sorted(known, key=status_order.rank)
    assert ranked == ["accepted", "undelivered", "delivered"]
    assert {
        status_order.rank(state) for state in MessageState if state not in known
    } == {0}


@pytest.mark.parametrize("state", MessageState)
def test_a_code_is_kept_only_while_it_may_still_leave(state: MessageState) -> None:
    waits = state in {
        MessageState.QUEUED,
        MessageState.RETRY_WAIT,
        MessageState.IN_FLIGHT,
        MessageState.HELD,
    }
    assert states.code_is_spent(Purpose.CODE, state) == (not waits)
    assert not states.code_is_spent(Purpose.ALERT, state)


def test_text_and_call_of_a_step_share_one_extra_page() -> None:
    extra = states.again_key("A:7:0:1:3:text")
    assert extra == states.again_key("A:7:0:1:3:call") == "A:7:0:1:3:again"
    assert states.again_key(extra) is None


@pytest.mark.parametrize(
    ("channel", "voice", "expected"),
    [("text", True, "call"), ("call", True, "text"), ("text", False, "text")],
)
def test_the_other_channel_is_one_the_provider_has(
    channel: str, voice: bool, expected: str
) -> None:
    assert states.other_channel(channel, voice) == expected


def test_an_alert_is_looked_up_soon_and_a_reminder_later() -> None:
    assert states.call_seconds(Purpose.ALERT) == 8.0
    assert states.call_seconds(Purpose.REMINDER) == 30.0
    assert states.settle_seconds(Purpose.ALERT, 3.0) == 3.0
    assert states.settle_seconds(Purpose.REMINDER, 3.0) == 60.0
