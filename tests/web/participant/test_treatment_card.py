"""The treatment card: what a stranger must know, and what only its owner may see."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from portal.db.tables.people import Site
from portal.errors import InvalidInput
from portal.operating import sites
from portal.people import contacts
from portal.runtime import Runtime
from portal.web.parts.qr import drawing
from tests.support import arrivals
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import START
from tests.support.web import Visitor


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def person_id(runtime: Runtime, people: Cast) -> int:
    with runtime.writing() as session:
        enrolled(session, people, "NO-1", house=people.there, number="13800138900")
        found = enrolled(session, people).id
        contacts.replace(
            session, "name", "王小明", now=START, verified=False, participant_id=found
        )
    return found


@pytest.fixture
def person(app: Flask, runtime: Runtime, person_id: int) -> Visitor:
    return arrivals.person_visitor(app, runtime, person_id)


@pytest.fixture
def phone(app: Flask, runtime: Runtime, person_id: int) -> Visitor:
    return arrivals.phone_visitor(app, runtime, person_id)


def choose(runtime: Runtime, people: Cast, shows: str) -> None:
    with runtime.writing() as session:
        site = session.get_one(Site, people.here.site.id)
        sites.choose_card(session, site, shows, now=START)


def test_the_card_says_in_both_languages_what_was_given_when_and_whom_to_phone(
    person: Visitor, people: Cast
) -> None:
    page = person.get("/card").text
    whole = re.compile(r'<span class="number">([^<]*)</span>')
    assert len(whole.findall(page)) == 4  # of the duty line, each on one line
    page = whole.sub(r"\1", page)
    for text in (
        "接受过CD19/BCMA CAR-T细胞治疗",
        "Has received CD19/BCMA CAR-T cell therapy",
        "输注日期：2026年3月1日",
        "Infused on 1 March 2026",
        "除危及生命外，使用激素前请先致电。",
        "Unless life is at risk, phone before giving steroids.",
        'href="tel:02855500120"',
        "立即拨打120：抽搐",
        "Call 120 at once: seizure",
        "马上拨打028-5550 0120：体温38.0℃及以上",
        "Phone 028-5550 0120 at once: temperature 38.0 ℃ or above",
    ):
        assert text in page, text
    assert drawing("tel:02855500120").path in page


def test_a_card_shows_the_code_until_the_site_chooses_the_name(
    person: Visitor, runtime: Runtime, people: Cast
) -> None:
    assert "<strong>DS-007</strong>" in person.get("/card").text
    assert "王小明" not in person.get("/card").text
    choose(runtime, people, "name")
    assert "<strong>王小明</strong>" in person.get("/card").text
    assert "DS-007" not in person.get("/card").text


def test_a_card_of_somebody_without_a_name_shows_the_code(
    person: Visitor, runtime: Runtime, people: Cast, person_id: int
) -> None:
    choose(runtime, people, "name")
    with runtime.writing() as session:
        contact = contacts.current(session, "name", participant_id=person_id)
        assert contact is not None
        contact.value = None  # erased
    assert "<strong>DS-007</strong>" in person.get("/card").text


def test_a_site_cannot_choose_anything_else(runtime: Runtime, people: Cast) -> None:
    with pytest.raises(InvalidInput):
        choose(runtime, people, "number")


@pytest.mark.smoke
def test_an_enrolled_phone_alone_shows_what_and_when_but_not_who(
    phone: Visitor, runtime: Runtime, people: Cast
) -> None:
    choose(runtime, people, "name")
    page = phone.get("/card").text
    assert "1 March 2026" in page
    assert "028-5550 0120" in page
    assert "王小明" not in page
    assert "DS-007" not in page


def test_the_card_that_a_phone_keeps_is_about_nobody(
    person: Visitor, phone: Visitor
) -> None:
    for visitor in (person, phone):
        page = visitor.get("/card/plain").text
        assert "Has received CD19/BCMA CAR-T cell therapy" in page
        assert "028-5550 0120" in page
        assert "DS-007" not in page
        assert not re.search(r"202\d|csrf_token", page)


def test_the_card_warns_while_the_wording_is_not_approved(phone: Visitor) -> None:
    assert (
        "Not approved for the care of real people"
        in phone.get("/card", headers={"Accept-Language": "en"}).text
    )


def test_the_card_is_never_kept_by_the_browser_itself(person: Visitor) -> None:
    assert person.get("/card").headers["Cache-Control"] == "no-store"
