"""The diary as a phone without JavaScript meets it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.alerting import ladder
from portal.alerting.answers import answering
from portal.db.tables.alerts import Alert, Task
from portal.db.tables.diary import Draft, EntryVersion
from portal.db.tables.outbox import Message
from portal.diary.writing import unfinished
from portal.people import reporters
from portal.people.access import enrolled_phones as phones
from portal.people.access import sessions
from portal.runtime import Runtime
from portal.study_files import load_study
from tests.support import arrivals
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock
from tests.support.web import Visitor

ENTRY = re.compile(r'name="entry" value="([^"]+)"')


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def participant_id(runtime: Runtime, people: Cast) -> int:
    with runtime.writing() as session:
        enrolled(session, people, "DS-001", number="13800138001")
        return enrolled(session, people).id


@pytest.fixture
def phone(app: Flask, runtime: Runtime, participant_id: int) -> Visitor:
    """An enrolled phone on which nobody is signed in."""
    with runtime.writing() as session:
        person = reporters.find(session, participant_id, None)
        assert person is not None
        secret, _ = phones.enrol(
            session, person, held=None, real_now=runtime.real_now()
        )
    client = app.test_client()
    client.set_cookie("phone", secret)
    assert isinstance(client, Visitor)
    return client


def begin(phone: Visitor, **fields: Any) -> Any:
    page = phone.get("/diary")
    entry = ENTRY.search(page.text)
    assert entry, page.text
    return phone.submit("/diary", {"entry": entry[1], "reporter": "self", **fields})


def rest(phone: Visitor) -> str:
    """The address of the diary after a calm first screen, without its number."""
    answer = begin(phone, none="1")
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"]).rsplit("/", 1)[0]


def versions(runtime: Runtime) -> list[EntryVersion]:
    with runtime.reading() as session:
        order = EntryVersion.received_at, EntryVersion.id
        return list(session.scalars(select(EntryVersion).order_by(*order)))


def all_of(runtime: Runtime, table: Any) -> list[Any]:
    with runtime.reading() as session:
        return list(session.scalars(select(table).order_by(table.id)))


@pytest.mark.smoke
def test_a_red_flag_is_sent_in_two_touches_and_pages_at_once(
    phone: Visitor, runtime: Runtime
) -> None:
    answer = begin(phone, emerg="seizure", send="1")
    assert answer.status_code == 303
    [alert] = all_of(runtime, Alert)
    assert (alert.tier, alert.state) == ("emergency", "open")
    assert {m.channel for m in all_of(runtime, Message)} == {"text", "call"}
    page = phone.get(answer.headers["Location"])
    assert "120" in page.text
    assert "已通知研究团队" in page.text
    assert "继续" in page.text  # the rest of the diary is still offered


def test_what_is_ticked_counts_whichever_button_was_pressed(
    phone: Visitor, runtime: Runtime
) -> None:
    begin(phone, emerg="bleeding", none="1")
    assert [alert.tier for alert in all_of(runtime, Alert)] == ["emergency"]


def test_sending_with_nothing_ticked_asks_again_and_saves_nothing(
    phone: Visitor, runtime: Runtime
) -> None:
    answer = begin(phone, send="1")
    assert answer.status_code == 400
    assert versions(runtime) == []


@pytest.mark.smoke
def test_F33_a_double_tap_makes_one_entry_and_one_alert(
    phone: Visitor, runtime: Runtime
) -> None:
    fields = {"entry": "6f0c0f6e-0000-4000-8000-000000000001", "emerg": "seizure"}
    first = phone.submit("/diary", fields)
    second = phone.submit("/diary", fields)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(versions(runtime)) == 1
    assert len(all_of(runtime, Alert)) == 1


@pytest.mark.smoke
def test_F34_the_same_uuid_with_another_red_flag_still_pages(
    phone: Visitor, runtime: Runtime
) -> None:
    entry = "6f0c0f6e-0000-4000-8000-000000000002"
    phone.submit("/diary", {"entry": entry, "none": "1"})
    phone.submit("/diary", {"entry": entry, "emerg": "chest_pain", "send": "1"})
    assert [alert.tier for alert in all_of(runtime, Alert)] == ["emergency"]


def walk(phone: Visitor, where: str, **answers: Any) -> Any:
    """Answer every screen calmly but for ``answers``; the last answer of the server."""
    number = 2
    while True:
        page = phone.get(f"{where}/{number}")
        assert page.status_code == 200, (number, page.status)
        fields = {k: v for k, v in answers.items() if f'name="{k}"' in page.text}
        if 'name="temp"' in page.text:
            fields = {"temp": "36.6", "temp_unit": "C", **fields}
        press = "none" if 'name="none"' in page.text else "go"
        answer = phone.submit(f"{where}/{number}", {press: "1", **fields})
        assert answer.status_code == 303, (number, answer.text)
        following = answer.headers["Location"]
        if "/sent/" in following:
            return answer
        number = int(following.rsplit("/", 1)[1])


@pytest.mark.smoke
def test_a_calm_diary_is_complete_and_routine(phone: Visitor, runtime: Runtime) -> None:
    answer = walk(phone, rest(phone))
    kinds = [version.kind for version in versions(runtime)]
    assert sorted(kinds) == ["complete", "red_flags"]
    complete = next(v for v in versions(runtime) if v.kind == "complete")
    assert complete.tier == "routine"
    assert complete.answers["tremor"] == 0
    assert complete.answers["infect"] == []
    assert "已收到" in phone.get(answer.headers["Location"]).text
    assert all_of(runtime, Alert) == []


def test_a_fever_leaves_at_once_in_the_middle_of_the_diary(
    phone: Visitor, runtime: Runtime
) -> None:
    where = rest(phone)
    answer = phone.submit(f"{where}/3", {"temp": "38.0", "temp_unit": "C", "go": "1"})
    assert "/diary/sent/" in answer.headers["Location"]
    assert [alert.tier for alert in all_of(runtime, Alert)] == ["urgent"]
    page = phone.get(answer.headers["Location"])
    assert "15分钟" in page.text
    assert f"{where}/4" in page.text


def test_the_rest_of_a_dangerous_diary_shows_its_advice_once(
    phone: Visitor, runtime: Runtime
) -> None:
    where = rest(phone)
    phone.submit(f"{where}/3", {"temp": "38.4", "temp_unit": "C", "go": "1"})
    answer = phone.submit(f"{where}/4", {"none": "1"})
    assert answer.headers["Location"] == f"{where}/5"


def test_a_typed_fahrenheit_is_asked_about_once_and_then_believed(
    phone: Visitor, runtime: Runtime
) -> None:
    where = rest(phone)
    fields = {"temp": "100.4", "temp_unit": "C", "go": "1"}
    asked = phone.submit(f"{where}/3", fields)
    assert asked.status_code == 400
    assert "100.4" in asked.text
    assert "38.0" in asked.text
    assert all_of(runtime, Alert) == []
    believed = phone.submit(f"{where}/3", fields)
    assert "/diary/sent/" in believed.headers["Location"]
    assert [alert.tier for alert in all_of(runtime, Alert)] == ["urgent"]


@pytest.mark.parametrize("typed", ["384", "3.84", "26.5", "三十八", "38..4", "NaN"])
def test_a_slip_is_asked_again_and_left_alone_becomes_urgent(
    phone: Visitor, runtime: Runtime, clock: Clock, people: Cast, typed: str
) -> None:
    where = rest(phone)
    asked = phone.submit(f"{where}/3", {"temp": typed, "temp_unit": "C", "go": "1"})
    assert asked.status_code == 400
    assert all_of(runtime, Alert) == []
    clock.advance(minutes=11)
    with runtime.writing() as session:
        unfinished.finish_left_drafts(session, people.study_of, now=runtime.now())
    assert [alert.tier for alert in all_of(runtime, Alert)] == ["urgent"]


@pytest.mark.parametrize("screen", ["3", "reading"])
def test_another_slip_is_asked_about_anew_and_the_same_again_is_believed(
    phone: Visitor, runtime: Runtime, screen: str
) -> None:
    where = rest(phone)
    for typed in ("abc", "384"):
        fields = {"temp": typed, "temp_unit": "C", "go": "1"}
        asked = phone.submit(f"{where}/{screen}", fields)
        assert asked.status_code == 400
        assert typed in asked.text
        assert all_of(runtime, Alert) == []
    believed = phone.submit(f"{where}/{screen}", fields)
    assert "/diary/sent/" in believed.headers["Location"]
    assert [alert.tier for alert in all_of(runtime, Alert)] == ["urgent"]


def test_another_slip_that_was_kept_while_typing_is_asked_about_anew(
    phone: Visitor, runtime: Runtime
) -> None:
    where = rest(phone)
    fields = {"temp": "abc", "temp_unit": "C", "go": "1"}
    assert phone.submit(f"{where}/3", fields).status_code == 400
    assert phone.submit(f"{where}/3/keep", {**fields, "temp": "384"}).status_code == 204
    assert phone.submit(f"{where}/3", {**fields, "temp": "384"}).status_code == 400
    assert all_of(runtime, Alert) == []


def test_a_corrected_slip_pages_nobody(
    phone: Visitor, runtime: Runtime, clock: Clock, people: Cast
) -> None:
    where = rest(phone)
    phone.submit(f"{where}/3", {"temp": "366", "temp_unit": "C", "go": "1"})
    answer = phone.submit(f"{where}/3", {"temp": "36.6", "temp_unit": "C", "go": "1"})
    assert answer.headers["Location"] == f"{where}/4"
    clock.advance(minutes=11)
    with runtime.writing() as session:
        unfinished.finish_left_drafts(session, people.study_of, now=runtime.now())
    assert all_of(runtime, Alert) == []


def screen_of(name: str) -> int:
    """The number of the screen that asks an item in the first weeks at home."""
    study = load_study("dcar-sle")
    form = set(study.phase("W1").form)
    shown = [group for group in study.groups if form & set(group.items)]
    return next(n for n, group in enumerate(shown, start=1) if name in group.items)


SLIPS = [
    (screen_of("steroid"), {"steroid": "mg"}, "steroid_mg", ["-5", "NaN"]),
    (screen_of("spo2"), {}, "spo2", ["八十八", "9 7"]),
    (screen_of("sbp"), {}, "sbp", ["85/", "1 2 0"]),
]


@pytest.mark.parametrize(("screen", "beside", "name", "typed"), SLIPS)
def test_a_dose_or_a_number_that_cannot_be_read_is_asked_once_and_then_believed(
    phone: Visitor,
    runtime: Runtime,
    screen: int,
    beside: dict[str, str],
    name: str,
    typed: list[str],
) -> None:
    where = rest(phone)
    for one in typed:
        fields = {**beside, name: one, "go": "1"}
        asked = phone.submit(f"{where}/{screen}", fields)
        assert asked.status_code == 400
        assert f"“{one}”" in asked.text
        assert all_of(runtime, Alert) == []
    believed = phone.submit(f"{where}/{screen}", fields)
    assert "/diary/sent/" in believed.headers["Location"]
    assert [alert.tier for alert in all_of(runtime, Alert)] == ["urgent"]


@pytest.mark.parametrize(("screen", "beside", "name", "typed"), SLIPS)
def test_a_dose_or_a_number_that_cannot_be_read_and_is_left_alone_is_never_nothing(
    phone: Visitor,
    runtime: Runtime,
    clock: Clock,
    people: Cast,
    screen: int,
    beside: dict[str, str],
    name: str,
    typed: list[str],
) -> None:
    where = rest(phone)
    fields = {**beside, name: typed[0], "go": "1"}
    assert phone.submit(f"{where}/{screen}", fields).status_code == 400
    clock.advance(minutes=11)
    with runtime.writing() as session:
        unfinished.finish_left_drafts(session, people.study_of, now=runtime.now())
    assert [alert.tier for alert in all_of(runtime, Alert)] == ["urgent"]


def test_an_unfinished_diary_is_offered_again_with_what_was_said(
    phone: Visitor, runtime: Runtime
) -> None:
    where = rest(phone)
    phone.submit(f"{where}/2", {"none": "1"})
    phone.submit(f"{where}/3", {"temp": "37,2", "temp_unit": "C", "go": "1"})
    assert f"{where}/resume" in phone.get("/diary").text
    assert phone.get(f"{where}/resume").headers["Location"] == f"{where}/4"
    assert 'value="37,2"' in phone.get(f"{where}/3").text


def test_wanting_a_call_opens_a_task_for_the_nurse(
    phone: Visitor, runtime: Runtime
) -> None:
    walk(phone, rest(phone), callme="yes")
    [task] = all_of(runtime, Task)
    assert (task.tier, task.owner_role) == ("same_day", "nurse")
    assert task.detail["rules"] == ["T39"]


def test_the_line_changes_when_somebody_acknowledges(
    phone: Visitor, runtime: Runtime, people: Cast
) -> None:
    sent = begin(phone, emerg="seizure", send="1").headers["Location"]
    status = sent.split("?")[0] + "/status"
    assert "已看到您的报告" not in phone.get(status).text
    [alert] = all_of(runtime, Alert)
    with runtime.writing() as session:
        answering.acknowledge(
            session, alert.id, people.here["nurse"], source="page", now=runtime.now()
        )
    assert "研究团队的护士已看到您的报告，09:00" in phone.get(status).text


def test_nobody_is_promised_to_answer(phone: Visitor) -> None:
    sent = begin(phone, emerg="seizure", send="1").headers["Location"]
    page = phone.get(sent.split("?")[0] + "/status").text
    assert "正在呼叫值班医生和值班护士，09:05前应有人回应。" in page


def test_today_names_the_emergency_number_while_an_emergency_is_open(
    app: Flask, phone: Visitor, runtime: Runtime, people: Cast, participant_id: int
) -> None:
    begin(phone, emerg="seizure", send="1")
    person = arrivals.person_visitor(app, runtime, participant_id)
    assert "请拨打值班电话。情况紧急，请立即拨打120。" in person.get("/today").text
    [alert] = all_of(runtime, Alert)
    with runtime.writing() as session:
        nurse = people.here["nurse"]
        answering.acknowledge(
            session, alert.id, nurse, source="page", now=runtime.now()
        )
    today = person.get("/today").text
    assert "研究团队的护士已看到您的报告，09:00" in today
    assert "情况紧急，请立即拨打120。" in today


def test_today_says_to_phone_once_nobody_has_answered_in_time(
    app: Flask,
    phone: Visitor,
    runtime: Runtime,
    people: Cast,
    participant_id: int,
    clock: Clock,
) -> None:
    sent = begin(phone, emerg="seizure", send="1").headers["Location"].split("?")[0]
    person = arrivals.person_visitor(app, runtime, participant_id)
    while clock() < all_of(runtime, Alert)[0].ack_due_at:
        assert "还没有人回应您的报告" not in person.get("/today").text
        now = clock.advance(minutes=1)
        with runtime.writing() as session:
            ladder.escalate_due(session, people.study_of, now=now)
    for page in (person.get("/today").text, phone.get(sent + "/status").text):
        assert "还没有人回应您的报告" in page
        assert 'href="tel:02855500120"' in page
        assert 'href="tel:120"' in page


def test_an_enrolled_phone_reads_nothing_it_did_not_just_send(
    phone: Visitor, runtime: Runtime, clock: Clock
) -> None:
    sent = begin(phone, emerg="seizure", send="1").headers["Location"].split("?")[0]
    clock.advance(hours=13)
    assert phone.get(sent).status_code == 404
    assert phone.get("/history").headers["Location"] == "/sign-in"
    assert phone.get("/today").headers["Location"] == "/sign-in"


def test_somebody_elses_diary_does_not_exist(
    phone: Visitor, app: Flask, runtime: Runtime, people: Cast
) -> None:
    sent = begin(phone, emerg="seizure", send="1").headers["Location"].split("?")[0]
    where = rest(phone)
    with runtime.writing() as session:
        other = enrolled(session, people, "DS-002", number="13800138002")
        person = reporters.find(session, other.id, None)
        assert person is not None
        secret, _ = phones.enrol(
            session, person, held=None, real_now=runtime.real_now()
        )
    stranger = app.test_client()
    stranger.set_cookie("phone", secret)
    for path in (sent, f"{sent}/status", f"{where}/2", f"{where}/resume"):
        assert stranger.get(path).status_code == 404, path


def test_nobody_without_a_phone_or_a_sign_in_gets_in(app: Flask) -> None:
    assert app.test_client().get("/diary").headers["Location"] == "/sign-in"


@pytest.mark.parametrize(
    ("number", "fields"),
    [
        (2, {"temp": "36\x00.6", "go": "1"}),
        (2, {"temp_site": "elbow", "go": "1"}),
        (3, {"steroid": "mg", "steroid_mg": "viel", "go": "1"}),
        (3, {"chills": "9", "go": "1"}),
        (3, {"chills": "²", "go": "1"}),
        (6, {"tremor": "1e3", "go": "1"}),
        (7, {"infect": ["cough", "plague"], "go": "1"}),
    ],
)
def test_nonsense_is_refused_kindly_and_never_breaks(
    phone: Visitor, number: int, fields: dict[str, Any]
) -> None:
    where = rest(phone)
    answer = phone.submit(f"{where}/{number}", fields)
    assert answer.status_code in (303, 400)
    assert "028-5550 0120" in phone.get(f"{where}/{number}").text


def test_a_screen_number_that_does_not_exist_is_not_found(phone: Visitor) -> None:
    where = rest(phone)
    for number in ("0", "1", "99", "x"):
        assert phone.get(f"{where}/{number}").status_code == 404


def test_signed_in_people_read_their_own_entries(
    app: Flask, phone: Visitor, runtime: Runtime, participant_id: int
) -> None:
    walk(phone, rest(phone), tremor="1")
    with runtime.writing() as session:
        person = reporters.find(session, participant_id, None)
        assert person is not None
        token = sessions.open_for_person(
            session, person, now=runtime.now(), real_now=runtime.real_now()
        )
    with phone.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    page = phone.get("/history")
    assert "3月12日" in page.text
    assert "36.6" in page.text
    entry = re.search(r'href="(/history/\d+)"', page.text)
    assert entry
    assert "手抖" in phone.get(entry[1]).text
    today = phone.get("/today").text
    assert "今天是第11天" in today
    assert "3月15日" in today
    assert phone.get("/history/999").status_code == 404


def test_drafts_of_a_finished_diary_are_not_offered_again(
    phone: Visitor, runtime: Runtime
) -> None:
    walk(phone, rest(phone))
    assert "/resume" not in phone.get("/diary").text
    assert all(draft.finished_at for draft in all_of(runtime, Draft))
    assert timedelta(0) == runtime.now() - versions(runtime)[0].received_at
