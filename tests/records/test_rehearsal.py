"""The last days judged again by another version: what is gained, lost, changed; no write."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from portal.audit import Actor
from portal.cli import cli
from portal.db.tables import Base
from portal.db.tables.people import Participant, StudyVersion
from portal.diary import entries
from portal.diary.entries import Submission
from portal.people.case import Case
from portal.protocol.study.plan_model import Rung
from portal.protocol.study.tiers import Tier
from portal.records import rehearsal
from portal.records.rehearsal import RehearsedLine
from portal.runtime import Runtime
from tests.support.amending import NEXT, AmendedHouse, amended_house, at
from tests.support.clock import Clock

CALM: dict[str, Any] = {"emerg": [], "temp": {"value": "36.6", "unit": "C"}}
FEVER = {**CALM, "temp": {"value": "38.6", "unit": "C"}}
DAY = date(2026, 3, 12)


@pytest.fixture
def house(runtime: Runtime) -> AmendedHouse:
    return amended_house(runtime)


def report(house: AmendedHouse, answers: dict[str, Any], code: str = "DS-007") -> None:
    sent = Submission(
        str(uuid4()), "complete", answers, "self", "zh", Actor("participant", "1")
    )
    with house.runtime.writing() as session:
        person = session.scalars(select(Participant).filter_by(code=code)).one()
        study = house.runtime.study(session, person.study_version_id)
        entries.submit(Case(session, study, person, house.runtime.now()), sent)


def rehearsed(house: AmendedHouse, version: int, days: int = 30) -> list[RehearsedLine]:
    with house.runtime.reading() as session:
        row = session.get_one(StudyVersion, version)
        studies, now = house.runtime.studies(session), house.runtime.now()
        found = rehearsal.rehearse(session, studies, row, days=days, now=now)
    return [line for line in found if line.code != "NO-001"]  # silent next door


def everything(house: AmendedHouse) -> list[list[tuple[Any, ...]]]:
    with house.runtime.reading() as session:
        return [
            [tuple(row) for row in session.execute(select(table))]
            for table in Base.metadata.sorted_tables
        ]


def without_alerts(house: AmendedHouse) -> int:
    return house.keep(rules=(), examples=())


def test_the_same_rules_change_nothing(house: AmendedHouse) -> None:
    report(house, FEVER)
    assert rehearsed(house, house.keep()) == []


def test_an_alert_that_the_version_would_have_spared_is_lost(
    house: AmendedHouse,
) -> None:
    report(house, FEVER)
    report(house, CALM, "DS-008")
    (line,) = rehearsed(house, without_alerts(house))
    assert (line.code, line.day, line.what) == ("DS-007", DAY, "alert")
    assert (line.change, line.after) == ("lost", "")
    assert line.before.startswith("urgent, 15 min (")


def test_one_that_it_would_have_brought_is_gained_and_another_clock_is_changed(
    house: AmendedHouse,
) -> None:
    study = house.people.study
    report(house, FEVER)
    lenient = house.keep("lenient", rules=(), examples=())
    house.adopt(lenient)
    urgent = replace(study.policies[Tier.URGENT], ack_minutes=10)
    sooner = house.keep("sooner", policies={**study.policies, Tier.URGENT: urgent})
    (gained,) = rehearsed(house, house.people.version.id)
    assert (gained.code, gained.change, gained.before) == ("DS-007", "gained", "")
    house.adopt(house.people.version.id)
    (changed,) = rehearsed(house, sooner)
    assert changed.change == "changed"
    assert changed.before.startswith("urgent, 15 min")
    assert changed.after.startswith("urgent, 10 min")


CALLED = "call at 15:00, then nurse 16:00, doctor 18:00"


def test_a_silent_day_is_a_call_gained_lost_or_at_another_hour(
    house: AmendedHouse, clock: Clock
) -> None:
    study = house.people.study
    plan = study.missing["W1"]
    report(house, CALM, "DS-008")
    clock.set(at("20:00"))
    never = {name: study.missing[name] for name in study.missing if name != "W1"}
    (line,) = rehearsed(house, house.keep("never", missing=never))
    assert (line.code, line.day, line.change) == ("DS-007", DAY, "lost")
    assert (line.what, line.before) == ("missing_diary", CALLED)
    task = replace(plan.task, at="12:00")
    earlier = {**study.missing, "W1": replace(plan, task=task)}
    (line,) = rehearsed(house, house.keep("earlier", missing=earlier))
    assert (line.before, line.after) == (CALLED, CALLED.replace("15:00", "12:00"))


def test_a_step_of_the_next_morning_is_a_call_that_changed(
    house: AmendedHouse, clock: Clock
) -> None:
    plan = house.people.study.missing["W1"]
    rungs = (*plan.task.escalate, Rung("09:00", "doctor", days_later=1))
    task = replace(plan.task, escalate=rungs)
    later = {**house.people.study.missing, "W1": replace(plan, task=task)}
    report(house, CALM, "DS-008")
    clock.set(at("20:00"))
    (line,) = rehearsed(house, house.keep("later", missing=later))
    assert (line.change, line.before) == ("changed", CALLED)
    assert line.after == f"{CALLED}, doctor 09:00 (+1 d)"


def test_a_diary_that_came_between_the_two_hours_is_a_call_gained(
    house: AmendedHouse, clock: Clock
) -> None:
    study = house.people.study
    plan = study.missing["W1"]
    task = replace(plan.task, at="12:00")
    earlier = {**study.missing, "W1": replace(plan, task=task)}
    version = house.keep("earlier", missing=earlier)
    report(house, CALM, "DS-008")
    clock.set(at("13:00"))
    report(house, CALM)
    clock.set(at("20:00"))
    (line,) = rehearsed(house, version)
    assert (line.code, line.change, line.after) == (
        "DS-007",
        "gained",
        CALLED.replace("15:00", "12:00"),
    )


def test_only_the_last_days_are_looked_at(house: AmendedHouse, clock: Clock) -> None:
    report(house, FEVER)
    clock.advance(days=4)
    version = without_alerts(house)
    assert rehearsed(house, version, days=3) == []
    assert len(rehearsed(house, version, days=4)) == 1


def test_it_stores_nothing(house: AmendedHouse) -> None:
    report(house, FEVER)
    version = without_alerts(house)
    before = everything(house)
    assert rehearsed(house, version)
    assert everything(house) == before


def test_the_command_prints_each_and_counts_them(
    house: AmendedHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(house, FEVER)
    without_alerts(house)
    settings = house.runtime.settings
    monkeypatch.setenv("PORTAL_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("PORTAL_SECRET_KEY", settings.secret_key)
    monkeypatch.setenv("PORTAL_CLOCK_FILE", "")
    told = CliRunner().invoke(cli, ["study", "rehearse", NEXT, "--days", "400"])
    assert told.exit_code == 0, told.output
    assert "DS-007" in told.output
    assert "lost" in told.output
