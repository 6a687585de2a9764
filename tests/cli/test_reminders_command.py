"""``python -m portal reminders preview``: a table for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cli import cli
from portal.db.tables.diary import Visit
from portal.db.tables.people import Participant, Stay
from portal.enrolment import status
from portal.protocol.calendar import study_days
from portal.runtime import Runtime
from tests.support.cast import LONG_AGO, cast, enrolled
from tests.support.clock import START
from tests.support.settings import SECRET

Command = Callable[..., Result]


def move(session: Session, mine: Participant, by: timedelta) -> None:
    """Have somebody's whole calendar lie so much later."""
    mine.d0 += by
    for stay in session.scalars(select(Stay)):
        assert stay.discharged_on is not None
        stay.admitted_on, stay.discharged_on = mine.d0, stay.discharged_on + by
    for visit in session.scalars(select(Visit)):
        visit.target, visit.opens = visit.target + by, visit.opens + by
        visit.closes += by


@pytest.fixture
def preview(runtime: Runtime, database_url: str) -> Command:
    """Runs the command where DS-007 is on day 9."""
    today = study_days.local_date(runtime.now(), "Asia/Shanghai")
    people = cast(runtime)
    with runtime.writing() as session:
        mine = enrolled(session, people)
        move(session, mine, today - timedelta(days=9) - mine.d0)
        mine.status_at = LONG_AGO

    def run(*words: str) -> Result:
        environment = {
            "PORTAL_MODE": "development",
            "PORTAL_DATABASE_URL": database_url,
            "PORTAL_SECRET_KEY": SECRET,
        }
        return CliRunner().invoke(
            cli, ["reminders", "preview", *words], env=environment
        )

    return run


@pytest.mark.smoke
def test_every_text_is_printed_with_both_clocks_and_its_condition(
    preview: Command,
) -> None:
    result = preview("ds-007", "--days", "2")
    assert result.exit_code == 0, result.output
    assert (
        "DS-007: their clock Asia/Shanghai, the site's Asia/Shanghai" in result.output
    )
    assert "10:05" in result.output
    assert "only if no diary by then" in result.output
    assert "您好，今天的随访日记还没有填写" in result.output


def test_programs_get_json(preview: Command) -> None:
    found = json.loads(preview("DS-007", "--days", "60", "--json").output)
    assert (found["code"], found["status"]) == ("DS-007", "active")
    kinds = {line["kind"] for line in found["lines"]}
    assert {"visit", "diary", "evening", "dated"} <= kinds
    visit = next(line for line in found["lines"] if line["kind"] == "visit")
    assert visit["theirs"].endswith("+08:00")


def test_who_is_paused_gets_none(preview: Command, runtime: Runtime) -> None:
    with runtime.writing() as session:
        mine = session.scalars(select(Participant)).one()
        status.change_status(session, mine, "paused", "Travels.", None, now=START)
    assert preview("DS-007").output == "DS-007 gets no reminders: paused.\n"


def test_an_unknown_code_is_one_sentence(preview: Command) -> None:
    result = preview("DS-999")
    assert result.exit_code == 1
    assert "There is no such participant." in result.output
