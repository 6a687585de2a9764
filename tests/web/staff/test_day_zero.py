"""The page of another day of the infusion: what it moves, signed, in both languages."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from portal.db.tables.people import DayZeroChange
from portal.runtime import Runtime
from tests.records.test_rehearsal import CALM, report
from tests.support.amending import PASSWORD, AmendedHouse, amended_house, let_sign
from tests.support.desk import seated
from tests.support.web import Visitor

PATH = "/staff/participants/DS-007/day-zero"
D0, RIGHT = date(2026, 3, 1), date(2026, 3, 5)


@pytest.fixture
def house(runtime: Runtime) -> AmendedHouse:
    return let_sign(amended_house(runtime), "investigator")


@pytest.fixture
def desk(app: Flask, house: AmendedHouse) -> Visitor:
    return seated(app, house.runtime, house.people.here["investigator"])


def signed(**more: str) -> dict[str, str]:
    form = {"d0": str(RIGHT), "why": "typed wrongly", "password": PASSWORD}
    return {**form, **more}


@pytest.mark.smoke
def test_the_card_leads_to_it_and_it_says_what_would_move(
    house: AmendedHouse, desk: Visitor
) -> None:
    report(house, {**CALM, "antipyr": "for_other"})
    assert PATH in desk.get("/staff/participants/DS-007").text
    assert "Sign and change the day" not in desk.get(PATH).text
    page = desk.get(f"{PATH}?d0=2026-01-11").text
    assert "Day 14 visit" in page
    assert "does not fit: this becomes a task" in page
    assert "Review the report and phone · would have been another" in page
    assert "Sign and change the day" in page
    assert house.rows(DayZeroChange) == []


@pytest.mark.smoke
def test_once_signed_the_day_is_changed_and_the_timeline_says_so(
    house: AmendedHouse, desk: Visitor
) -> None:
    assert desk.submit(PATH, signed()).status_code == 303
    assert house.person().d0 == RIGHT
    assert "Investigator of here · typed wrongly" in desk.get(PATH).text
    timeline = desk.get("/staff/participants/DS-007").text
    assert "D0 changed from" in timeline


def test_it_speaks_chinese(house: AmendedHouse, desk: Visitor) -> None:
    with house.runtime.writing() as session:
        session.merge(house.people.here["investigator"]).language = "zh"
    page = desk.get(f"{PATH}?d0={RIGHT}").text
    assert "第14天复诊" in page
    assert "签署并更改日期" in page


def test_an_administrator_sees_days_and_nothing_that_was_reported(
    app: Flask, house: AmendedHouse
) -> None:
    admin = seated(app, house.runtime, house.people.here["admin"])
    page = admin.get(f"{PATH}?d0={RIGHT}").text
    assert "Day 14 visit" in page
    assert "Entries that would be" not in page


@pytest.mark.parametrize("role", ["nurse", "coordinator", "monitor"])
def test_it_is_for_whoever_may_sign(app: Flask, house: AmendedHouse, role: str) -> None:
    other = seated(app, house.runtime, house.people.here[role])
    assert other.get(PATH).status_code in (403, 404)
    assert PATH not in other.get("/staff/participants/DS-007").text


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (
            {"password": "something else"},
            "That is not the password with which you sign in.",
        ),
        ({"why": " "}, "Write one sentence on why."),
        ({"d0": str(D0)}, "This is the day on record already."),
        ({"d0": "2026-13-40"}, "Write the day like 2026-03-10."),
    ],
)
def test_what_is_not_signed_or_cannot_be_right_changes_nothing(
    house: AmendedHouse, desk: Visitor, wrong: dict[str, str], told: str
) -> None:
    answer = desk.submit(PATH, signed(**wrong))
    assert answer.status_code == 400
    assert told in answer.text
    assert PASSWORD not in answer.text
    assert (house.person().d0, house.rows(DayZeroChange)) == (D0, [])


@pytest.mark.parametrize("day", ["2026-03-01", "nonsense", "9999-12-31"])
def test_a_day_that_cannot_be_right_is_told_before_anybody_signs(
    house: AmendedHouse, desk: Visitor, day: str
) -> None:
    answer = desk.get(f"{PATH}?d0={day}")
    assert answer.status_code == 400
    assert "Sign and change the day" not in answer.text


def test_one_from_next_door_is_nobody(desk: Visitor) -> None:
    assert desk.get("/staff/participants/NO-001/day-zero").status_code == 404
