"""Texts that come in: kept once, understood, answered at most a few times an hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from portal import audit
from portal.alerting.tasks import tasks
from portal.db.tables.alerts import Alert, Task
from portal.db.tables.audit import Audit
from portal.db.tables.diary import EntryVersion
from portal.db.tables.outbox import Inbound, Message
from portal.db.tables.people import Caregiver, Contact, Participant
from portal.enrolment import caregivers
from portal.messages.operator_texts import template_of
from portal.protocol.study.model import Study
from portal.records.staff.messages import text_items, texts_of_task
from portal.runtime import Runtime
from tests.support.amount import examples
from tests.support.cast import LONG_AGO, Cast, cast, hold_number
from tests.support.clock import START, Clock
from tests.support.texts import CATCH_ALL, MINE, NURSE, STRANGER, Post, post

OTHERS = "+8613800138008"


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def desk(runtime: Runtime, people: Cast) -> Post:
    """Two participants of this hospital with a number each, one of the next."""
    desk = post(runtime, people)
    desk.enrol("DS-007")
    desk.enrol("DS-008", number=OTHERS)
    desk.enrol("NO-001", number="+8613800138009", house=people.there)
    return desk


def caregiver(desk: Post, number: str, code: str = "DS-007") -> Caregiver:
    with desk.runtime.writing() as session:
        (participant,) = session.query(Participant).filter_by(code=code)
        helper = caregivers.add_caregiver(
            session,
            participant,
            number=number,
            language="en",
            consent_version="2.0",
            consented_at=LONG_AGO,
            actor=audit.OPERATOR,
            now=desk.runtime.now(),
        )
        hold_number(session, caregiver_id=helper.id)
        return helper


def test_a_temperature_by_text_is_an_entry_that_opens_an_alert(desk: Post) -> None:
    assert desk.write("38.6").kind == "report"
    (version,) = desk.versions()
    assert version.answers == {
        "temp": {"value": "38.6", "unit": "C"},
        "note": "38.6",
        "reporter": "self",
    }
    assert (version.source, version.kind, version.tier, version.received_at) == (
        "text",
        "partial",
        "urgent",
        START,
    )
    (alert,) = desk.all(Alert)
    assert (alert.tier, alert.participant_id) == ("urgent", version.participant_id)
    (text,) = desk.all(Inbound)
    assert text.entry_version_id == version.id
    assert desk.answers() == [("report_urgent", "zh")]
    (answer,) = desk.all(Message, purpose="answer")
    assert answer.variables == {
        "minutes": str(alert.ack_minutes),
        "tel": "028-5550 0120",
        "emergency": "120",
    }
    assert answer.not_after == START + timedelta(minutes=alert.ack_minutes)


def test_words_of_an_emergency_open_one_and_send_to_the_emergency_number(
    desk: Post,
) -> None:
    desk.write("昨晚抽搐了")
    (alert,) = desk.all(Alert)
    assert alert.tier == "emergency"
    assert desk.answers() == [("report_emergency", "zh")]
    assert desk.tasks() == []


def test_on_the_ward_the_answer_is_to_ring_for_the_nurse(desk: Post) -> None:
    d0 = START.date() - timedelta(days=3)
    desk.enrol("DS-009", number="13800138010", d0=d0, home_since=None)
    desk.write("胸痛", "+8613800138010")
    assert desk.answers() == [("report_ward", "zh")]


@pytest.mark.parametrize(
    ("body", "template"),
    [("胸痛", "report_emergency_anywhere"), ("38.6", "report_urgent_anywhere")],
)
def test_where_nobody_knows_the_answer_is_right_in_both_places(
    desk: Post, body: str, template: str
) -> None:
    d0 = START.date() - timedelta(days=9)
    desk.enrol("DS-009", number="13800138010", d0=d0, home_since=None)
    desk.write(body, "+8613800138010")
    assert desk.answers() == [(template, "zh")]


def test_an_older_version_without_that_wording_sends_both_it_has(desk: Post) -> None:
    d0 = START.date() - timedelta(days=9)
    desk.enrol("DS-009", number="13800138010", d0=d0, home_since=None)
    study = desk.people.study
    older = {k: v for k, v in study.texts.items() if not k.endswith("_anywhere")}
    desk.write("胸痛", "+8613800138010", study_of=lambda _: replace(study, texts=older))
    assert sorted(desk.answers()) == [("report_emergency", "zh"), ("report_ward", "zh")]
    assert [alert.tier for alert in desk.all(Alert)] == ["emergency"]


def test_calm_words_are_an_entry_and_a_nurse_reads_them_today(desk: Post) -> None:
    desk.write("今天没什么不舒服，想问下周二能不能晚点来")
    (version,) = desk.versions()
    assert version.tier == "routine"
    (task,) = desk.all(Task)
    assert (task.kind, task.owner_role, task.tier) == (
        "words_to_read",
        "nurse",
        "same_day",
    )
    assert task.due_at == START + timedelta(hours=2)
    assert desk.answers() == [("words_received", "zh")]
    (answer,) = desk.all(Message, purpose="answer")
    assert answer.variables == {
        "tel": "028-5550 0120",
        "emergency": "120",
        "time": "11:00",
    }


def test_an_answer_that_names_an_hour_is_none_after_it(
    desk: Post, clock: Clock
) -> None:
    desk.write("睡不着")
    clock.advance(minutes=90)
    desk.write("还是睡不着")
    first, second = desk.all(Message, purpose="answer")
    assert first.variables["time"] == second.variables["time"] == "11:00"
    assert first.not_after == START + timedelta(hours=1)
    assert second.not_after == START + timedelta(hours=2)


def test_a_courtesy_is_an_entry_that_nobody_need_read(desk: Post) -> None:
    desk.write("好的，谢谢！")
    assert [version.tier for version in desk.versions()] == ["routine"]
    assert desk.tasks() == []
    assert desk.answers() == [("report_received", "zh")]


@pytest.mark.parametrize("body", ["！！！", "……", ""])
def test_a_text_without_a_word_is_read(desk: Post, body: str) -> None:
    """Who cannot type any more, or sent a picture, is not thanked for it."""
    desk.write(body)
    assert desk.tasks() == ["words_to_read"]
    assert desk.answers() == [("words_received", "zh")]


def test_a_number_that_is_no_temperature_is_read(desk: Post) -> None:
    desk.write("5")
    assert desk.tasks() == ["words_to_read"]


def test_what_looks_like_a_code_and_acknowledges_nothing_is_read(desk: Post) -> None:
    desk.write("weak")
    assert desk.tasks() == ["words_to_read"]


def test_on_the_ward_words_are_answered_with_the_bell(desk: Post) -> None:
    d0 = START.date() - timedelta(days=3)
    desk.enrol("DS-009", number="13800138010", d0=d0, home_since=None)
    desk.write("晚上睡不着", "+8613800138010")
    assert desk.answers() == [("words_received_ward", "zh")]


def test_words_beside_a_fever_are_read_and_answered_as_the_fever(desk: Post) -> None:
    desk.write("38.6，今天什么都不想说")
    assert desk.tasks() == ["words_to_read"]
    assert desk.answers() == [("report_urgent", "zh")]


def test_a_calm_temperature_alone_needs_nobody_to_read_it(desk: Post) -> None:
    desk.write("36.6")
    assert [version.tier for version in desk.versions()] == ["routine"]
    assert desk.tasks() == []


def test_a_sign_of_the_day_is_the_nurses_review_and_no_second_task(desk: Post) -> None:
    desk.write("今天有点咳嗽")
    assert [version.tier for version in desk.versions()] == ["same_day"]
    assert desk.tasks() == ["review"]


def test_a_denied_red_flag_raises_nothing_and_is_read_by_a_person(desk: Post) -> None:
    desk.write("今天没有发烧")
    assert [version.tier for version in desk.versions()] == ["routine"]
    assert desk.tasks() == ["words_to_read"]


def test_of_several_temperatures_the_highest_counts(desk: Post) -> None:
    desk.write("昨天38.6今天36.5")
    (version,) = desk.versions()
    assert version.answers["temp_max"] == {"value": "38.6", "unit": "C"}
    assert "temp" not in version.answers
    assert version.tier == "urgent"


def test_a_number_nobody_has_is_an_unreadable_temperature(desk: Post) -> None:
    desk.write("384")
    (version,) = desk.versions()
    assert version.tier == "urgent"
    assert "T18" in [finding["rule"] for finding in version.verdict["findings"]]


def test_a_diary_is_not_done_by_a_text(desk: Post) -> None:
    desk.write("36.6")
    assert [version.kind for version in desk.versions()] == ["partial"]


def test_further_texts_join_the_task_that_is_open(desk: Post) -> None:
    first = desk.write("你好")
    second = desk.write("在吗")
    (task,) = desk.all(Task)
    assert task.detail["texts"] == [first.inbound_id, second.inbound_id]
    with desk.runtime.writing() as session:
        nurse = desk.people.here["nurse"]
        tasks.finish_task(session, task.id, nurse, "Phoned.", now=START)
        shown = texts_of_task(session, task)
    assert [text.body for text in shown] == ["你好", "在吗"]
    desk.write("还有一件事")
    assert [task.state for task in desk.all(Task)] == ["done", "open"]


def test_a_caregivers_words_are_the_caregivers_report(desk: Post) -> None:
    caregiver(desk, "13800138077")
    desk.write("he is confused", "+8613800138077")
    (version,) = desk.versions()
    assert (version.reporter, version.language, version.tier) == (
        "caregiver",
        "en",
        "urgent",
    )
    assert desk.answers() == [("report_urgent", "en")]


def test_a_caregiver_at_the_participants_own_phone_is_the_participant(
    desk: Post,
) -> None:
    caregiver(desk, MINE)
    desk.write("36.5")
    assert [version.reporter for version in desk.versions()] == ["self"]


def test_the_same_text_twice_changes_nothing(desk: Post) -> None:
    first = desk.write("38.6", key="SM-same")
    again = desk.write("38.6", key="SM-same")
    other = desk.write("stop", key="SM-same")
    assert (first.fresh, again.fresh, other.fresh) == (True, False, False)
    assert {first.inbound_id} == {again.inbound_id, other.inbound_id}
    assert again.kind == other.kind == "report"
    assert len(desk.versions()) == len(desk.all(Inbound)) == 1
    assert len(desk.answers()) == 1


def test_a_text_too_long_for_a_note_is_heard_to_its_end(desk: Post) -> None:
    desk.write("今天很好。" * 200 + "刚才抽搐了")
    (version,) = desk.versions()
    assert version.tier == "emergency"
    assert version.answers["note"].endswith("刚才抽搐了")


def test_a_calm_text_too_long_for_a_note_is_kept_whole_beside_it(desk: Post) -> None:
    body = "今天很好。" * 200
    assert desk.write(body).kind == "report"
    (version,) = desk.versions()
    assert version.answers["note"] == body[:500]
    (text,) = desk.all(Inbound)
    assert text.body == body
    assert desk.tasks() == ["words_to_read"]


def test_a_stranger_gets_no_answer_and_is_read_at_every_site(desk: Post) -> None:
    assert desk.write("你好", STRANGER).kind == "unknown"
    assert desk.write("在吗", STRANGER).kind == "unknown"
    found = desk.all(Task)
    assert [(task.kind, task.tier, len(task.detail["texts"])) for task in found] == [
        ("unknown_text", "routine", 2),
        ("unknown_text", "routine", 2),
    ]
    sites = {task.site_id for task in found}
    assert sites == {desk.people.here.site.id, desk.people.there.site.id}
    assert desk.answers() == []
    assert desk.versions() == []


def test_a_strangers_dangerous_words_are_due_at_once(desk: Post) -> None:
    desk.write("你好", STRANGER)
    desk.write("他抽搐了", STRANGER)
    assert {(task.tier, task.due_at) for task in desk.all(Task)} == {
        ("same_day", START)
    }


def test_a_number_that_was_somebodys_is_read_at_their_site(desk: Post) -> None:
    (mine,) = desk.all(Contact, value=MINE)
    desk.say("+8613800138099", participant_id=mine.participant_id)
    desk.write("38.6")
    (task,) = desk.all(Task)
    assert (task.kind, task.site_id) == ("unknown_text", desk.people.here.site.id)
    assert desk.versions() == []


@pytest.mark.parametrize("sender", ["10086", "Hospital", "", "\x00", "x" * 300])
def test_short_codes_and_names_are_kept_and_never_answered(
    desk: Post, sender: str
) -> None:
    for body in ("STOP", "38.6", "HELP"):
        assert desk.write(body, sender).kind == "unknown"
    assert desk.answers() == []
    assert set(desk.tasks()) == {"unknown_text"}


def test_a_shared_number_opens_an_alert_for_everybody_behind_it(desk: Post) -> None:
    other = desk.enrol("DS-010", number=MINE)
    desk.write("昨晚抽搐了")
    found = desk.all(Alert)
    assert len(found) == 2
    assert {alert.tier for alert in found} == {"emergency"}
    assert other.id in {alert.participant_id for alert in found}
    assert desk.versions() == []  # nobody knows whose entry it would be
    unsure = desk.all(Task, kind="text_unsure")
    assert {task.alert_id for task in unsure} == {alert.id for alert in found}
    assert desk.answers() == [("report_received", "zh")]


def test_calm_words_from_a_shared_number_are_a_task_for_each(desk: Post) -> None:
    desk.enrol("DS-010", number=MINE)
    assert desk.write("36.6 今天很好").kind == "words"
    assert desk.tasks() == ["text_unsure", "text_unsure"]
    assert desk.all(Alert) == []
    assert desk.versions() == []


def test_a_number_never_verified_puts_nothing_on_a_record(desk: Post) -> None:
    with desk.runtime.writing() as session:
        mine = update(Contact).where(Contact.value == MINE)
        session.execute(mine.values(verified_at=None))
    desk.write("发烧38.6")
    assert desk.versions() == []
    assert [alert.tier for alert in desk.all(Alert)] == ["urgent"]
    assert desk.tasks() == ["text_unsure"]


@pytest.mark.parametrize("status", ["withdrawn", "died"])
def test_of_whoever_left_nothing_is_stored_but_the_text(
    desk: Post, status: str
) -> None:
    (mine,) = desk.all(Contact, value=MINE)
    (left,) = desk.all(Participant, id=mine.participant_id)
    desk.status(left, status)
    assert desk.write("你好").kind == "words"
    desk.write("38.6")
    assert desk.versions() == []
    assert desk.all(Alert) == []
    assert desk.answers() == []
    (task,) = desk.all(Task)
    assert (task.kind, task.due_at) == ("text_after_end", START)  # the second: at once


@pytest.mark.parametrize("status", ["paused", "transferred", "completed"])
def test_a_report_counts_and_is_answered_after_follow_up_ended(
    desk: Post, status: str
) -> None:
    (mine,) = desk.all(Contact, value=MINE)
    (person,) = desk.all(Participant, id=mine.participant_id)
    desk.status(person, status)
    desk.write("昨晚抽搐了")
    assert [alert.tier for alert in desk.all(Alert)] == ["emergency"]
    assert ("report_emergency", "text") in desk.claim()


def test_help_is_answered_and_pages_the_nurse_on_call(desk: Post) -> None:
    assert desk.write("救命").kind == "help"
    assert desk.write("HELP").kind == "help"
    assert desk.answers() == [("help", "zh"), ("help", "zh")]
    assert desk.tasks() == ["asked_for_help"]
    with desk.runtime.writing() as session:
        assert tasks.page_overdue(session, desk.people.study_of, now=START) == 1
    (page,) = desk.all(Message, purpose="task")
    assert page.staff_id == desk.people.here["nurse"].id


def test_five_answers_an_hour_are_enough_and_every_text_still_counts(
    desk: Post, clock: Clock
) -> None:
    for minute in range(12):
        desk.write(f"还好 {minute}")
        clock.advance(minutes=1)
    assert len(desk.answers()) == 5
    assert len(desk.versions()) == 12
    desk.write("36.6", OTHERS)
    assert len(desk.answers()) == 6  # somebody else's number has its own five
    clock.advance(hours=1)
    desk.write("还好")
    assert len(desk.answers()) == 7


def test_the_sites_own_number_is_never_answered(desk: Post) -> None:
    desk.write("HELP", CATCH_ALL)
    desk.write("report", CATCH_ALL)
    assert desk.answers() == []
    assert desk.tasks() == ["staff_text"]


def test_a_site_number_that_a_participant_has_too_is_not_answered(desk: Post) -> None:
    desk.enrol("DS-010", number=CATCH_ALL)
    desk.write("36.6", CATCH_ALL)
    assert len(desk.versions()) == 1
    assert desk.answers() == []


def test_two_machines_that_answer_each_other_fall_silent(
    desk: Post, clock: Clock
) -> None:
    """Whatever we say comes back as a text, a second later, for as long as we speak."""
    desk.write("I am driving and will answer later.")
    echoed: set[int] = set()
    for _ in range(50):
        clock.advance(seconds=1)
        said = [m for m in desk.all(Message, purpose="answer") if m.id not in echoed]
        echoed |= {message.id for message in said}
        for message in said:
            text = template_of(desk.people.study, message.template).text
            desk.write(text.say(message.language))
    assert len(desk.answers()) == 5
    assert len(desk.all(Inbound)) == 6


def test_a_timeline_shows_ones_own_texts_and_those_of_a_shared_number(
    desk: Post,
) -> None:
    desk.write("36.6")
    desk.write("36.7", OTHERS)
    desk.enrol("DS-010", number=MINE)
    desk.write("36.8")
    with desk.runtime.reading() as session:
        (person,) = session.query(Participant).filter_by(code="DS-007")
        shown = text_items(session, person)
        (other,) = session.query(Participant).filter_by(code="DS-010")
        theirs = text_items(session, other)
    assert [(text.body, text.unsure) for text in shown] == [
        ("36.8", True),
        ("36.6", False),
    ]
    assert [text.body for text in theirs] == ["36.8"]
    assert MINE not in {text.number for text in shown}


@pytest.mark.in_turn
@settings(
    max_examples=examples(25),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    body=st.one_of(
        st.text(),
        st.sampled_from(
            ["STOP", "start", "HELP", "打错了", "38.6", "抽搐", "YES", "K7QX", "\x00"]
        ),
    ),
    sender=st.sampled_from([MINE, OTHERS, NURSE, CATCH_ALL, STRANGER, "10086"]),
)
def test_no_text_from_anybody_is_lost(desk: Post, body: str, sender: str) -> None:
    before = len(desk.all(Inbound))
    received = desk.write(body, sender)
    rows = desk.all(Inbound)
    assert received.fresh
    assert len(rows) == before + 1
    assert rows[-1].kind == received.kind


def test_every_version_from_a_text_says_so(desk: Post) -> None:
    for body in ("36.6", "抽搐", "你好"):
        desk.write(body)
    assert {version.source for version in desk.all(EntryVersion)} == {"text"}


def test_a_text_at_which_the_portal_fails_is_kept_and_read_at_once(
    desk: Post, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_version_id: int) -> Study:
        raise RuntimeError("a study that cannot be read")

    nurse = desk.people.here["nurse"].id
    assert desk.write("抽搐", key="SM-1", study_of=broken).kind == "words"
    assert not desk.write("抽搐", key="SM-1").fresh
    (text,) = desk.all(Inbound)
    (task,) = desk.all(Task)
    assert (task.kind, task.tier, task.due_at) == ("text_failed", "same_day", START)
    assert (text.body, task.detail["texts"]) == ("抽搐", [text.id])
    assert "failed" in caplog.text
    assert "抽搐" not in caplog.text
    with desk.runtime.writing() as session:
        tasks.page_overdue(session, desk.people.study_of, now=START)
    assert [page.staff_id for page in desk.all(Message, purpose="task")] == [nurse]


def test_a_strangers_text_at_which_the_portal_fails_is_read_at_every_site(
    desk: Post,
) -> None:
    def broken(_version_id: int) -> Study:
        raise RuntimeError("a study that cannot be read")

    assert desk.write("hello", STRANGER, study_of=broken).kind == "unknown"
    assert desk.tasks() == ["text_failed", "text_failed"]


def test_what_was_half_done_when_the_portal_failed_is_undone(desk: Post) -> None:
    """The entry, its alert and its audit go with the answer that could not be made."""
    asked = 0

    def breaks_late(_version_id: int) -> Study:
        nonlocal asked
        asked += 1
        if asked > 1:
            raise RuntimeError("gone")
        return desk.people.study

    before = len(desk.all(Audit))
    desk.write("38.6", study_of=breaks_late)
    assert asked > 1
    assert desk.versions() == []
    assert desk.all(Alert) == []
    assert desk.tasks() == ["text_failed"]
    assert len(desk.all(Audit)) == before
