"""The ward's screen over HTTP: it shows codes and no names, and takes nothing."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.alerting.answers import answering
from portal.db.tables.access import Siren
from portal.db.tables.alerts import Alert
from portal.db.tables.people import Contact, Staff
from portal.people.case import Case
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.cast import URGENT, Cast, cast, enrolled
from tests.support.clock import Clock
from tests.support.web import Visitor

JSON = {"X-Portal": "1", "Content-Type": "application/json"}
ALIVE = '{"armed": true, "rings": []}'


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def screen(app: Flask, runtime: Runtime, people: Cast) -> Visitor:
    client = arrivals.siren_visitor(app, runtime, people.here["admin"])
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def alert(runtime: Runtime, people: Cast) -> Alert:
    with runtime.writing() as session:
        person = enrolled(session, people, "DS-042")
        return answering.open_from(
            Case(session, people.study, person, runtime.now()),
            URGENT,
            entry_version_id=None,
        )


def beat(client: Visitor, body: str = ALIVE) -> TestResponse:
    return client.post("/siren/beat", data=body, headers=JSON)


def staff_page(app: Flask, runtime: Runtime, staff: Staff) -> Visitor:
    return arrivals.staff_visitor(app, runtime, staff)


@pytest.mark.smoke
def test_an_administrator_makes_a_code_that_is_shown_once_and_sets_a_screen_up(
    app: Flask, runtime: Runtime, people: Cast
) -> None:
    admin = staff_page(app, runtime, people.here["admin"])
    answer = admin.submit("/staff/sirens", {"name": "Ward 3"})
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", answer.text)
    assert code
    assert code[0] not in admin.get("/staff/sirens").text
    desk = arrivals.visitor(app)
    assert desk.get("/siren").headers["Location"] == "/siren/set-up"
    done = desk.submit("/siren/set-up", {"code": code[0]})
    assert done.headers["Location"] == "/siren"
    kept = done.headers["Set-Cookie"]
    assert all(word in kept for word in ("siren=", "HttpOnly", "SameSite=Lax"))
    assert "Ward 3" in desk.get("/siren").text
    assert desk.submit("/siren/set-up", {"code": code[0]}).status_code == 400


def test_nobody_can_go_on_guessing_codes(app: Flask, people: Cast) -> None:
    desk = arrivals.visitor(app)
    answers = [desk.submit("/siren/set-up", {"code": "X" * 12}) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [400] * 10 + [429]


@pytest.mark.smoke
def test_it_shows_the_code_the_tier_and_the_minutes_and_no_person(
    screen: Visitor, runtime: Runtime, alert: Alert, clock: Clock
) -> None:
    clock.advance(minutes=7)
    page = screen.get("/siren").text
    assert alert.code in page
    assert "Urgent" in page
    assert "Waiting for 7 min" in page
    assert "An answer is due within 8 min" in page
    with runtime.reading() as session:
        secrets = set(session.scalars(select(Contact.value)))
        secrets |= set(session.scalars(select(Staff.display_name)))
    for secret in {"DS-042", "T10", *filter(None, secrets)}:
        assert secret not in page


def test_what_did_not_change_is_not_sent_again(
    screen: Visitor, alert: Alert, clock: Clock
) -> None:
    first = screen.get("/siren/live")
    same = {"If-None-Match": first.headers["ETag"]}
    assert screen.get("/siren/live", headers=same).status_code == 304
    clock.advance(minutes=1)
    assert screen.get("/siren/live", headers=same).status_code == 200


def test_an_alert_that_somebody_took_is_quiet(
    screen: Visitor, runtime: Runtime, people: Cast, alert: Alert
) -> None:
    assert 'data-rings="urgent"' in screen.get("/siren/live").text
    with runtime.writing() as session:
        nurse = people.here["nurse"]
        answering.acknowledge(
            session, alert.id, nurse, source="page", now=runtime.now()
        )
    page = screen.get("/siren/live").text
    assert 'data-rings=""' in page
    assert "Somebody has it" in page
    assert "Nurse" not in page


def test_a_screen_takes_nothing_and_sends_people_to_sign_in(
    screen: Visitor, alert: Alert
) -> None:
    page = screen.get("/siren").text
    assert f'href="/staff/alerts/{alert.id}"' in page
    answer = screen.get(f"/staff/alerts/{alert.id}")
    assert answer.headers["Location"] == "/staff/sign-in"


def test_a_sign_of_life_makes_it_count_on_the_worklist_and_the_rota(
    app: Flask, runtime: Runtime, people: Cast, screen: Visitor
) -> None:
    nurse = staff_page(app, runtime, people.here["nurse"])
    assert "No siren is listening" in nurse.get("/staff").text
    assert "No siren is listening" in nurse.get("/staff/rota").text
    assert beat(screen).status_code == 204
    assert "No siren is listening" not in nurse.get("/staff").text
    assert "No siren is listening" not in nurse.get("/staff/rota").text
    there = staff_page(app, runtime, people.there["nurse"])
    assert "No siren is listening" in there.get("/staff").text


@pytest.mark.parametrize(
    "body", ["[]", "{}", '{"armed": 1, "rings": []}', '{"armed": true}', "{"]
)
def test_what_is_no_sign_of_life_is_refused(screen: Visitor, body: str) -> None:
    assert beat(screen, body).status_code == 400


def test_another_sites_page_can_send_no_sign_of_life(screen: Visitor) -> None:
    foreign = {**JSON, "Sec-Fetch-Site": "cross-site"}
    answer = screen.post("/siren/beat", data=ALIVE, headers=foreign)
    assert answer.status_code == 400
    without = {"Content-Type": "application/json"}
    assert screen.post("/siren/beat", data=ALIVE, headers=without).status_code == 400


def test_a_screen_taken_away_is_asked_to_be_set_up(
    app: Flask, runtime: Runtime, people: Cast, screen: Visitor
) -> None:
    with runtime.reading() as session:
        number = session.scalars(select(Siren.id)).one()
    admin = staff_page(app, runtime, people.here["admin"])
    admin.submit("/staff/sirens", to=f"/staff/sirens/{number}/revoke")
    assert screen.get("/siren/live").headers["Location"] == "/siren/set-up"
    assert beat(screen).status_code == 401


def test_a_nurse_sees_the_screens_and_makes_none(
    app: Flask, runtime: Runtime, people: Cast
) -> None:
    nurse = staff_page(app, runtime, people.here["nurse"])
    assert nurse.get("/staff/sirens").status_code == 200
    assert nurse.submit("/staff", to="/staff/sirens").status_code == 403
