"""The month view, one visit for the phone's calendar, and the private address.

The files were also read by hand with two parsers from npm, ical.js 2.2.1 and node-ical
0.26.1: the same days, hours in four zones, sequence and state of every visit.
"""

from __future__ import annotations

import logging
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from flask import Flask
from sqlalchemy import select

from portal.audit import Actor
from portal.db.tables.access import CalendarFeed
from portal.db.tables.diary import Visit
from portal.db.tables.people import Caregiver, Participant, Site
from portal.enrolment import numbers
from portal.enrolment.numbers import NumberOwner
from portal.people.access.keys import token_hash
from portal.people.case import Case
from portal.runtime import Runtime
from portal.visits import appointments
from portal.visits.appointments import VisitForm
from tests.support import arrivals
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock
from tests.support.web import Visitor

AT = datetime(2026, 3, 30, 1, 30, tzinfo=UTC)
ADDRESS = re.compile(r"http://[^<\"]+/calendar/feed/([\w-]+)\.ics")


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def person_id(runtime: Runtime, people: Cast) -> int:
    with runtime.writing() as session:
        enrolled(session, people, "NO-1", house=people.there, number="13800138900")
        return enrolled(session, people).id


@pytest.fixture
def person(app: Flask, runtime: Runtime, person_id: int) -> Visitor:
    return arrivals.person_visitor(app, runtime, person_id)


@pytest.fixture
def stranger(app: Flask) -> Visitor:
    """A calendar app: no cookie, no sign-in."""
    return arrivals.visitor(app)


def act(
    runtime: Runtime, people: Cast, number: int, code: str, name: str, **more: Any
) -> None:
    with runtime.writing() as session:
        row = session.get_one(Participant, number)
        version = visit(runtime, number, code).version
        case = Case(session, people.study, row, runtime.now())
        form = VisitForm(case, people.here["coordinator"], code, version)
        getattr(appointments, name)(form, **more)


def visit(runtime: Runtime, number: int, code: str) -> Visit:
    with runtime.reading() as session:
        query = select(Visit).filter_by(participant_id=number, code=code)
        return session.scalars(query).one()


def make(person: Visitor) -> str:
    """A new address; the secret in it."""
    assert person.submit("/calendar", to="/calendar/feed").status_code == 303
    found = ADDRESS.search(person.get("/calendar").text)
    assert found
    return found[1]


def path(secret: str) -> str:
    return f"/calendar/feed/{secret}.ics"


def events(visitor: Visitor, where: str) -> dict[str, icalendar.Event]:
    """The events at an address by their UID."""
    answer = visitor.get(where)
    assert answer.status_code == 200, answer.text
    parsed = icalendar.Calendar.from_ical(answer.data)
    return {str(event["UID"]): event for event in parsed.walk("VEVENT")}


def on(found: dict[str, icalendar.Event], day: date) -> icalendar.Event:
    """The event of a day, at an hour or not."""
    days = [event for event in found.values() if str(event.start)[:10] == str(day)]
    assert len(days) == 1, day
    return days[0]


