"""A study may ask nobody who fills in: then it has no caregivers, and no such question."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.db.tables.alerts import Alert
from portal.db.tables.diary import EntryVersion
from portal.db.tables.people import Participant, Staff
from portal.people import reporters
from portal.people.access import enrolled_phones
from portal.runtime import Runtime
from tests.support.desk import seated
from tests.support.vaccine import Clinic, clinic
from tests.support.web import Visitor

ENTRY = re.compile(r'name="entry" value="([^"]+)"')


@pytest.fixture
def found(runtime: Runtime) -> Clinic:
    d0 = date(2026, 3, 12) - timedelta(days=3)
    return clinic(runtime, d0, "hypertension")


@pytest.fixture
def phone(app: Flask, found: Clinic) -> Visitor:
    with found.runtime.writing() as session:
        who = session.scalars(select(Participant).filter_by(code="VX-001")).one()
        person = reporters.find(session, who.id, None)
        assert person is not None
        real = found.runtime.real_now()
        secret, _ = enrolled_phones.enrol(session, person, held=None, real_now=real)
    client = app.test_client()
    client.set_cookie("phone", secret)
    assert isinstance(client, Visitor)
    return client


def test_the_first_screen_asks_the_emergencies_alone(
    phone: Visitor, found: Clinic
) -> None:
    page = phone.get("/diary").text
    assert 'name="emerg"' in page
    assert 'name="reporter"' not in page
    entry = ENTRY.search(page)
    assert entry is not None
    sent = {"entry": entry[1], "emerg": "chest_pain", "send": "1"}
    assert phone.submit("/diary", sent).status_code == 303
    with found.runtime.reading() as session:
        version = session.scalars(select(EntryVersion)).one()
        assert version.answers == {"emerg": ["chest_pain"], "reporter": "self"}
        assert version.verdict["faults"] == []
        assert session.scalars(select(Alert)).one().tier == "emergency"


def test_the_page_for_no_network_asks_them_alone_too(phone: Visitor) -> None:
    page = phone.get("/offline/en").text
    assert 'name="emerg"' in page
    assert 'name="reporter"' not in page
    assert 'data-stem="caregiver"' not in page


def test_staff_add_no_caregiver(app: Flask, found: Clinic) -> None:
    with found.runtime.reading() as session:
        member = session.get_one(Staff, found.staff_id)
        session.expunge(member)
    desk = seated(app, found.runtime, member)
    here = "/staff/participants/VX-001"
    assert "Add a caregiver" not in desk.get(f"{here}/contacts").text
    assert desk.get(f"{here}/caregiver").status_code == 404
