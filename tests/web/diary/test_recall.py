"""What has passed since the last diary: asked by itself, with its span, judged by its age."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.db.tables.alerts import Alert, Task
from portal.db.tables.diary import EntryVersion
from portal.runtime import Runtime
from portal.vocabulary.diary import VersionKind
from tests.support import arrivals
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import START, Clock
from tests.support.web import Visitor

PLAIN, SINCE = "从上次填写到现在：", "从上次填写（{}）到现在："


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def phone(app: Flask, runtime: Runtime, people: Cast) -> Visitor:
    with runtime.writing() as session:
        enrolled(session, people, "DS-001", number="13800138001")
        mine = enrolled(session, people).id
    return arrivals.phone_visitor(app, runtime, mine)


def passed(phone: Visitor, **first: str) -> str:
    """The address of the screen that asks what has passed."""
    answer = phone.submit("/diary", {"none": "1", **first})
    return str(answer.headers["Location"])


def whole(phone: Visitor) -> None:
    """A calm diary to its end."""
    here = passed(phone)
    while "/sent/" not in here:
        page = phone.get(here).text
        press = "none" if 'name="none"' in page else "go"
        here = str(phone.submit(here, {press: "1"}).headers["Location"])


def all_of(runtime: Runtime, table: Any) -> list[Any]:
    with runtime.reading() as session:
        return list(session.scalars(select(table)))


def test_a_fit_in_the_night_that_is_over_has_its_box_and_pages_at_once(
    phone: Visitor, runtime: Runtime
) -> None:
    here = passed(phone)
    assert "发生过下面的情况，现在已经过去了吗" in phone.get(here).text
    fields = {"over": "seizure", "over_when": "day", "go": "1"}
    answer = phone.submit(here, fields)
    assert "/diary/sent/" in answer.headers["Location"]
    assert "最近的急诊" in phone.get(answer.headers["Location"]).text
    [alert] = all_of(runtime, Alert)
    assert alert.tier == "emergency"


def test_whoever_does_not_say_when_is_answered_as_if_it_had_just_happened(
    phone: Visitor, runtime: Runtime
) -> None:
    phone.submit(passed(phone), {"over": "fainted", "go": "1"})
    assert [alert.tier for alert in all_of(runtime, Alert)] == ["emergency"]


def test_a_faint_six_days_ago_calls_no_ambulance_and_a_nurse_looks_at_it(
    phone: Visitor, runtime: Runtime
) -> None:
    here = passed(phone)
    fields = {"over": "fainted", "over_when": "longer", "go": "1"}
    while "/sent/" not in here:
        page = phone.get(here).text
        press = {"none": "1"} if 'name="none"' in page else {"go": "1"}
        sent = fields if 'name="over"' in page else press
        here = str(phone.submit(here, sent).headers["Location"])
    assert "最近的急诊" not in phone.get(here).text
    assert all_of(runtime, Alert) == []
    assert {(one.tier, one.owner_role) for one in all_of(runtime, Task)} == {
        ("same_day", "nurse")
    }


def test_the_line_over_the_questions_names_the_hour_of_the_last_diary(
    phone: Visitor, runtime: Runtime, clock: Clock
) -> None:
    assert PLAIN in phone.get(passed(phone)).text
    whole(phone)
    assert SINCE.format("今天09:00") in phone.get(passed(phone)).text
    clock.advance(hours=24)
    here = passed(phone)
    assert SINCE.format("昨天09:00") in phone.get(here).text
    assert SINCE.format("昨天09:00") in phone.get(f"{here[:-1]}4").text
    clock.advance(hours=48)
    day = f"{START.month}月{START.day}日 09:00"
    assert SINCE.format(day) in phone.get(passed(phone)).text


def test_only_a_whole_diary_begins_the_span_anew(
    phone: Visitor, runtime: Runtime, clock: Clock
) -> None:
    whole(phone)
    clock.advance(hours=24)
    phone.submit(passed(phone), {"over": "bleeding", "over_when": "days", "go": "1"})
    clock.advance(hours=1)
    kinds = {one.kind for one in all_of(runtime, EntryVersion)}
    assert VersionKind.PARTIAL in kinds
    assert SINCE.format("昨天09:00") in phone.get(passed(phone)).text


def test_a_caregiver_is_told_the_span_and_to_say_what_they_see(
    phone: Visitor, clock: Clock
) -> None:
    whole(phone)
    clock.advance(hours=24)
    page = phone.get(passed(phone, reporter="caregiver")).text
    assert SINCE.format("昨天09:00") + "请填写您看到的情况" in page
