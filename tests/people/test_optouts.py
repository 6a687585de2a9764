"""STOP and START: per number, texts only, shown to staff, never silencing a report."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.db.tables.alerts import Alert, AlertEvent, Task
from portal.db.tables.audit import Audit
from portal.db.tables.outbox import Message, OptOut
from portal.delivery.sending.failures import apply_next
from portal.messages.gateways.outcomes import ProviderTrouble, Rejected
from portal.messages.outbox import NewMessage, enqueue
from portal.messages.states import after_outcome
from portal.people import contacts, optouts
from portal.runtime import Runtime
from portal.vocabulary.messages import OptOutSource, Purpose
from tests.support.cast import Cast, cast
from tests.support.clock import START, Clock
from tests.support.texts import MINE, NURSE, STRANGER, Post, post

OTHERS = "+8613800138008"


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def desk(runtime: Runtime, people: Cast) -> Post:
    desk = post(runtime, people)
    desk.enrol("DS-007")
    desk.enrol("DS-008", number=OTHERS)
    return desk


def queue(
    desk: Post, number: str = MINE, purpose: str = "reminder", channel: str = "text"
) -> int:
    with desk.runtime.writing() as session:
        contact = contacts.owners_of(session, number)[0]
        letter = NewMessage(
            dedupe_key=f"X:{number}:{purpose}:{channel}",
            purpose=purpose,
            channel=channel,
            contact=contact,
            study_version_id=desk.people.version.id,
            template="notice",
            language="zh",
            variables={"tel": "028-5550 0120"},
            participant_id=contact.participant_id,
        )
        assert enqueue(session, letter, now=desk.runtime.now())
        return contact.id


def _owner(desk: Post, number: str) -> int:
    with desk.runtime.reading() as session:
        participant_id = contacts.owners_of(session, number)[0].participant_id
    assert participant_id is not None
    return participant_id


def opted_out(desk: Post, number: str = MINE) -> bool:
    with desk.runtime.reading() as session:
        return optouts.opted_out(session, number)


@pytest.mark.parametrize("word", ["STOP", "END", "Cancel", "退订", "TD"])
def test_F43_after_stop_no_text_of_any_kind_leaves_for_that_number(
    desk: Post, word: str
) -> None:
    for purpose in ("reminder", "notice", "code", "task", "answer", "alert"):
        queue(desk, MINE, purpose)
        queue(desk, OTHERS, purpose)
    assert desk.write(word).kind == "stop"
    assert desk.claim() == [("notice", "text")]  # the other's, one a number at a time
    stopped = desk.all(Message, state_reason="opted out")
    assert len(stopped) == 6
    assert {message.state for message in stopped} == {"cancelled"}
    (code,) = [message for message in stopped if message.purpose == "code"]
    assert set(code.variables.values()) == {"******"}


def test_calls_go_on_after_stop(desk: Post) -> None:
    queue(desk, MINE, "notice", "call")
    desk.write("STOP")
    assert desk.claim() == [("notice", "call")]


def test_stop_is_a_task_to_agree_another_way_and_gets_no_answer(desk: Post) -> None:
    desk.write("STOP")
    desk.write("stop")
    (task,) = desk.all(Task)
    assert (task.kind, task.owner_role, task.due_at) == (
        "opted_out",
        "coordinator",
        START + timedelta(hours=1),
    )
    assert desk.answers() == []
    assert [(row.act, row.source) for row in desk.all(OptOut)] == [("stop", "text")]
    acts = [row for row in desk.all(Audit) if row.act == "texts.stop"]
    assert [(row.subject_kind, row.detail) for row in acts] == [
        ("participant", {"source": "text"})
    ]


@pytest.mark.parametrize(
    ("held", "source", "new"),
    [
        (None, "text", True),
        ("text", "text", False),
        ("text", "provider", False),
        (OptOutSource.TEXT, OptOutSource.WRONG, True),
        (OptOutSource.WRONG, OptOutSource.TEXT, False),
        (OptOutSource.WRONG, OptOutSource.WRONG, False),
    ],
)
def test_a_stop_is_new_unless_one_holds_that_says_as_much(
    desk: Post, held: str | None, source: str, new: bool
) -> None:
    now = desk.runtime.now()
    with desk.runtime.writing() as session:
        if held:
            assert optouts.stop(session, MINE, source=held, now=now)
        assert optouts.stop(session, MINE, source=source, now=now) is new
    assert len(desk.all(OptOut)) == bool(held) + new


def test_F43_stop_never_silences_a_report(desk: Post) -> None:
    desk.write("STOP")
    desk.write("昨晚抽搐了")
    (alert,) = desk.all(Alert)
    assert alert.tier == "emergency"
    paged = desk.all(Message, alert_id=alert.id)
    assert {message.channel for message in paged} == {"text", "call"}
    assert "staff_call" in [template for template, _ in desk.claim()]


@pytest.mark.parametrize("word", ["START", "unstop", "恢复", "YES"])
def test_start_restores(desk: Post, word: str) -> None:
    desk.write("STOP")
    assert opted_out(desk)
    assert desk.write(word).kind == "start"
    assert not opted_out(desk)
    queue(desk)
    assert desk.claim() == [("notice", "text")]


def test_a_second_stop_after_start_is_a_second_task(desk: Post) -> None:
    for word in ("STOP", "START", "STOP"):
        desk.write(word)
    assert desk.tasks() == ["opted_out", "opted_out"]
    assert opted_out(desk)


def test_yes_without_a_stop_is_words_for_somebody_to_read(desk: Post) -> None:
    assert desk.write("YES").kind == "report"
    assert desk.tasks() == ["words_to_read"]
    assert desk.all(OptOut) == []


def test_a_shared_numbers_stop_is_told_of_everybody_behind_it(desk: Post) -> None:
    other = desk.enrol("DS-010", number=MINE)
    desk.write("STOP")
    assert other.id in {task.participant_id for task in desk.all(Task)}
    assert desk.tasks() == ["opted_out", "opted_out"]


def test_a_strangers_stop_is_kept_for_the_number(desk: Post) -> None:
    desk.write("STOP", STRANGER)
    assert opted_out(desk, STRANGER)
    assert desk.tasks() == []
    desk.say(STRANGER, participant_id=_owner(desk, OTHERS))
    queue(desk, STRANGER)
    assert desk.claim() == []


def test_a_new_number_may_be_texted(desk: Post) -> None:
    desk.write("STOP")
    desk.say("+8613800138055", participant_id=_owner(desk, MINE))
    queue(desk, "+8613800138055")
    assert desk.claim() == [("notice", "text")]


def test_F44_a_nurse_who_said_stop_is_called_instead_of_texted(desk: Post) -> None:
    assert desk.write("STOP", NURSE).kind == "stop"
    (task,) = desk.all(Task)
    assert (task.kind, task.tier, task.due_at) == (
        "staff_opted_out",
        "same_day",
        START,
    )
    desk.write("38.6")
    (alert,) = desk.all(Alert)
    nurse = desk.people.here["nurse"].id
    pages = desk.all(Message, alert_id=alert.id, staff_id=nurse)
    assert [message.channel for message in pages] == ["call"]
    events = desk.all(AlertEvent, kind="no_texts")
    assert [event.detail["person"] for event in events] == [nurse]
    assert ("staff_call", "call") in desk.claim()


def test_F44_a_page_queued_before_the_stop_does_not_leave_as_a_text(desk: Post) -> None:
    desk.write("38.6")
    desk.write("STOP", NURSE)
    taken = desk.claim()
    assert ("staff_call", "call") in taken
    assert ("staff_alert", "text") not in taken


def test_F45_wrong_number_pauses_texts_and_only_staff_free_it(desk: Post) -> None:
    assert desk.write("打错了").kind == "wrong_number"
    assert desk.tasks() == ["wrong_number"]
    desk.write("START")
    desk.write("YES")
    assert opted_out(desk)
    with desk.runtime.writing() as session:
        assert optouts.start(session, MINE, source=OptOutSource.STAFF, now=START)
    assert not opted_out(desk)


def test_after_wrong_number_words_are_put_on_nobodys_record(desk: Post) -> None:
    desk.write("不是本人")
    desk.write("38.6")
    assert desk.versions() == []
    assert [alert.tier for alert in desk.all(Alert)] == ["urgent"]
    assert desk.tasks() == ["wrong_number", "text_unsure"]


def test_wrong_number_after_stop_is_told_too(desk: Post) -> None:
    desk.write("STOP")
    desk.write("wrong number")
    desk.write("STOP")
    assert desk.tasks() == ["opted_out", "wrong_number"]


def test_a_stop_that_only_the_provider_heard_counts_from_its_first_refusal(
    desk: Post,
) -> None:
    refused = Rejected(
        "the number opted out (HTTP 400)", trouble=ProviderTrouble.OPTED_OUT
    )
    for purpose in ("notice", "reminder"):
        queue(desk, MINE, purpose)
    for message in desk.all(Message):
        with desk.runtime.writing() as session:
            row = session.get_one(Message, message.id)
            step = after_outcome(refused, Purpose(row.purpose), 1)
            apply_next(session, row, step, voice=True, now=START)
    assert [(row.act, row.source) for row in desk.all(OptOut)] == [("stop", "provider")]
    assert desk.tasks().count("opted_out") == 1
    desk.write("START")
    assert not opted_out(desk)


def test_texts_planned_for_later_leave_after_a_start(desk: Post, clock: Clock) -> None:
    queue(desk)
    with desk.runtime.writing() as session:
        (message,) = session.query(Message).all()
        message.next_try_at = START + timedelta(days=1)
    desk.write("STOP")
    assert desk.claim() == []
    desk.write("START")
    clock.advance(days=1)
    assert desk.claim() == [("notice", "text")]
