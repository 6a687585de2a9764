"""Ways in beside a text: paper, PIN; one's own phones; and a report that needs neither."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.db.tables.access import Device
from portal.db.tables.diary import EntryVersion
from portal.db.tables.outbox import Message
from portal.db.tables.people import Participant
from portal.people import optouts
from portal.runtime import Runtime
from portal.vocabulary.messages import OptOutSource
from tests.support import arrivals
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock
from tests.support.desk import seated
from tests.support.texts import post
from tests.support.web import Visitor

NUMBER = "138 0013 8007"
PIN = "507318"
ANDROID = {"User-Agent": "Mozilla/5.0 (Linux; Android 14; V2301A) Mobile"}


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def participant_id(runtime: Runtime, people: Cast) -> int:
    with runtime.writing() as session:
        return enrolled(session, people).id


@pytest.fixture
def nurse(app: Flask, runtime: Runtime, people: Cast) -> Visitor:
    return seated(app, runtime, people.here["nurse"])


def location(response: TestResponse) -> str:
    assert response.status_code == 303, response.text
    return str(response.headers["Location"])


def by_text(client: Visitor, runtime: Runtime, number: str = NUMBER) -> str:
    client.submit("/sign-in", {"number": number})
    with runtime.reading() as session:
        newest = select(Message).order_by(Message.id.desc()).limit(1)
        code = session.scalars(newest).one().variables["code"]
    return location(client.submit("/sign-in/code", {"code": code}))


def paper_for(nurse: Visitor, caregiver: str = "") -> str:
    page = "/staff/participants/DS-007/contacts"
    sheet = nurse.submit(page, {"caregiver": caregiver}, to=f"{page}/paper")
    assert sheet.status_code == 200, sheet.text
    found = re.search(r"\d{4} \d{4} \d{4}", sheet.text)
    assert found, sheet.text
    return found[0]


def with_pin(client: Visitor, runtime: Runtime, clock: Clock) -> None:
    """Signed in once by a text, a PIN chosen, the read session over."""
    assert by_text(client, runtime) == "/sign-in/done"
    assert location(client.submit("/sign-in/done", {"pin": PIN}, to="/phones/pin"))
    clock.advance(minutes=31)


def report(client: Visitor) -> TestResponse:
    return client.submit("/diary", {"emerg": "seizure", "send": "1"})


def entries(runtime: Runtime) -> int:
    with runtime.reading() as session:
        return len(session.scalars(select(EntryVersion)).all())


@pytest.mark.smoke
def test_paper_from_staff_signs_a_phone_in_and_enrols_it(
    client: Visitor, participant_id: int, nurse: Visitor
) -> None:
    code = paper_for(nurse)
    assert location(client.submit("/sign-in/paper", {"paper": code})) == "/sign-in/done"
    assert client.get("/history").status_code == 200
    again = arrivals.visitor(client.application)
    assert again.submit("/sign-in/paper", {"paper": code}).status_code == 400


def test_the_sheet_is_in_its_readers_language_and_nobody_sees_it_again(
    participant_id: int, nurse: Visitor
) -> None:
    page = "/staff/participants/DS-007/contacts"
    sheet = nurse.submit(page, to=f"{page}/paper")
    assert "您的纸质码（登录用）" in sheet.text
    assert "they cannot be shown again" in sheet.text
    assert sheet.headers["Cache-Control"] == "no-store"
    found = re.search(r"\d{4} \d{4} \d{4}", sheet.text)
    assert found
    assert found[0] not in nurse.get(page).text


def test_a_monitor_makes_no_paper(
    app: Flask, runtime: Runtime, people: Cast, participant_id: int
) -> None:
    monitor = seated(app, runtime, people.here["monitor"])
    token = {"csrf_token": monitor.token("/staff/participants/DS-007")}
    answer = monitor.post("/staff/participants/DS-007/contacts/paper", data=token)
    assert answer.status_code == 403


def test_after_stop_no_code_leaves_staff_are_told_and_paper_remains(
    client: Visitor,
    runtime: Runtime,
    people: Cast,
    participant_id: int,
    nurse: Visitor,
) -> None:
    with runtime.writing() as session:
        now = runtime.now()
        optouts.stop(session, "+8613800138007", source=OptOutSource.PROVIDER, now=now)
    client.submit("/sign-in", {"number": NUMBER})
    with runtime.reading() as session:
        texts = session.scalars(select(Message).filter_by(purpose="code")).all()
    assert [text.state for text in texts] == ["queued"]
    assert post(runtime, people).claim() == []
    assert "phone and agree on another way" in nurse.get("/staff").text
    told = nurse.get("/staff/participants/DS-007/contacts").text
    assert "give them a code on paper" in told
    code = paper_for(nurse)
    assert location(client.submit("/sign-in/paper", {"paper": code})) == "/sign-in/done"


@pytest.mark.smoke
def test_a_pin_opens_what_was_written_after_the_session_ended(
    client: Visitor, runtime: Runtime, participant_id: int, clock: Clock
) -> None:
    with_pin(client, runtime, clock)
    assert location(client.get("/history")) == "/pin"
    assert client.submit("/pin", {"pin": "507319"}).status_code == 400
    assert location(client.submit("/pin", {"pin": PIN})) == "/history"
    assert client.get("/history").status_code == 200


def test_a_report_needs_no_pin_and_waits_for_no_lock(
    client: Visitor, runtime: Runtime, participant_id: int, clock: Clock
) -> None:
    with_pin(client, runtime, clock)
    for _ in range(5):
        client.submit("/pin", {"pin": "000000"})
    locked = client.submit("/pin", {"pin": PIN})
    assert locked.status_code == 429
    assert "15分钟后（09:46）" in locked.text
    assert '<a class="button report big" href="/diary">' in locked.text
    assert "/diary/sent/" in location(report(client))
    assert entries(runtime) == 1
    clock.advance(minutes=15)
    assert location(client.submit("/pin", {"pin": PIN})) == "/today"


def test_a_forgotten_pin_is_chosen_anew_after_a_fresh_code(
    client: Visitor, runtime: Runtime, participant_id: int, clock: Clock
) -> None:
    with_pin(client, runtime, clock)
    for _ in range(5):
        client.submit("/pin", {"pin": "000000"})
    assert by_text(client, runtime) == "/today"
    fresh = client.get("/phones").text
    assert 'name="old"' not in fresh
    client.submit("/phones", {"pin": "740962"}, to="/phones/pin")
    clock.advance(minutes=31)
    assert location(client.submit("/pin", {"pin": "740962"})) == "/today"


def test_a_pin_is_changed_by_who_knows_the_old_one(
    client: Visitor, runtime: Runtime, participant_id: int, clock: Clock
) -> None:
    with_pin(client, runtime, clock)
    client.submit("/pin", {"pin": PIN})
    assert 'name="old"' in client.get("/phones").text
    change = {"old": "000000", "pin": "740962"}
    assert client.submit("/phones", change, to="/phones/pin").status_code == 400
    change["old"] = PIN
    assert location(client.submit("/phones", change, to="/phones/pin")) == "/today"
    clock.advance(minutes=31)
    assert client.submit("/pin", {"pin": PIN}).status_code == 400
    assert location(client.submit("/pin", {"pin": "740962"})) == "/today"


def test_an_easy_pin_is_refused_beside_its_field(
    client: Visitor, runtime: Runtime, participant_id: int
) -> None:
    by_text(client, runtime)
    answer = client.submit("/sign-in/done", {"pin": "123456"}, to="/phones/pin")
    assert answer.status_code == 400
    assert "太容易被猜到" in answer.text


def test_the_old_phone_is_switched_off_from_the_new_one(
    app: Flask,
    runtime: Runtime,
    participant_id: int,
    nurse: Visitor,
) -> None:
    old, new = arrivals.visitor(app), arrivals.visitor(app)
    old.environ_base["HTTP_USER_AGENT"] = ANDROID["User-Agent"]
    by_text(old, runtime)
    new.submit("/sign-in/paper", {"paper": paper_for(nurse)})
    page = new.get("/phones").text
    assert "安卓手机" in page
    [off] = re.findall(r'action="(/phones/\d+/off)"', page)
    assert location(new.submit("/phones", to=off)) == "/phones"
    assert location(old.get("/today")) == "/sign-in"
    assert location(old.get("/diary")) == "/sign-in"
    assert new.get("/today").status_code == 200
    assert new.get("/diary").status_code == 200


def test_nobody_switches_somebody_elses_phone_off(
    app: Flask, runtime: Runtime, people: Cast, participant_id: int
) -> None:
    helper = arrivals.caregiver(runtime, people, participant_id)
    theirs = arrivals.phone_visitor(app, runtime, participant_id)
    client = arrivals.person_visitor(app, runtime, participant_id, helper.id)
    with runtime.reading() as session:
        device = session.scalars(select(Device.id)).one()
    assert client.submit("/today", to=f"/phones/{device}/off").status_code == 404
    assert theirs.get("/diary").status_code == 200


def test_staff_switch_one_phone_off_and_the_others_go_on(
    app: Flask, runtime: Runtime, participant_id: int, nurse: Visitor
) -> None:
    old, new = (arrivals.phone_visitor(app, runtime, participant_id) for _ in range(2))
    with runtime.reading() as session:
        first = session.scalars(select(Device.id).order_by(Device.id)).first()
    page = "/staff/participants/DS-007/contacts"
    assert location(nurse.submit(page, {"act": "phone", "phone": str(first)})) == page
    assert location(old.get("/diary")) == "/sign-in"
    assert new.get("/diary").status_code == 200


def test_a_caregiver_enrols_their_own_phone_and_reports_as_caregiver(
    client: Visitor, runtime: Runtime, people: Cast, participant_id: int, clock: Clock
) -> None:
    arrivals.caregiver(runtime, people, participant_id)
    assert by_text(client, runtime, "138 0013 8099") == "/sign-in/done"
    clock.advance(minutes=31)
    assert location(client.get("/today")) == "/sign-in"
    report_form = client.get("/diary").text
    chosen = re.search(r'name="reporter" value="(\w+)" checked', report_form)
    assert chosen
    client.submit("/diary", {"emerg": "seizure", "reporter": chosen[1], "send": "1"})
    with runtime.reading() as session:
        version = session.scalars(select(EntryVersion)).one()
    assert version.reporter == "caregiver"
    assert version.participant_id == participant_id


def test_a_caregivers_paper_makes_a_caregiver(
    client: Visitor, runtime: Runtime, people: Cast, participant_id: int, nurse: Visitor
) -> None:
    helper = arrivals.caregiver(runtime, people, participant_id)
    code = paper_for(nurse, str(helper.id))
    client.submit("/sign-in/paper", {"paper": code})
    with runtime.reading() as session:
        device = session.scalars(select(Device)).one()
    assert device.caregiver_id == helper.id


def test_paper_of_the_hospital_next_door_does_not_exist(
    nurse: Visitor, runtime: Runtime, people: Cast, participant_id: int
) -> None:
    with runtime.writing() as session:
        enrolled(session, people, "DS-900", house=people.there, number="13800138900")
    token = {"csrf_token": nurse.token("/staff")}
    answer = nurse.post("/staff/participants/DS-900/contacts/paper", data=token)
    assert answer.status_code == 404


def test_who_left_the_study_is_asked_for_no_pin(
    client: Visitor, runtime: Runtime, participant_id: int, clock: Clock
) -> None:
    with_pin(client, runtime, clock)
    with runtime.writing() as session:
        session.get_one(Participant, participant_id).status = "withdrawn"
    assert location(client.get("/history")) == "/sign-in"
