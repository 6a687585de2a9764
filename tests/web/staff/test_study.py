"""The page of a study version: what it changes, whom it moves, signed in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from portal.protocol.study.tiers import Tier
from portal.runtime import Runtime
from tests.support.amending import (
    NEXT,
    PASSWORD,
    AmendedHouse,
    amended_house,
    let_sign,
    moved,
)
from tests.support.desk import seated
from tests.support.web import Visitor


@pytest.fixture
def house(runtime: Runtime) -> AmendedHouse:
    return let_sign(amended_house(runtime), "investigator")


@pytest.fixture
def desk(app: Flask, house: AmendedHouse) -> Visitor:
    return seated(app, house.runtime, house.people.here["investigator"])


def stricter(house: AmendedHouse, **changes: object) -> int:
    """A version that answers urgent reports sooner, and moves a visit."""
    study = house.people.study
    urgent = replace(study.policies[Tier.URGENT], ack_minutes=10)
    policies = {**study.policies, Tier.URGENT: urgent}
    return house.keep(visits=moved(study, "D28", 30), policies=policies, **changes)


def signed(**more: object) -> dict[str, object]:
    return {"people": ["DS-007"], "why": "Amendment 2", "password": PASSWORD, **more}


def consent(hour: str) -> dict[str, str]:
    return {"consent_version": "3.0", "consented_at": f"2026-03-12T{hour}"}


@pytest.mark.smoke
def test_the_list_says_which_version_how_many_follow(
    house: AmendedHouse, desk: Visitor
) -> None:
    stricter(house)
    page = desk.get("/staff/study").text
    assert f"dcar-sle, version {NEXT}" in page
    assert "2 people follow it here." in page
    assert "0 people follow it here." in page


@pytest.mark.smoke
def test_the_page_says_what_became_stricter_and_whom_it_would_move(
    house: AmendedHouse, desk: Visitor
) -> None:
    version = stricter(house)
    page = desk.get(f"/staff/study/{version}").text
    assert "1 stricter, 0 calmer, 2 otherwise changed." in page
    assert "minutes to acknowledge" in page
    assert "day 30, −3/+3 days" in page
    assert "DS-007" in page
    assert "DS-008" in page
    assert "NO-001" not in page


def test_it_speaks_chinese(house: AmendedHouse, desk: Visitor) -> None:
    version = stricter(house, consent="3.0")
    with house.runtime.writing() as session:
        session.merge(house.people.here["investigator"]).language = "zh"
    page = desk.get(f"/staff/study/{version}").text
    assert "更严格1处，更宽松0处" in page
    assert "接手时限（分钟）" in page
    assert "要先签署知情同意3.0" in page
    assert "签署并改用" in page


def test_the_chosen_are_moved_once_signed_and_the_others_are_not(
    house: AmendedHouse, desk: Visitor
) -> None:
    version = stricter(house)
    path = f"/staff/study/{version}"
    answer = desk.submit(path, signed())
    assert answer.status_code == 303
    assert answer.location == f"{path}#moved"
    assert house.person().study_version_id == version
    assert house.person("DS-008").study_version_id == house.people.version.id
    (row,) = house.adoptions()
    assert (row.reason, row.staff_id) == (
        "Amendment 2",
        house.people.here["investigator"].id,
    )
    page = desk.get(path).text
    assert '<h2 id="moved">Now on the new version' in page
    timeline = desk.get("/staff/participants/DS-007").text
    was = house.people.study.version
    assert f"Moved from version {was} to version {NEXT} of the study" in timeline
    assert "Investigator of here · Amendment 2" in timeline
    other = desk.get("/staff/participants/DS-008").text
    assert "Moved from version" not in other


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (
            {"password": "something else"},
            "That is not the password with which you sign in.",
        ),
        ({"why": " "}, "Write one sentence on why."),
        ({"people": []}, "Choose whom to move."),
    ],
)
def test_what_is_not_signed_moves_nobody(
    house: AmendedHouse, desk: Visitor, wrong: dict[str, object], told: str
) -> None:
    answer = desk.submit(f"/staff/study/{stricter(house)}", signed(**wrong))
    assert answer.status_code == 400
    assert told in answer.text
    assert PASSWORD not in answer.text
    assert house.adoptions() == []


def test_one_from_next_door_is_nobody(house: AmendedHouse, desk: Visitor) -> None:
    version = stricter(house)
    answer = desk.submit(f"/staff/study/{version}", signed(people=["NO-001"]))
    assert answer.status_code == 404
    assert house.adoptions() == []


def test_a_consent_comes_first_as_a_task_with_its_form(
    house: AmendedHouse, desk: Visitor
) -> None:
    version = stricter(house, consent="3.0")
    path = f"/staff/study/{version}"
    assert "They must sign consent 3.0 first" in desk.get(path).text
    desk.submit(path, signed())
    assert house.adoptions() == []
    (task,) = house.tasks(kind="reconsent")
    page = desk.get(f"/staff/tasks/{task.id}").text
    form = "/staff/participants/DS-007/consent"
    assert form in page
    soon = desk.submit(form, consent("09:30"))
    assert soon.status_code == 400
    assert "cannot be in the future" in soon.text
    answer = desk.submit(form, consent("08:30"))
    assert answer.status_code == 303
    assert house.tasks(kind="reconsent")[0].state == "done"
    desk.submit(path, signed())
    assert house.person().study_version_id == version
