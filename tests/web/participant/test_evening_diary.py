"""A diary that opens in the evening: until then nobody is asked, and nothing is missing."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from portal.db.tables.people import Participant
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.clock import Clock
from tests.support.vaccine import Clinic, clinic
from tests.support.web import Visitor

OPENS, WRITE = "Today's diary opens at 18:00.", "Write today's diary"


@pytest.fixture
def found(runtime: Runtime) -> Clinic:
    return clinic(runtime, date(2026, 3, 12))


def signed_in(app: Flask, found: Clinic) -> Visitor:
    with found.runtime.reading() as session:
        code = select(Participant.id).filter_by(code="VX-001")
        number = session.scalars(code).one()
    return arrivals.person_visitor(app, found.runtime, number)


def read(phone: Visitor, path: str) -> str:
    return unescape(phone.get(path).text)


@pytest.mark.parametrize(
    ("minutes", "is_open"), [(0, False), (539, False), (540, True)]
)
def test_before_its_hour_today_says_when_it_opens(
    app: Flask, found: Clinic, clock: Clock, minutes: int, is_open: bool
) -> None:
    clock.advance(minutes=minutes)
    page = read(signed_in(app, found), "/today")
    assert (OPENS in page, WRITE in page) == (not is_open, is_open)
    assert "I feel unwell" in page


def test_the_page_for_no_network_has_the_words_of_the_server(
    app: Flask, found: Clinic
) -> None:
    phone = signed_in(app, found)
    page = read(phone, "/offline/en")
    assert '<p data-word="opens">Today\'s diary opens at {time}.</p>' in page
    assert '<p data-word="since">{event}: day {day}.</p>' in page
    phases = {one["code"]: one for one in phone.get("/offline/study").json["phases"]}  # type: ignore[index]
    assert phases["dose1"]["opens"] == "18:00"
    assert phases["between"]["opens"] is None
    assert phases["dose2"]["since"]["en"] == "Dose 2"
    assert phases["dose1"]["since"] is None
