"""The demonstration's pages: phones that ring and answer, a clock that moves on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select

from portal.alerting.answers import answering
from portal.db.tables.alerts import Alert, AlertEvent
from portal.db.tables.outbox import Handset
from portal.demo.past.past_messages import deliver
from portal.people.case import Case
from portal.runtime import Runtime
from tests.support.cast import URGENT, Cast, cast, enrolled
from tests.support.clock import Clock
from tests.support.settings import settings_for
from tests.support.web import Visitor

HOME = "/demo/phones"
NURSE = "+8613900001000"
DOCTOR = "+8613900001001"
PAGES = (HOME, f"{HOME}/live", "/demo/clock", "/demo/clock/live")
DEEDS = ("/demo/clock", "/demo/calls/1/key", f"/demo/phones/{NURSE}/reply")


@pytest.fixture
def runtime(database_url: str, clock: Clock) -> Iterator[Runtime]:
    """The demonstration's own mode, in English."""
    opened = Runtime(settings_for(database_url, mode="demo"), clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def alert(runtime: Runtime, people: Cast) -> Alert:
    """An urgent alert whose nurse has been called and texted."""
    with runtime.writing() as session:
        now = runtime.now()
        someone = enrolled(session, people)
        opened = answering.open_from(
            Case(session, people.study, someone, now), URGENT, entry_version_id=None
        )
        deliver(session, people.study, Random(1), now=now)
    return opened


@pytest.fixture
def visitor(app: Flask, people: Cast) -> Visitor:
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert isinstance(client, Visitor)
    return client


def call_of(runtime: Runtime, number: str = NURSE) -> int:
    query = select(Handset.id).filter_by(number=number, channel="call")
    with runtime.reading() as session:
        return session.scalars(query).one()


def stands(runtime: Runtime, alert: Alert) -> tuple[str, int | None]:
    with runtime.reading() as session:
        row = session.get_one(Alert, alert.id)
        return row.state, row.acked_by


def test_outside_demo_mode_there_is_no_demonstration(
    database_url: str, clock: Clock
) -> None:
    from tests.support.web import application

    for mode in ("development", "production"):
        settings = settings_for(
            database_url, mode=mode, public_url="http://localhost:8000"
        )
        runtime = Runtime(settings, clock=clock)
        visitor = application(runtime).test_client()
        token = visitor.token("/sign-in")
        for page in PAGES:
            assert visitor.get(page).status_code == 404
        for deed in DEEDS:
            sent = visitor.post(deed, data={"csrf_token": token, "move": "hour"})
            assert sent.status_code == 404
        runtime.close()


def test_the_phone_with_news_stands_first_and_every_phone_is_there(
    visitor: Visitor, alert: Alert
) -> None:
    page = visitor.get(HOME).text
    phones = re.findall(r'id="phone-(\d+)"', page)
    assert phones[0] == NURSE.removeprefix("+86")
    assert "13800138007" in phones
    assert alert.code in page
    assert "Incoming call" in page


@pytest.mark.smoke
def test_a_call_is_answered_and_1_takes_the_alert_for_who_was_called(
    visitor: Visitor, runtime: Runtime, alert: Alert, people: Cast
) -> None:
    call = f"/demo/calls/{call_of(runtime)}"
    visitor.submit(HOME, to=f"{call}/answer")
    assert "To confirm, press 1" in visitor.get(HOME).text
    sent = visitor.submit(HOME, {"key": "5"}, to=f"{call}/key")
    assert sent.location == f"{HOME}#phone-13900001000"
    for page in (HOME, f"{HOME}/live"):
        on_the_phone = visitor.get(page).text.split('id="phone-13900001000"')[1]
        assert "The key 5 does nothing here" in on_the_phone.split("</article>")[0]
    assert stands(runtime, alert) == ("open", None)
    visitor.submit(HOME, {"key": "1"}, to=f"{call}/key")
    assert f"Alert {alert.code} is acknowledged." in visitor.get(HOME).text
    assert stands(runtime, alert) == ("acked", people.here["nurse"].id)
    with runtime.reading() as session:
        taken = session.scalars(select(AlertEvent).filter_by(kind="acknowledged")).one()
    assert taken.detail == {"source": "call"}


def test_a_call_that_was_ended_takes_no_key(
    visitor: Visitor, runtime: Runtime, alert: Alert
) -> None:
    call = f"/demo/calls/{call_of(runtime)}"
    visitor.submit(HOME, to=f"{call}/hang-up")
    visitor.submit(HOME, {"key": "1"}, to=f"{call}/key")
    assert "This call is over." in visitor.get(HOME).text
    assert stands(runtime, alert) == ("open", None)


def test_who_comes_second_is_told_so(
    visitor: Visitor, runtime: Runtime, alert: Alert, people: Cast
) -> None:
    with runtime.writing() as session:
        answering.acknowledge(
            session, alert.id, people.here["doctor"], source="page", now=runtime.now()
        )
    to = f"/demo/calls/{call_of(runtime)}/key"
    visitor.submit(HOME, {"key": "1"}, to=to)
    page = visitor.get(HOME).text
    assert "Somebody else already has this alert." in page
    assert stands(runtime, alert) == ("acked", people.here["doctor"].id)
    assert "Incoming call" not in page


def test_the_code_by_text_takes_the_alert_for_who_was_paged(
    visitor: Visitor, runtime: Runtime, alert: Alert, people: Cast
) -> None:
    said = {"text": f"ok {alert.code.lower()}"}
    visitor.submit(HOME, said, to=f"/demo/phones/{DOCTOR}/reply")
    assert stands(runtime, alert) == ("open", None)  # the doctor was not paged
    visitor.submit(HOME, {"text": "who is this?"}, to=f"/demo/phones/{NURSE}/reply")
    assert stands(runtime, alert) == ("open", None)
    visitor.submit(HOME, said, to=f"/demo/phones/{NURSE}/reply")
    assert stands(runtime, alert) == ("acked", people.here["nurse"].id)
    query = select(Handset.body).filter_by(direction="from_phone")
    with runtime.reading() as session:
        kept = session.scalars(query.order_by(Handset.id)).all()
    assert kept == [said["text"], "who is this?", said["text"]]


@pytest.mark.parametrize(
    ("to", "fields", "status"),
    [
        ("/demo/phones/+8613900009999/reply", {"text": "hello"}, 404),
        (f"/demo/phones/{NURSE}/reply", {"text": "  "}, 400),
        ("/demo/calls/999/answer", {}, 404),
        ("/demo/clock", {"move": "back"}, 400),
        ("/demo/clock", {"move": "event"}, 400),
    ],
)
def test_what_cannot_be_done_is_refused_kindly(
    visitor: Visitor, to: str, fields: dict[str, str], status: int
) -> None:
    assert visitor.submit(HOME, fields, to=to).status_code == status


@pytest.mark.smoke
def test_the_clock_moves_by_a_quarter_an_hour_a_day_and_to_the_next_event(
    visitor: Visitor, runtime: Runtime, alert: Alert
) -> None:
    begun = runtime.now()
    visitor.submit(HOME, {"move": "event"}, to="/demo/clock")
    assert runtime.now() == begun + timedelta(minutes=15)  # the doctor is next
    for move in ("quarter", "hour", "day"):
        visitor.submit(HOME, {"move": move}, to="/demo/clock")
    assert runtime.now() == begun + timedelta(days=1, hours=1, minutes=30)


def test_the_shelf_is_sent_again_only_when_it_has_changed(
    visitor: Visitor, runtime: Runtime, alert: Alert
) -> None:
    first = visitor.get(f"{HOME}/live")
    seen = {"If-None-Match": first.headers["ETag"]}
    assert visitor.get(f"{HOME}/live", headers=seen).status_code == 304
    visitor.submit(HOME, to=f"/demo/calls/{call_of(runtime)}/answer")
    changed = visitor.get(f"{HOME}/live", headers=seen)
    assert changed.status_code == 200
    assert "press 1" in changed.text


def test_a_call_stops_ringing_in_the_end(
    visitor: Visitor, runtime: Runtime, alert: Alert, clock: Clock
) -> None:
    clock.advance(minutes=11)
    page = visitor.get(HOME).text
    assert "Incoming call" not in page
    assert "Missed call" in page


def test_what_a_participant_writes_is_a_report_that_opens_an_alert(
    visitor: Visitor, runtime: Runtime, people: Cast
) -> None:
    with runtime.writing() as session:
        person = enrolled(session, people)
    visitor.submit(HOME, {"text": "昨晚抽搐了"}, to="/demo/phones/+8613800138007/reply")
    with runtime.reading() as session:
        alert = session.scalars(select(Alert).filter_by(state="open")).one()
        assert (alert.tier, alert.participant_id) == ("emergency", person.id)


def test_the_siren_opens_in_one_step_and_shows_the_alert(
    visitor: Visitor, alert: Alert
) -> None:
    answer = visitor.submit(HOME, to="/demo/siren")
    assert answer.headers["Location"] == "/siren"
    page = visitor.get("/siren").text
    assert alert.code in page
    assert "Switch the sound on" in page
