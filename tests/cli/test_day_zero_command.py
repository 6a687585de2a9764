"""``participant day-zero`` says what it would do, asks who signs, and does that."""

from __future__ import annotations

from datetime import date

import pytest
from click.testing import CliRunner, Result

from portal.cli import cli
from portal.db.tables.people import DayZeroChange
from portal.runtime import Runtime
from tests.support.amending import PASSWORD, AmendedHouse, house_at_a_terminal

D0, RIGHT = date(2026, 3, 1), "2026-03-05"


@pytest.fixture
def house(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> AmendedHouse:
    return house_at_a_terminal(runtime, monkeypatch)


def run(*words: str, password: str = PASSWORD) -> Result:
    command = ["participant", "day-zero", "DS-007", *words]
    return CliRunner().invoke(cli, command, input=f"{password}\n")


def signed(by: str = "investigator-here") -> tuple[str, ...]:
    return ("--by", by, "--why", "typed wrongly")


@pytest.mark.smoke
def test_it_says_what_moves_and_moves_it_once_signed(house: AmendedHouse) -> None:
    told = run(RIGHT, *signed())
    assert told.exit_code == 0, told.output
    assert "DS-007: D0 2026-03-01 -> 2026-03-05" in told.output
    assert "stay from 2026-03-01 -> 2026-03-05" in told.output
    moved = [line.split() for line in told.output.splitlines() if "D14 " in line]
    assert ["D14", "2026-03-15", "2026-03-19"] in moved
    assert "Visits moved: D14, D28" in told.output.splitlines()[-1]
    assert PASSWORD not in told.output
    assert house.person().d0 == date.fromisoformat(RIGHT)


def test_a_preview_asks_for_nobody_and_changes_nothing(house: AmendedHouse) -> None:
    told = run(RIGHT, "--preview")
    assert told.exit_code == 0, told.output
    assert "visits to come: 8" in told.output
    assert "Password" not in told.output
    assert (house.person().d0, house.rows(DayZeroChange)) == (D0, [])


@pytest.mark.parametrize(
    ("words", "password", "said"),
    [
        ((RIGHT, *signed()), "wrong", "do not match"),
        ((RIGHT, *signed("nurse-here")), PASSWORD, "investigator or administrator"),
        ((RIGHT,), PASSWORD, "--by NAME --why TEXT"),
        (("2026-13-40", *signed()), PASSWORD, "2026-13-40"),
        ((str(D0), *signed()), PASSWORD, "on record already"),
    ],
)
def test_a_refusal_is_a_sentence_and_changes_nothing(
    house: AmendedHouse, words: tuple[str, ...], password: str, said: str
) -> None:
    told = run(*words, password=password)
    assert told.exit_code == 1
    assert said in told.stderr
    assert "Traceback" not in told.output
    assert (house.person().d0, house.rows(DayZeroChange)) == (D0, [])
