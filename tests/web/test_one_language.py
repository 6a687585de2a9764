"""A study of one language shows no switch, and refuses nobody who chose another."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal import study_versions
from portal.db.tables.people import Participant
from portal.enrolment import adoption
from portal.enrolment.adoption import SignedMove
from portal.languages import MADE
from portal.protocol.study.file.reading import read_study
from portal.runtime import Runtime
from portal.study_files import study_source
from portal.study_versions import StudyOf
from tests.support import arrivals
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import START
from tests.support.one_language import in_chinese_only

SWITCH = 'action="/language"'


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def person(runtime: Runtime, people: Cast) -> int:
    """Somebody who read English under the version before, and was moved."""
    text = in_chinese_only(study_source("dcar-sle"))
    later = read_study(re.sub(r"(?m)^version = .*$", 'version = "9"', text, count=1))
    with runtime.writing() as session:
        who = enrolled(session, people)
        who.language = "en"
        version = study_versions.install(session, later, text, now=START)
        signer = people.here["investigator"].id
        move = SignedMove(version.id, signer, "One language.", demonstration=True)
        adoption.adopt(session, _studies(runtime, session), who.code, move, now=START)
        return who.id


def _studies(runtime: Runtime, session: Session) -> StudyOf:
    return lambda version_id: runtime.study(session, version_id)


def test_whoever_reads_another_language_gets_the_first(
    runtime: Runtime, person: int
) -> None:
    with runtime.reading() as session:
        assert session.get_one(Participant, person).language == "zh"


@pytest.mark.parametrize("path", ["/today", "/diary", "/calendar", "/history"])
def test_no_page_shows_a_switch(
    app: Flask, runtime: Runtime, person: int, path: str
) -> None:
    visitor = arrivals.person_visitor(app, runtime, person)
    page = visitor.get(path, headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert 'lang="zh-Hans"' in page.text
    assert SWITCH not in page.text


def test_another_language_is_not_refused_and_not_spoken(
    app: Flask, runtime: Runtime, person: int
) -> None:
    visitor = arrivals.person_visitor(app, runtime, person)
    chosen = visitor.submit("/diary", {"language": "en"}, to="/language")
    assert chosen.status_code == 303
    assert 'lang="zh-Hans"' in visitor.get("/today").text


def test_a_phone_keeps_the_pages_of_that_language_alone(
    app: Flask, runtime: Runtime, person: int
) -> None:
    phone = arrivals.phone_visitor(app, runtime, person)
    kept = phone.get("/offline/record").get_json()
    assert [one for one in kept["files"] if one.startswith("/offline/")] == [
        "/offline/zh",
        "/offline/study",
    ]
    assert "data-language" in phone.get("/offline/zh").text
    assert 'href="/offline/en"' not in phone.get("/offline/zh").text
    card = phone.get("/card/plain").text
    assert 'lang="zh-Hans"' in card
    assert 'lang="en"' not in card


def test_where_no_study_offers_another_the_front_door_shows_no_switch(
    app: Flask, runtime: Runtime
) -> None:
    text = in_chinese_only(study_source("dcar-sle"))
    with runtime.writing() as session:
        study_versions.install(session, read_study(text), text, now=START)
    door = arrivals.visitor(app).get("/sign-in", headers={"Accept-Language": "en"})
    assert 'lang="zh-Hans"' in door.text
    assert SWITCH not in door.text
    assert SWITCH in arrivals.visitor(app).get("/staff/sign-in").text


def test_who_is_enrolled_in_another_language_gets_the_first(
    runtime: Runtime, people: Cast
) -> None:
    text = in_chinese_only(study_source("dcar-sle"))
    with runtime.writing() as session:
        version = study_versions.install(session, read_study(text), text, now=START)
        only = replace(people, study=read_study(text), version=version)
        assert enrolled(session, only, language="en").language == "zh"


def test_the_made_language_is_no_choice_of_people(app: Flask, people: Cast) -> None:
    (made,) = MADE
    visitor = arrivals.visitor(app)
    visitor.set_cookie("language", made)
    assert MADE[made].tag not in visitor.get("/sign-in").text
    assert (
        visitor.submit("/sign-in", {"language": made}, to="/language").status_code
        == 303
    )
    assert MADE[made].tag not in visitor.get("/sign-in").text
