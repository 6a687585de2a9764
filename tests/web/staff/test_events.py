"""The day of a second dose, on the page of the person who had it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from portal.db.tables.people import Staff
from portal.runtime import Runtime
from tests.support.desk import seated
from tests.support.vaccine import Clinic, clinic
from tests.support.web import Visitor

TODAY = date(2026, 3, 12)
PAGE = "/staff/participants/VX-001"
ON, WHY = "day-dose2", "why-dose2"


@pytest.fixture
def found(runtime: Runtime) -> Clinic:
    return clinic(runtime, TODAY - timedelta(days=30))


@pytest.fixture
def desk(app: Flask, found: Clinic) -> Visitor:
    with found.runtime.reading() as session:
        member = session.get_one(Staff, found.staff_id)
        session.expunge(member)
    return seated(app, found.runtime, member)


def said(day: date | str, **more: str) -> dict[str, str]:
    return {"event": "dose2", "act": "record", ON: str(day), **more}


@pytest.mark.smoke
def test_the_day_of_a_dose_is_recorded_on_the_card_and_nothing_asks_about_stays(
    found: Clinic, desk: Visitor
) -> None:
    page = desk.get(PAGE).text
    assert "<dt>Dose 2</dt>" in page
    assert "not yet" in page
    assert "In hospital" not in page
    assert "Record an admission" not in page
    assert desk.submit(PAGE, said(TODAY), to=f"{PAGE}/event").status_code == 303
    assert found.phase() == "dose2"
    assert "Week after dose 2" in desk.get(PAGE).text


def test_another_day_needs_a_reason_and_both_are_shown(
    found: Clinic, desk: Visitor
) -> None:
    found.event(TODAY - timedelta(days=2))
    refused = desk.submit(PAGE, said(TODAY), to=f"{PAGE}/event")
    assert refused.status_code == 400
    assert "Say why the day is corrected." in refused.text
    right = said(TODAY, **{WHY: "typed wrongly"})
    assert desk.submit(PAGE, right, to=f"{PAGE}/event").status_code == 303
    shown = desk.get(PAGE).text
    assert "typed wrongly" in shown
    assert "The coordinator" in shown


def test_a_dose_that_was_not_given_is_taken_back(found: Clinic, desk: Visitor) -> None:
    found.event(TODAY)
    back = said(TODAY, **{WHY: "not given", "act": "none"})
    assert desk.submit(PAGE, back, to=f"{PAGE}/event").status_code == 303
    assert found.phase() == "between"


def test_a_day_to_come_is_refused_by_its_field(desk: Visitor) -> None:
    refused = desk.submit(PAGE, said(TODAY + timedelta(days=1)), to=f"{PAGE}/event")
    assert refused.status_code == 400
    assert f'href="#{ON}"' in refused.text


def test_enrolling_asks_for_no_day_of_discharge(desk: Visitor) -> None:
    assert "discharged_on" not in desk.get("/staff/enrol").text
