"""Booking a visit that the study does not plan, on the participant's page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from portal.db.tables.people import Staff
from portal.runtime import Runtime
from tests.support.desk import seated
from tests.support.vaccine import Clinic, clinic
from tests.support.web import Visitor

PAGE = "/staff/participants/VX-001"
FORM = {"title": "Look at the arm", "place": "Room 201", "at": "2026-03-17T10:30"}


@pytest.fixture
def found(runtime: Runtime) -> Clinic:
    return clinic(runtime, date(2026, 3, 12) - timedelta(days=10))


@pytest.fixture
def desk(app: Flask, found: Clinic) -> Visitor:
    with found.runtime.reading() as session:
        member = session.get_one(Staff, found.staff_id)
        session.expunge(member)
    return seated(app, found.runtime, member)


@pytest.mark.smoke
def test_it_is_booked_and_has_a_page_as_any_visit(desk: Visitor) -> None:
    done = desk.submit(PAGE, FORM, to=f"{PAGE}/visits")
    assert (done.status_code, done.location) == (303, f"{PAGE}/visits/U1")
    page = desk.get(f"{PAGE}/visits/U1").text
    assert "Look at the arm" in page
    assert "Room 201" in page
    assert "Look at the arm" in desk.get(PAGE).text


def test_a_sunday_is_asked_about_once(desk: Visitor) -> None:
    sunday = {**FORM, "at": "2026-03-15T10:30"}
    asked = desk.submit(PAGE, sunday, to=f"{PAGE}/visits")
    assert asked.status_code == 400
    assert "night or on a weekend" in asked.text
    assert 'name="asked" value="at=2026-03-15T10:30"' in asked.text
    again = {**sunday, "asked": "at=2026-03-15T10:30"}
    assert desk.submit(PAGE, again, to=f"{PAGE}/visits").status_code == 303


def test_what_it_is_for_must_be_said(desk: Visitor) -> None:
    refused = desk.submit(PAGE, {**FORM, "title": ""}, to=f"{PAGE}/visits")
    assert refused.status_code == 400
    assert "Write what the visit is for." in refused.text
