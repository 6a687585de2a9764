"""``study adopt`` asks whoever signs for their password, and says what became of each."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from portal.cli import cli
from portal.db.tables.people import Consent
from portal.runtime import Runtime
from tests.support.amending import (
    NEXT,
    PASSWORD,
    AmendedHouse,
    extra,
    house_at_a_terminal,
)


@pytest.fixture
def house(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> AmendedHouse:
    return house_at_a_terminal(runtime, monkeypatch)


def run(*words: str, password: str = PASSWORD, by: str = "investigator-here") -> Result:
    signed = ("--by", by, "--why", "Amendment 2")
    command = ["study", "adopt", *words, *signed]
    return CliRunner().invoke(cli, command, input=f"{password}\n")


@pytest.mark.smoke
def test_it_moves_the_named_and_says_what_becomes_of_their_visits(
    house: AmendedHouse,
) -> None:
    study = house.people.study
    version = house.keep(visits=(*study.visits[:-1], extra("D20", 20)))
    told = run(f"dcar-sle@{NEXT}", "--participant", "ds-007")
    assert told.exit_code == 0, told.output
    last = study.visits[-1].code
    assert told.output.splitlines()[-1].split()[:2] == ["DS-007", "moved"]
    assert "+D20" in told.output
    assert last in told.output
    assert house.person().study_version_id == version
    assert house.person("DS-008").study_version_id == house.people.version.id


def test_without_names_it_moves_everybody_of_the_site(house: AmendedHouse) -> None:
    version = house.keep()
    assert run(NEXT).exit_code == 0
    for code, wanted in (("DS-007", version), ("DS-008", version)):
        assert house.person(code).study_version_id == wanted
    assert house.person("NO-001").study_version_id == house.people.version.id
    again = run(NEXT)
    assert again.exit_code == 1
    assert "Nobody here" in again.stderr


@pytest.mark.parametrize(
    ("password", "by"),
    [
        ("wrong", "investigator-here"),
        (PASSWORD, "nurse-here"),
        (PASSWORD, "investigator-there"),
    ],
)
def test_nobody_is_moved_by_whoever_may_not_sign(
    house: AmendedHouse, password: str, by: str
) -> None:
    house.keep()
    told = run(NEXT, "--participant", "DS-007", password=password, by=by)
    assert told.exit_code == 1
    assert PASSWORD not in told.output
    assert house.adoptions() == []


def test_one_refusal_undoes_nobody_else(house: AmendedHouse) -> None:
    version = house.keep()
    told = run(NEXT, "--participant", "DS-999", "--participant", "DS-007")
    assert told.exit_code == 1
    assert "not moved: There is no such participant." in told.output
    assert house.person().study_version_id == version


def test_a_consent_comes_first_and_is_recorded_by_hand(house: AmendedHouse) -> None:
    version = house.keep(consent="3.0")
    assert "waits for consent" in run(NEXT, "--participant", "DS-007").output
    words = ["--version", "3.0", "--signed-at", "2026-03-11T10:00"]
    done = CliRunner().invoke(cli, ["participant", "consent", "DS-007", *words])
    assert done.output == "The consent of DS-007 to 3.0 was recorded.\n"
    assert len(house.rows(Consent, participant_id=house.person_id)) == 2
    assert run(NEXT, "--participant", "DS-007").exit_code == 0
    assert house.person().study_version_id == version
