"""Where people are: the ward's line and form, the record's, and advice for both places."""

from __future__ import annotations

import html
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from portal.db.tables.alerts import Task
from portal.db.tables.diary import EntryVersion
from portal.db.tables.people import Participant, Staff, Stay
from portal.runtime import Runtime
from portal.visits.reminders import remind
from tests.support import arrivals
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock
from tests.support.desk import seated
from tests.support.web import Visitor

D0 = date(2026, 3, 4)  # the clock starts on day 8
HERE = "/staff/participants/DS-008"


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    found = cast(runtime)
    with runtime.writing() as session:
        enrolled(session, found)  # at home since day 8
        for code, number in (("DS-008", "13800138008"), ("DS-009", "13800138009")):
            enrolled(session, found, code, d0=D0, home_since=None, number=number)
        far = found.there
        enrolled(
            session,
            found,
            "NO-008",
            house=far,
            d0=D0,
            home_since=None,
            number="+4915112345678",
        )
    return found


@pytest.fixture
def nurse(app: Flask, runtime: Runtime, people: Cast) -> Visitor:
    return seated(app, runtime, people.here["nurse"])


@pytest.fixture
def patient(app: Flask, runtime: Runtime, people: Cast) -> Visitor:
    with runtime.reading() as session:
        person = session.scalars(select(Participant).filter_by(code="DS-008")).one()
    return arrivals.person_visitor(app, runtime, person.id)


def stays(runtime: Runtime) -> list[tuple[date | None, date | None]]:
    with runtime.reading() as session:
        rows = session.scalars(select(Stay).where(Stay.admitted_on == D0))
        return [(row.discharged_on, row.here_on) for row in rows]


def test_the_worklist_has_one_line_for_everybody(nurse: Visitor) -> None:
    page = nurse.get("/staff").text
    assert page.count("Still on the ward, or home?") == 1
    line = page.split("Still on the ward, or home?")[1].split("</li>")[0]
    assert "DS-008" in line
    assert "DS-009" in line
    assert "DS-007" not in line
    assert "NO-008" not in line


def test_the_hour_to_ask_by_is_no_longer_to_come_once_it_is_over(
    app: Flask, runtime: Runtime, people: Cast, clock: Clock
) -> None:
    clock.advance(hours=6)
    with runtime.writing() as session:
        remind.remind_due(session, people.study_of, now=clock())
    for minutes, said in ((0, ": ask by 16:00."), (60, "asked by 16:00. Ask now.")):
        clock.advance(minutes=minutes)
        nurse = seated(app, runtime, people.here["nurse"])
        for path in ("/staff", "/staff/ward"):
            page = nurse.get(path).text
            assert said in page
            assert (": ask by" in page) is (minutes == 0)


@pytest.mark.smoke
def test_one_form_answers_for_everybody_and_the_line_is_gone(
    nurse: Visitor, runtime: Runtime
) -> None:
    assert "checked" not in nurse.get("/staff/ward").text
    said = {"place-DS-008": "here", "place-DS-009": "home", "on-DS-009": "2026-03-11"}
    assert nurse.submit("/staff/ward", said).location == "/staff"
    assert "Still on the ward, or home?" not in nurse.get("/staff").text
    assert (None, date(2026, 3, 12)) in stays(runtime)
    assert (date(2026, 3, 11), None) in stays(runtime)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "Say where at least one person is."),
        (
            {"place-DS-008": "home", "on-DS-008": "soon", "place-DS-009": "here"},
            "Write the day like 2026-03-10.",
        ),
        (
            {"place-DS-008": "home", "on-DS-008": "2026-03-20", "place-DS-009": "here"},
            "There is no stay that can end on that day.",
        ),
        ({"on-DS-008": "2026-03-11"}, "Choose whether they are still here"),
    ],
)
def test_a_form_with_a_fault_says_it_and_takes_nothing(
    nurse: Visitor, runtime: Runtime, said: dict[str, str], sentence: str
) -> None:
    answer = nurse.submit("/staff/ward", said)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert answer.text.count("checked") == sum("place" in name for name in said)
    assert all(value in answer.text for value in said.values())
    assert set(stays(runtime)) == {(None, None)}


def test_somebody_of_another_site_does_not_exist_here(
    nurse: Visitor, runtime: Runtime
) -> None:
    answer = nurse.submit("/staff/ward", {"place-NO-008": "here"})
    assert answer.status_code == 404
    assert set(stays(runtime)) == {(None, None)}


def test_a_monitor_sees_who_is_asked_about_and_cannot_answer(
    app: Flask, runtime: Runtime, people: Cast
) -> None:
    monitor = seated(app, runtime, people.here["monitor"])
    page = monitor.get("/staff/ward").text
    assert "DS-008" in page
    assert "<input" not in page.split("<main")[1].split("</main>")[0]
    assert monitor.post("/staff/ward", data={}).status_code in (400, 403, 404)


