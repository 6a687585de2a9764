"""A study's own duty: the pharmacist is on the rota, is paged, and is called so to all."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from portal import study_versions
from portal.audit import Actor
from portal.db.tables.outbox import Message
from portal.db.tables.people import Participant, Staff
from portal.diary import entries
from portal.diary.submission import Submission
from portal.people import duties
from portal.people.case import Case
from portal.protocol.study.file.reading import read_study
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.cast import Cast, cast, enrolled
from tests.support.desk import seated
from tests.support.pharmacy import PHARMACY
from tests.support.web import Visitor, used_application

FEVER = {"emerg": [], "temp": {"value": "38.4", "unit": "C"}}


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    """Nobody is on call. The newest study is the pharmacy's; next door is another's."""
    others, study = cast(runtime, on_call=False), read_study(PHARMACY)
    with runtime.writing() as session:
        enrolled(session, others, "NO-001", house=others.there, number="13800138001")
        version = study_versions.install(session, study, PHARMACY, now=runtime.now())
    return replace(others, study=study, version=version)


@pytest.fixture
def app(runtime: Runtime, people: Cast) -> Flask:
    return used_application(runtime)


@pytest.fixture
def coordinator(app: Flask, runtime: Runtime, people: Cast) -> Visitor:
    return seated(app, runtime, people.here["coordinator"])


def put_on_call(coordinator: Visitor, people: Cast) -> None:
    filled = {
        "staff_id": str(people.here["nurse"].id),
        "role": "pharmacist",
        "starts_at": "2026-03-12T08:00",
        "ends_at": "",
    }
    assert coordinator.submit("/staff/rota", filled).status_code == 303


def reported(runtime: Runtime, people: Cast) -> Participant:
    with runtime.writing() as session:
        person = enrolled(session, people)
        actor = Actor("participant", str(person.id))
        said = Submission(str(uuid4()), "complete", FEVER, "self", "zh", actor)
        entries.submit(Case(session, people.study, person, runtime.now()), said)
        return person


def test_the_rota_has_the_duties_of_every_study_in_use_by_their_titles(
    app: Flask, runtime: Runtime, people: Cast, coordinator: Visitor
) -> None:
    page = coordinator.get("/staff/rota").text
    headings = [part.split("</h2>")[0] for part in page.split("<h2>")[1:]]
    assert headings[2:6] == [
        "pharmacist",
        "doctor on call",
        "investigator",
        "coordinator",
    ]
    assert {"nurse", "second doctor"} <= set(headings), "those of the study next door"
    assert "pharmacist: from 12 Mar, 09:00" in page, "a gap"
    with runtime.writing() as session:
        session.get_one(Staff, people.here["doctor"].id).language = "zh"
    reader = seated(app, runtime, people.here["doctor"])
    assert "<h2>药师</h2>" in reader.get("/staff/rota").text


def test_a_fever_pages_the_pharmacist_on_call_and_the_pages_say_so(
    app: Flask, runtime: Runtime, people: Cast, coordinator: Visitor
) -> None:
    put_on_call(coordinator, people)
    person = reported(runtime, people)
    with runtime.reading() as session:
        query = select(Message.channel, Message.staff_id).where(
            Message.alert_id.is_not(None), Message.staff_id.is_not(None)
        )
        paged = {tuple(row) for row in session.execute(query)}
    pharmacist = people.here["nurse"].id
    assert {("text", pharmacist), ("call", pharmacist)} <= paged
    assert {who for _, who in paged} == {pharmacist}
    worklist = coordinator.get("/staff").text
    assert "Nobody can be paged as doctor on call" in worklist
    assert "Nobody can be paged as pharmacist" not in worklist
    assert ": doctor on call." in worklist, "who is next on the ladder"
    theirs = arrivals.person_visitor(app, runtime, person.id).get("/history/status")
    assert "值班药师" in theirs.text


def test_a_duty_that_no_study_has_any_more_can_still_be_ended(
    runtime: Runtime, people: Cast, coordinator: Visitor
) -> None:
    put_on_call(coordinator, people)
    without = PHARMACY.replace("pharmacist", "chemist").replace("药师", "化学师")
    with runtime.writing() as session:
        study = read_study(without)
        study_versions.install(session, study, without, now=runtime.now())
    page = coordinator.get("/staff/rota").text
    assert "<h2>chemist</h2>" in page
    assert "<h2>pharmacist</h2>" in page
    filled = {"staff_id": str(people.here["nurse"].id), "role": "pharmacist"}
    refused = coordinator.submit(
        "/staff/rota", filled | {"starts_at": "2026-03-12T08:00"}
    )
    assert (refused.status_code, "Choose a duty." in refused.text) == (400, True)


def test_of_one_id_in_two_studies_the_title_of_the_newer_is_read(people: Cast) -> None:
    old = read_study(PHARMACY)
    new = read_study(PHARMACY.replace('en = "pharmacist"', 'en = "chemist"'))
    assert duties.known([old, new])["pharmacist"].title["en"] == "chemist"
    assert duties.known([new, old])["pharmacist"].title["en"] == "pharmacist"
    assert set(duties.paged([old, new])) == {"pharmacist", "doctor", "investigator"}
