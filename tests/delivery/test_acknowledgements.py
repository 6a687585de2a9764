"""Alert codes by text: from the paged person's own number, for that alert, and no other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from portal.alerting.answers import answering, closing
from portal.alerting.answers.closing import Closing
from portal.db.tables.alerts import Alert, AlertEvent
from portal.db.tables.outbox import Inbound, Message
from portal.db.tables.people import Contact, Participant, Staff
from portal.errors import AlreadyAcknowledged
from portal.runtime import Runtime
from tests.support.cast import Cast, cast
from tests.support.clock import Clock
from tests.support.texts import (
    CATCH_ALL,
    DOCTOR,
    MINE,
    NURSE,
    NURSE_THERE,
    STRANGER,
    Post,
    post,
)

OPEN = ("open", None)


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def desk(runtime: Runtime, people: Cast) -> Post:
    return post(runtime, people)


@pytest.fixture
def alert(desk: Post) -> Alert:
    """An urgent alert about which the nurse has been paged, and one next door."""
    desk.alert(desk.enrol("NO-001", number="+8613800138009", house=desk.people.there))
    return desk.alert(desk.enrol())


def test_the_code_from_the_paged_nurses_number_takes_the_alert(
    desk: Post, alert: Alert
) -> None:
    assert desk.write(f"A {alert.code}", NURSE).kind == "ack"
    nurse = desk.people.here["nurse"]
    assert desk.state_of(alert) == ("acked", nurse.id)
    (event,) = desk.all(AlertEvent, kind="acknowledged")
    assert (event.staff_id, event.detail) == (nurse.id, {"source": "text"})
    assert desk.answers() == [("ack_done", "en")]
    (text,) = desk.all(Inbound)
    assert (text.staff_id, text.participant_id) == (nurse.id, None)
    waiting = desk.all(Message, alert_id=alert.id, state="queued")
    assert waiting == []  # nobody is paged on


def test_a_second_code_is_told_that_somebody_has_it_without_a_name(
    desk: Post, alert: Alert, clock: Clock
) -> None:
    clock.advance(minutes=15)
    desk.climb()  # now the doctor is paged too
    desk.write(alert.code, DOCTOR)
    desk.write(alert.code, NURSE)
    assert desk.state_of(alert) == ("acked", desk.people.here["doctor"].id)
    assert desk.answers() == [("ack_done", "en"), ("ack_taken", "en")]
    taken = desk.people.study.texts["ack_taken"]
    assert taken.variables == ("code",)


def test_the_same_persons_second_code_changes_nothing(desk: Post, alert: Alert) -> None:
    for _twice in range(2):
        desk.write(alert.code, NURSE)
    assert len(desk.all(AlertEvent, kind="acknowledged")) == 1
    assert desk.answers() == [("ack_done", "en")] * 2


@pytest.mark.parametrize("sender", [DOCTOR, NURSE_THERE, CATCH_ALL, STRANGER, MINE])
def test_a_code_from_anybody_who_was_not_paged_takes_nothing(
    desk: Post, alert: Alert, sender: str
) -> None:
    desk.write(alert.code, sender)
    assert desk.state_of(alert) == OPEN


def test_a_number_not_verified_takes_nothing(desk: Post, alert: Alert) -> None:
    with desk.runtime.writing() as session:
        mine = update(Contact).where(Contact.value == NURSE)
        session.execute(mine.values(verified_at=None))
    desk.write(alert.code, NURSE)
    assert desk.state_of(alert) == OPEN


def test_a_number_given_up_takes_nothing(desk: Post, alert: Alert) -> None:
    desk.say("+8613900001777", staff_id=desk.people.here["nurse"].id)
    desk.write(alert.code, NURSE)
    assert desk.state_of(alert) == OPEN
    desk.write(alert.code, "+8613900001777")
    assert desk.state_of(alert)[0] == "acked"


def test_somebody_who_left_the_team_takes_nothing(desk: Post, alert: Alert) -> None:
    with desk.runtime.writing() as session:
        session.get_one(Staff, desk.people.here["nurse"].id).active = False
    desk.write(alert.code, NURSE)
    assert desk.state_of(alert) == OPEN


def test_whoever_may_not_act_takes_nothing_and_is_told_so(
    desk: Post, alert: Alert
) -> None:
    with desk.runtime.writing() as session:
        session.get_one(Staff, desk.people.here["nurse"].id).role = "monitor"
    desk.write(alert.code, NURSE)
    assert desk.state_of(alert) == OPEN
    assert desk.answers() == [("ack_none", "en")]


def test_the_code_of_another_alert_takes_only_that_one(
    desk: Post, alert: Alert
) -> None:
    other = desk.alert(desk.enrol("DS-008", number="+8613800138008"))
    desk.write(other.code, NURSE)
    assert desk.state_of(alert) == OPEN
    assert desk.state_of(other)[0] == "acked"


def test_an_old_code_never_takes_a_new_alert(desk: Post, alert: Alert) -> None:
    nurse = desk.people.here["nurse"]
    desk.write(alert.code, NURSE, key="SM-then")
    with desk.runtime.writing() as session:
        ending = Closing("spoke", "Well again.", adverse_event=False)
        closing.close(session, alert.id, nurse, ending, now=desk.runtime.now())
        participant = alert.participant_id
    (person,) = desk.all(Participant, id=participant)
    fresh = desk.alert(person)
    desk.write(alert.code, NURSE, key="SM-then")  # the provider tells it once more
    desk.write(alert.code, NURSE)
    assert desk.state_of(fresh) == OPEN
    assert desk.answers() == [("ack_done", "en"), ("ack_closed", "en")]


def test_an_alert_that_came_back_is_taken_by_its_code_again(
    desk: Post, alert: Alert, clock: Clock
) -> None:
    desk.write(alert.code, NURSE)
    clock.advance(minutes=31)
    desk.climb()
    assert desk.state_of(alert) == OPEN
    desk.write(alert.code, NURSE)
    assert desk.state_of(alert)[0] == "acked"


@pytest.mark.parametrize(
    "body", ["YES", "ok", "好的", "收到", "END", "I am coming", "1"]
)
def test_no_word_takes_an_alert(desk: Post, alert: Alert, body: str) -> None:
    desk.write(body, NURSE)
    assert desk.state_of(alert) == OPEN


def test_a_colleague_who_confirmed_nothing_is_told_so(desk: Post, alert: Alert) -> None:
    for body in ("ok", f"not {alert.code}", "ZZZZ"):
        desk.write(body, NURSE)
    assert desk.state_of(alert) == OPEN
    assert desk.answers() == [("ack_none", "en")] * 3
    assert desk.tasks() == ["staff_text"]


def test_a_colleague_who_was_never_paged_is_read_and_not_answered(desk: Post) -> None:
    desk.write("hello", NURSE)
    assert desk.answers() == []
    assert desk.tasks() == ["staff_text"]


def test_a_participants_word_like_a_code_is_a_report(desk: Post, alert: Alert) -> None:
    assert desk.write("HURT").kind == "report"
    assert desk.write(alert.code).kind == "report"
    assert desk.state_of(alert) == OPEN


def test_a_nurse_who_cares_for_a_participant_can_do_both(
    desk: Post, alert: Alert
) -> None:
    desk.enrol("DS-008", number=NURSE)
    assert desk.write("38.6", NURSE).kind == "report"
    assert desk.write(alert.code, NURSE).kind == "ack"
    assert desk.state_of(alert)[0] == "acked"


def test_guessing_codes_gains_nothing(desk: Post, alert: Alert, clock: Clock) -> None:
    """The doctor was not paged: the answer to the right code is that to any other."""
    desk.alert(desk.enrol("DS-008", number="+8613800138008"))
    clock.advance(minutes=15)
    desk.climb()
    later = desk.alert(desk.enrol("DS-009", number="+8613800138010"))
    before = len(desk.answers())
    desk.write("ZZZZ", DOCTOR)
    desk.write(later.code, DOCTOR)
    assert len(set(desk.answers()[before:])) == 1
    assert desk.state_of(later) == OPEN


def test_a_code_counts_though_the_number_gets_no_texts(
    desk: Post, alert: Alert
) -> None:
    desk.write("STOP", NURSE)
    desk.write(alert.code, NURSE)
    assert desk.state_of(alert)[0] == "acked"
    assert ("ack_done", "text") not in desk.claim()


def test_another_way_and_a_text_at_once_leave_one_holder(
    desk: Post, alert: Alert, clock: Clock
) -> None:
    clock.advance(minutes=15)
    desk.climb()
    nurse, doctor = desk.people.here["nurse"], desk.people.here["doctor"]
    now = clock() + timedelta(seconds=1)
    with desk.runtime.writing() as session:
        answering.acknowledge(session, alert.id, nurse, source="page", now=now)
    desk.write(alert.code, DOCTOR)
    with desk.runtime.writing() as session, pytest.raises(AlreadyAcknowledged):
        answering.acknowledge(session, alert.id, doctor, source="page", now=now)
    assert desk.state_of(alert) == ("acked", nurse.id)
