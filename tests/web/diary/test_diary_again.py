"""The diary again: sent twice otherwise, a second reading, a screen half answered."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.db.tables.alerts import Alert
from portal.db.tables.diary import CorrectionRequest, Draft, EntryConflict, EntryVersion
from portal.diary.writing import unfinished
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock
from tests.support.web import Visitor

ENTRY = "6f0c0f6e-0000-4000-8000-000000000002"


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def participant_id(runtime: Runtime, people: Cast) -> int:
    with runtime.writing() as session:
        enrolled(session, people, "DS-001", number="13800138001")
        return enrolled(session, people).id


@pytest.fixture
def phone(app: Flask, runtime: Runtime, participant_id: int) -> Visitor:
    return arrivals.phone_visitor(app, runtime, participant_id)


def all_of(runtime: Runtime, table: Any) -> list[Any]:
    with runtime.reading() as session:
        return list(session.scalars(select(table)))


def send(phone: Visitor, *flags: str, entry: str = ENTRY) -> Any:
    return phone.submit("/diary", {"entry": entry, "emerg": list(flags), "go": "1"})


def draft_of(phone: Visitor, **fields: str) -> str:
    """The address of a diary after a calm first screen, without its last part."""
    answer = phone.submit("/diary", {"none": "1", **fields})
    return str(answer.headers["Location"]).rsplit("/", 1)[0]


def said(runtime: Runtime) -> list[tuple[str, Any]]:
    found = sorted(all_of(runtime, EntryVersion), key=lambda one: one.received_at)
    return [(one.kind, one.answers.get("emerg")) for one in found]


@pytest.mark.smoke
def test_the_same_screen_with_other_answers_is_a_409_that_keeps_both(
    phone: Visitor, runtime: Runtime
) -> None:
    send(phone)
    answer = send(phone, "chest_pain")
    assert answer.status_code == 409
    assert "这一份已经发送过" in answer.text
    assert "请立即拨打120" in answer.text
    assert "先发送的：都没有。这次发送的：胸痛。" in answer.text
    assert [alert.tier for alert in all_of(runtime, Alert)] == ["emergency"]
    assert (
        len(all_of(runtime, EntryVersion)) == len(all_of(runtime, EntryConflict)) == 1
    )


def test_a_calmer_second_sending_lowers_nothing(
    phone: Visitor, runtime: Runtime
) -> None:
    send(phone, "seizure")
    answer = send(phone)
    assert answer.status_code == 409
    assert "先发送的：抽搐。这次发送的：都没有。" in answer.text
    [alert] = all_of(runtime, Alert)
    assert (alert.tier, alert.state) == ("emergency", "open")


@pytest.mark.smoke
def test_it_is_sent_as_a_correction_once_however_often_it_is_tapped(
    phone: Visitor, runtime: Runtime, clock: Clock
) -> None:
    send(phone)
    send(phone, "chest_pain")
    clock.advance(minutes=1)
    fields = {"entry": ENTRY, "emerg": "chest_pain"}
    places = {
        phone.submit("/diary", fields, to="/diary/again").headers["Location"]
        for _ in range(2)
    }
    assert len(places) == 1
    assert said(runtime) == [("red_flags", []), ("correction", ["chest_pain"])]
    assert phone.get(places.pop()).status_code == 200


def test_somebody_elses_entry_is_corrected_by_the_investigator(
    app: Flask, runtime: Runtime, people: Cast, participant_id: int, phone: Visitor
) -> None:
    helper = arrivals.caregiver(runtime, people, participant_id)
    send(phone)
    client = arrivals.person_visitor(app, runtime, participant_id, helper.id)
    fields = {"entry": ENTRY, "emerg": "chest_pain"}
    client.submit("/diary", fields, to="/diary/again")
    assert said(runtime) == [("red_flags", [])]
    assert [one.answers for one in all_of(runtime, CorrectionRequest)] == [
        {"emerg": ["chest_pain"]}
    ]


def test_an_entry_that_never_was_is_not_corrected(phone: Visitor) -> None:
    fields = {"entry": ENTRY, "emerg": "chest_pain"}
    answer = phone.submit("/diary", fields, to="/diary/again")
    assert answer.headers["Location"] == "/diary"


def warm(phone: Visitor) -> Any:
    """The page after a diary whose temperature asks for another reading."""
    where = draft_of(phone)
    for number in range(2, 20):
        page = phone.get(f"{where}/{number}")
        press = "none" if 'name="none"' in page.text else "go"
        fields = {press: "1", "temp": "37.6", "temp_unit": "C"}
        answer = phone.submit(f"{where}/{number}", fields)
        if "/sent/" in answer.headers["Location"]:
            return phone.get(answer.headers["Location"])
    raise AssertionError("the diary never ended")


def test_a_warm_day_offers_a_second_reading_with_its_times(
    phone: Visitor, clock: Clock
) -> None:
    page = warm(phone).text
    assert "填写第二次测量结果" in page
    assert "09:10" in page
    assert "10:00" in page
    assert 'data-seconds="600"' in page
    assert "js/countdown.js" in page
    assert 'href="/diary?reading=1"' in page


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("en", "If no second reading has come by 22:27, your study team looks into it"),
        ("zh", "如果到22:27还没有收到第二次测量，研究团队会在那时处理"),
    ],
)
def test_the_advice_names_the_hour_of_the_evening_at_which_staff_look(
    phone: Visitor, clock: Clock, language: str, wanted: str
) -> None:
    phone.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    clock.advance(hours=11, minutes=27)  # 20:27
    assert wanted in warm(phone).text


def test_a_second_reading_is_the_flags_and_one_number(
    phone: Visitor, runtime: Runtime, clock: Clock
) -> None:
    warm(phone)
    clock.advance(minutes=10)
    assert 'name="reading"' in phone.get("/diary?reading=1").text
    answer = phone.submit(
        "/diary?reading=1", {"reading": "1", "none": "1"}, to="/diary"
    )
    place = answer.headers["Location"]
    page = phone.get(place).text
    assert 'name="temp"' in page
    assert 'name="temp_max"' not in page
    sent = phone.submit(place, {"temp": "37,4", "temp_unit": "C", "go": "1"})
    assert "/diary/sent/" in sent.headers["Location"]
    typed = [one for one in all_of(runtime, EntryVersion) if "temp" in one.answers]
    assert {(one.kind, one.answers["temp"]["value"]) for one in typed} == {
        ("complete", "37.6"),
        ("partial", "37,4"),
    }
    assert "resume" not in phone.get("/diary").text


def test_a_second_reading_that_is_a_fever_pages(
    phone: Visitor, runtime: Runtime, clock: Clock
) -> None:
    warm(phone)
    place = draft_of(phone, reading="1") + "/reading"
    for _ in range(2):
        phone.submit(place, {"temp": "38.0", "temp_unit": "C", "go": "1"})
    assert [alert.tier for alert in all_of(runtime, Alert)] == ["urgent"]
    assert [v.kind for v in all_of(runtime, EntryVersion)].count("complete") == 1


def test_a_second_reading_that_nobody_can_read_is_asked_once_and_sent(
    phone: Visitor, runtime: Runtime
) -> None:
    place = draft_of(phone, reading="1") + "/reading"
    typed = {"temp": "warm", "temp_unit": "C", "go": "1"}
    assert "warm" in phone.submit(place, typed).text
    assert "/diary/sent/" in phone.submit(place, typed).headers["Location"]
    last = max(all_of(runtime, EntryVersion), key=lambda one: one.position)
    assert (last.kind, last.answers["temp"]["value"]) == ("partial", "warm")


def test_a_second_reading_without_a_number_asks_for_it(phone: Visitor) -> None:
    place = draft_of(phone, reading="1") + "/reading"
    answer = phone.submit(place, {"go": "1"})
    assert answer.status_code == 400
    assert "例如36.8" in answer.text


def test_what_stands_on_a_screen_is_kept_before_it_is_sent(
    phone: Visitor, runtime: Runtime
) -> None:
    where = draft_of(phone)
    phone.submit(f"{where}/3", {"temp": "36.6", "temp_unit": "C", "go": "1"})
    kept = phone.submit(f"{where}/4", {"chills": "2"}, to=f"{where}/4/keep")
    assert kept.status_code == 204
    page = phone.get(f"{where}/4").text
    assert re.search(r'name="chills" value="2" checked', page)
    assert all_of(runtime, Alert) == []


def test_what_was_kept_and_left_is_sent_after_ten_minutes(
    phone: Visitor, runtime: Runtime, people: Cast, clock: Clock
) -> None:
    where = draft_of(phone)
    phone.submit(f"{where}/4", {"chills": "2"}, to=f"{where}/4/keep")
    clock.advance(minutes=10)
    with runtime.writing() as session:
        unfinished.finish_left_drafts(session, people.study_of, now=runtime.now())
    assert [alert.tier for alert in all_of(runtime, Alert)] == ["urgent"]


def test_what_was_kept_leaves_at_once_when_the_person_goes_on(
    phone: Visitor, runtime: Runtime
) -> None:
    where = draft_of(phone)
    phone.submit(f"{where}/4", {"chills": "2"}, to=f"{where}/4/keep")
    phone.submit(f"{where}/4", {"chills": "2", "go": "1"})
    assert [alert.tier for alert in all_of(runtime, Alert)] == ["urgent"]


def test_what_was_kept_and_taken_back_is_not_sent(
    phone: Visitor, runtime: Runtime
) -> None:
    where = draft_of(phone)
    slip = {"temp": "36.6", "temp_unit": "C", "temp_max": "38.6"}
    phone.submit(f"{where}/3", slip, to=f"{where}/3/keep")
    phone.submit(f"{where}/3", {**slip, "temp_max": "", "go": "1"})
    assert all_of(runtime, Alert) == []
    [draft] = all_of(runtime, Draft)
    assert "temp_max" not in draft.answers


def test_a_finished_diary_keeps_nothing_more(phone: Visitor, runtime: Runtime) -> None:
    warm(phone)
    [draft] = all_of(runtime, Draft)
    place = f"/diary/{draft.id}/4"
    assert phone.submit(place, {"chills": "2"}, to=f"{place}/keep").status_code == 204
    assert [one.answers.get("chills") for one in all_of(runtime, Draft)] == [0]


def test_ticking_beside_skip_is_never_lost(phone: Visitor, runtime: Runtime) -> None:
    where = draft_of(phone)
    phone.submit(f"{where}/4", {"chills": "2", "skip": "1"})
    assert [alert.tier for alert in all_of(runtime, Alert)] == ["urgent"]