def test_the_record_takes_still_here_on_day_8(nurse: Visitor, runtime: Runtime) -> None:
    page = nurse.get(HERE).text
    assert "Not known whether home" in page.split("</h1>")[0]
    said = {"act": "admit", "on": "2026-03-12"}
    assert nurse.submit(HERE, said, to=f"{HERE}/stay").location == HERE
    assert "In hospital" in nurse.get(HERE).text.split("</h1>")[0]


def test_the_record_corrects_a_wrong_discharge_and_takes_it_back(
    nurse: Visitor, runtime: Runtime
) -> None:
    nurse.submit(HERE, {"act": "discharge", "on": "2026-03-12"}, to=f"{HERE}/stay")
    wrong = {"act": "correct", "right": "2026-03-30"}
    refused = nurse.submit(HERE, wrong, to=f"{HERE}/stay")
    assert refused.status_code == 400
    assert "There is no stay that can end on that day." in refused.text
    right = {"act": "correct", "right": "2026-03-11"}
    assert nurse.submit(HERE, right, to=f"{HERE}/stay").status_code == 303
    assert (date(2026, 3, 11), None) in stays(runtime)
    nurse.submit(HERE, {"act": "reopen", "right": ""}, to=f"{HERE}/stay")
    assert set(stays(runtime)) == {(None, None)}


def test_the_roster_names_who_is_not_known(nurse: Visitor) -> None:
    assert nurse.get("/staff/participants").text.count("Not known whether home") == 2


def fever(patient: Visitor, runtime: Runtime, *flags: str) -> str:
    page = patient.get("/diary").text
    entry = page.split('name="entry" value="')[1].split('"')[0]
    fields = {"entry": entry, "reporter": "self", "emerg": list(flags), "send": "1"}
    answer = patient.submit("/diary", fields)
    with runtime.reading() as session:
        version = session.scalars(select(EntryVersion)).one()
    assert answer.status_code == 303
    return html.unescape(patient.get(f"/diary/sent/{version.id}").text)


def test_an_emergency_is_told_what_to_do_in_both_places(
    patient: Visitor, runtime: Runtime
) -> None:
    page = fever(patient, runtime, "fainted")
    assert "在医院：请立即按铃叫护士。在家：请立即拨打120。" in page.split("</h1>")[0]
    assert "在家：不要自己开车。" in page
    assert 'href="tel:120"' in page.split("在家：不要自己开车。")[0]


def test_today_and_the_red_flags_say_both(patient: Visitor) -> None:
    for path in ("/today", "/diary"):
        page = html.unescape(patient.get(path).text)
        assert "如果您现在住院，不舒服请先按铃叫护士；如果已经回家" in page, path
        assert "您现在住院：感觉不适" not in page


def test_on_the_ward_the_nurse_alone_and_at_home_the_numbers_alone(
    app: Flask, runtime: Runtime, people: Cast, patient: Visitor, clock: Clock
) -> None:
    nurse = seated(app, runtime, people.here["nurse"])
    nurse.submit("/staff/ward", {"place-DS-008": "here"})
    assert "您现在住院：感觉不适" in patient.get("/today").text
    clock.advance(hours=4)
    nurse = seated(app, runtime, people.here["nurse"])
    away = {"place-DS-008": "home", "on-DS-008": "2026-03-12"}
    nurse.submit("/staff/ward", away)
    assert "按铃" not in patient.get("/today").text


def test_a_task_that_the_wards_word_ended_says_so_in_the_readers_language(
    app: Flask, runtime: Runtime, people: Cast, clock: Clock
) -> None:
    clock.advance(hours=6, minutes=5)  # 15:05: the question about DS-008 stands
    with runtime.writing() as session:
        session.get_one(Staff, people.here["nurse"].id).language = "zh"
        remind.remind_due(session, people.study_of, now=runtime.now())
        (number,) = session.scalars(
            select(Task.id)
            .join(Participant, Participant.id == Task.participant_id)
            .where(Participant.code == "DS-008", Task.kind == "missing_diary")
        )
    nurse = seated(app, runtime, people.here["nurse"])
    page = nurse.get("/staff").text
    assert page.count("DS-008") == 3  # its link, its words: one line, no task beside it
    assert "今天没有日记：请在" in page
    assert "请先问病房" in nurse.get(f"/staff/tasks/{number}").text
    nurse.submit("/staff/ward", {"place-DS-008": "here"})
    assert "病房：仍在住院。" in nurse.get(f"/staff/tasks/{number}").text