def test_an_address_gives_every_visit_and_says_appointment_and_when(
    person: Visitor, stranger: Visitor, runtime: Runtime, people: Cast, person_id: int
) -> None:
    act(runtime, people, person_id, "D28", "book", at=AT)
    where = path(make(person))
    found = events(stranger, where)
    assert len(found) == len(people.study.visits)
    assert {str(event["SUMMARY"]) for event in found.values()} == {"预约"}
    booked = on(found, date(2026, 3, 30))
    assert booked.start == AT.astimezone(ZoneInfo("Asia/Shanghai"))
    assert booked["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert booked["STATUS"] == "CONFIRMED"
    planned = on(found, date(2026, 3, 15))
    assert (planned.start, planned["STATUS"]) == (date(2026, 3, 15), "TENTATIVE")


def test_a_calendar_file_holds_no_word_of_health_study_place_or_person(
    person: Visitor, stranger: Visitor, people: Cast
) -> None:
    answer = stranger.get(path(make(person)))
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    secrets = ("DS-007", "D14", "示范医院", "复诊", "visit", "study", "CAR-T", "138")
    assert [word for word in secrets if word in answer.text] == []


def test_the_zone_of_a_time_is_described_in_the_file(
    person: Visitor, stranger: Visitor, runtime: Runtime, people: Cast, person_id: int
) -> None:
    with runtime.writing() as session:
        site = session.get_one(Site, people.here.site.id)
        site.time_zone = "Europe/Berlin"
    before = datetime(2026, 3, 27, 8, 30, tzinfo=UTC)  # the clocks change on the 29th
    after = datetime(2026, 6, 2, 7, 30, tzinfo=UTC)
    act(runtime, people, person_id, "D28", "book", at=before)
    act(runtime, people, person_id, "M3", "book", at=after)
    where = path(make(person))
    found = events(stranger, where)
    assert [on(found, day).start.hour for day in (before.date(), after.date())] == [
        9,
        9,
    ]
    zones = icalendar.Calendar.from_ical(stranger.get(where).data).timezones
    assert [zone.tz_name for zone in zones] == ["Europe/Berlin"]


@pytest.mark.smoke
def test_a_moved_visit_keeps_its_uid_with_a_higher_sequence(
    person: Visitor,
    stranger: Visitor,
    runtime: Runtime,
    people: Cast,
    person_id: int,
    clock: Clock,
) -> None:
    where = path(make(person))
    planned = on(events(stranger, where), date(2026, 3, 29))
    act(runtime, people, person_id, "D28", "book", at=AT)
    booked = on(events(stranger, where), date(2026, 3, 30))
    clock.advance(minutes=5)
    act(runtime, people, person_id, "D28", "book", at=AT + timedelta(days=1))
    moved = on(events(stranger, where), date(2026, 3, 31))
    assert planned["UID"] == booked["UID"] == moved["UID"]
    assert planned["SEQUENCE"] < booked["SEQUENCE"] < moved["SEQUENCE"]
    assert moved["DTSTAMP"].dt - booked["DTSTAMP"].dt == timedelta(minutes=5)


def test_a_cancelled_visit_says_so_and_stays_in_the_file(
    person: Visitor, stranger: Visitor, runtime: Runtime, people: Cast, person_id: int
) -> None:
    act(runtime, people, person_id, "D28", "book", at=AT)
    where = path(make(person))
    before = on(events(stranger, where), date(2026, 3, 30))
    act(runtime, people, person_id, "D28", "cancel", reason="moved away")
    after = on(events(stranger, where), date(2026, 3, 30))
    assert after["UID"] == before["UID"]
    assert after["STATUS"] == "CANCELLED"
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_a_new_address_ends_the_old_one(person: Visitor, stranger: Visitor) -> None:
    old, new = make(person), make(person)
    assert stranger.get(path(old)).status_code == 404
    assert stranger.get(path(new)).status_code == 200
    assert person.submit("/calendar", to="/calendar/feed/end").status_code == 303
    ended, never = stranger.get(path(new)), stranger.get(path("never"))
    assert (ended.status_code, never.status_code) == (404, 404)
    assert ended.data == never.data == b""


def test_an_address_is_shown_once_and_kept_as_a_hash(
    person: Visitor, runtime: Runtime, person_id: int
) -> None:
    secret = make(person)
    assert len(secret) >= 32  # 192 bits in base 64
    page = person.get("/calendar").text
    assert secret not in page
    assert "停用地址" in page
    with runtime.reading() as session:
        row = session.scalars(select(CalendarFeed)).one()
    assert row.secret_hash == token_hash(secret)
    assert row.participant_id == person_id


@pytest.mark.parametrize("status", ["withdrawn", "died", "transferred", "completed"])
def test_an_address_ends_when_follow_up_ends(
    person: Visitor, stranger: Visitor, runtime: Runtime, person_id: int, status: str
) -> None:
    where = path(make(person))
    with runtime.writing() as session:
        session.get_one(Participant, person_id).status = status
    assert stranger.get(where).status_code == 404


def test_a_caregivers_address_is_their_own_and_ends_with_their_leave(
    app: Flask,
    person: Visitor,
    stranger: Visitor,
    runtime: Runtime,
    people: Cast,
    person_id: int,
) -> None:
    own = path(make(person))
    helper = arrivals.caregiver(runtime, people, person_id)
    caregiver = arrivals.person_visitor(app, runtime, person_id, helper.id)
    theirs = path(make(caregiver))
    assert stranger.get(own).status_code == stranger.get(theirs).status_code == 200
    with runtime.writing() as session:
        session.get_one(Caregiver, helper.id).active = False
    assert stranger.get(own).status_code == 200
    assert stranger.get(theirs).status_code == 404


def test_an_address_ends_with_the_phones_that_staff_switch_off(
    person: Visitor, stranger: Visitor, runtime: Runtime, people: Cast, person_id: int
) -> None:
    where = path(make(person))
    with runtime.writing() as session:
        numbers.revoke_phones(
            session,
            NumberOwner(person_id, None),
            actor=Actor("staff", str(people.here["nurse"].id)),
            now=runtime.now(),
            real_now=runtime.real_now(),
        )
    assert stranger.get(where).status_code == 404


def test_an_address_speaks_its_owners_language(
    person: Visitor, stranger: Visitor, runtime: Runtime, person_id: int
) -> None:
    where = path(make(person))
    with runtime.writing() as session:
        session.get_one(Participant, person_id).language = "en"
    words = {str(event["SUMMARY"]) for event in events(stranger, where).values()}
    assert words == {"Appointment"}


def test_an_address_is_never_logged(
    person: Visitor, stranger: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = make(person)
    stranger.get(path(secret))
    person.submit("/calendar", to="/calendar/feed/end")
    stranger.get(path(secret))
    assert secret not in caplog.text


def test_one_visit_is_a_file_for_the_phones_calendar(
    person: Visitor, stranger: Visitor, runtime: Runtime, people: Cast, person_id: int
) -> None:
    act(runtime, people, person_id, "D28", "book", at=AT)
    number = visit(runtime, person_id, "D28").id
    href = f"/calendar/{number}.ics"
    assert f'href="{href}"' in person.get("/calendar").text
    answer = person.get(href)
    assert "attachment" in answer.headers["Content-Disposition"]
    (event,) = events(person, href).values()
    assert event.start == AT.astimezone(ZoneInfo("Asia/Shanghai"))
    fed = on(events(stranger, path(make(person))), date(2026, 3, 30))
    assert event["UID"] == fed["UID"]  # the same visit, not a second one


def test_the_month_shows_today_and_the_visits_by_name(
    person: Visitor, runtime: Runtime, people: Cast, person_id: int
) -> None:
    act(runtime, people, person_id, "D28", "book", at=AT)
    page = person.get("/calendar").text
    assert "<caption>2026年3月</caption>" in page
    assert re.search(r'<td aria-current="date"><time datetime="2026-03-12">', page)
    cell = re.search(r'<td class="coming"><time datetime="2026-03-30">.*?</td>', page)
    assert cell
    assert "第28天复诊" in cell[0]
    assert 'href="/calendar?month=2026-04#month"' in page
    assert "month=2026-02" not in page  # nothing can have been before
    later = person.get("/calendar?month=2026-06").text
    assert "<caption>2026年6月</caption>" in later
    assert "3个月复诊" in later.split("<caption>2026年6月</caption>")[1]


def test_a_month_that_makes_no_sense_is_this_one(person: Visitor) -> None:
    for text in ("2026-13", "1999-01", "x", "2026-04-01", "９９９９-01"):
        page = person.get(f"/calendar?month={text}").text
        assert "<caption>2026年3月</caption>" in page, text
