"""A sentence written with a finger: kept with its entry, shown to staff, never needed."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.db.tables.alerts import Alert
from portal.db.tables.diary import EntryVersion, Handwriting
from portal.diary.version_ids import rest_of
from portal.diary.writing.unfinished import finish_left_drafts
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock
from tests.support.web import Visitor

ENTRY = re.compile(r'name="entry" value="([^"]+)"')
SENTENCE = "[[10,20,30,40,50,60],[500,200]]"


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def person_id(runtime: Runtime, people: Cast) -> int:
    with runtime.writing() as session:
        enrolled(session, people, "NO-1", house=people.there, number="13800138900")
        return enrolled(session, people).id


@pytest.fixture
def phone(app: Flask, runtime: Runtime, person_id: int) -> Visitor:
    return arrivals.phone_visitor(app, runtime, person_id)


def writing_screen(phone: Visitor) -> str:
    """The screen that asks for the sentence, of a diary begun just now."""
    page = phone.get("/diary")
    entry = ENTRY.search(page.text)
    assert entry
    answer = phone.submit("/diary", {"entry": entry[1], "none": "1"})
    where = str(answer.headers["Location"]).rsplit("/", 1)[0]
    return next(
        f"{where}/{number}"
        for number in range(2, 16)
        if 'name="writing"' in phone.get(f"{where}/{number}").text
    )


def drawings(runtime: Runtime) -> list[Handwriting]:
    with runtime.reading() as session:
        return list(session.scalars(select(Handwriting).order_by(Handwriting.id)))


def versions(runtime: Runtime) -> list[EntryVersion]:
    with runtime.reading() as session:
        return list(session.scalars(select(EntryVersion)))


@pytest.mark.smoke
def test_the_sentence_is_kept_with_its_entry_once(
    phone: Visitor, runtime: Runtime, person_id: int
) -> None:
    screen = writing_screen(phone)
    fields = {"writing": "no", "go": "1", "strokes": SENTENCE}
    for _ in range(2):
        assert phone.submit(screen, fields).status_code == 303
    (drawn,) = drawings(runtime)
    assert drawn.strokes == json.loads(SENTENCE)
    assert (drawn.participant_id, drawn.reporter) == (person_id, "self")
    assert drawn.entry_id == versions(runtime)[0].entry_id


def test_what_is_written_anew_is_kept_beside_the_first(
    phone: Visitor, runtime: Runtime
) -> None:
    screen = writing_screen(phone)
    for strokes in (SENTENCE, "[[1,1,2,2]]"):
        phone.submit(screen, {"writing": "no", "go": "1", "strokes": strokes})
    assert len(drawings(runtime)) == 2


@pytest.mark.parametrize("strokes", ["", "[[1,2,3]]", "nonsense", "[" * 9000])
def test_a_drawing_that_cannot_be_read_holds_up_no_diary(
    phone: Visitor, runtime: Runtime, strokes: str
) -> None:
    screen = writing_screen(phone)
    fields = {"writing": "yes", "go": "1", "strokes": strokes}
    answer = phone.submit(screen, fields)
    assert answer.status_code == 303
    assert drawings(runtime) == []
    with runtime.reading() as session:
        assert session.scalars(select(Alert)).one().tier == "urgent"


def test_what_is_still_being_written_is_there_after_a_reload(
    phone: Visitor, runtime: Runtime
) -> None:
    screen = writing_screen(phone)
    for said in (SENTENCE, "", "[[1,2", "[" * 40_000):
        answer = phone.submit(screen, {"strokes": said}, to=f"{screen}/keep")
        assert answer.status_code == 204
        assert f'name="strokes" value="{SENTENCE}"' in phone.get(screen).text
    assert drawings(runtime) == []
    phone.submit(screen, {"writing": "no", "go": "1", "strokes": ""})
    assert 'name="strokes" value=""' in phone.get(screen).text


def test_a_sentence_goes_with_the_diary_that_is_left(
    phone: Visitor, runtime: Runtime, people: Cast, clock: Clock
) -> None:
    screen = writing_screen(phone)
    said = {"strokes": SENTENCE, "writing": "no"}
    phone.submit(screen, said, to=f"{screen}/keep")
    clock.advance(minutes=11)
    for _ in range(2):
        with runtime.writing() as session:
            finish_left_drafts(session, lambda _: people.study, now=clock())
    (drawn,) = drawings(runtime)
    assert drawn.strokes == json.loads(SENTENCE)


def test_no_rule_reads_the_drawing(phone: Visitor, runtime: Runtime) -> None:
    screen = writing_screen(phone)
    phone.submit(screen, {"writing": "no", "go": "1", "strokes": SENTENCE})
    with runtime.reading() as session:
        assert session.scalars(select(Alert)).all() == []
    assert all("strokes" not in version.answers for version in versions(runtime))


def test_a_sentence_written_without_a_network_comes_with_its_entry(
    phone: Visitor, runtime: Runtime
) -> None:
    entry = str(UUID(int=77))
    record: dict[str, Any] = phone.get("/offline/record").json or {}
    at = int(runtime.now().timestamp() * 1000)
    said: dict[str, Any] = {
        "entry": entry,
        "kind": "complete",
        "person": record["person"],
        "reporter": "self",
        "language": "zh",
        "answers": {"emerg": [], "writing": "no"},
        "strokes": SENTENCE,
        "written_at": at,
        "phone_at": at,
    }
    for _ in range(2):
        answer = phone.post("/entries", json=said, headers={"X-Portal": "1"})
        assert answer.status_code == 200, answer.text
    (drawn,) = drawings(runtime)
    assert drawn.strokes == json.loads(SENTENCE)
    assert rest_of(entry) in {version.id for version in versions(runtime)}


@pytest.mark.parametrize("strokes", [None, 7, [[1, 2]], {"a": 1}, "x" * 40_000])
def test_an_entry_with_a_strange_drawing_is_taken_all_the_same(
    phone: Visitor, runtime: Runtime, strokes: object
) -> None:
    record: dict[str, Any] = phone.get("/offline/record").json or {}
    at = int(runtime.now().timestamp() * 1000)
    said = {
        "entry": str(UUID(int=78)),
        "kind": "red_flags",
        "person": record["person"],
        "answers": {"emerg": ["seizure"]},
        "strokes": strokes,
        "written_at": at,
        "phone_at": at,
    }
    answer = phone.post("/entries", json=said, headers={"X-Portal": "1"})
    assert answer.status_code == 200
    assert drawings(runtime) == []


def test_staff_see_the_first_sentence_beside_the_last_five(
    app: Flask, phone: Visitor, runtime: Runtime, people: Cast, clock: Clock
) -> None:
    for day in range(8):
        strokes = f"[[{day},1,{day},2]]"
        screen = writing_screen(phone)
        phone.submit(screen, {"writing": "no", "go": "1", "strokes": strokes})
        clock.advance(days=1)
    nurse = arrivals.staff_visitor(app, runtime, people.here["nurse"])
    page = nurse.get("/staff/participants/DS-007").text
    shown = re.findall(r'<path d="M(\d) 1L\d 2"/>', page)
    assert shown == ["0", "7", "6", "5", "4", "3"]
    other = arrivals.staff_visitor(app, runtime, people.there["nurse"])
    assert "M7 1" not in other.get("/staff/participants/NO-1").text


def test_the_sentence_is_in_the_file_that_its_writer_keeps(
    app: Flask, phone: Visitor, runtime: Runtime, person_id: int
) -> None:
    screen = writing_screen(phone)
    phone.submit(screen, {"writing": "no", "go": "1", "strokes": SENTENCE})
    person = arrivals.person_visitor(app, runtime, person_id)
    data = json.loads(person.get("/history/data.json").text)
    assert data["entries"][0]["handwriting"] == [json.loads(SENTENCE)]


def test_without_script_no_place_to_write_is_shown(phone: Visitor) -> None:
    page = phone.get(writing_screen(phone)).text
    assert re.search(r'<div class="field pad" data-pad hidden>', page)
    assert page.count("handwriting.js") == 1
