"""Departures from the protocol: each once, for the investigator, by the next day (T31)."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.audit import OPERATOR
from portal.db.tables.alerts import Task
from portal.db.tables.people import Participant
from portal.diary import entries
from portal.diary.entries import Submission
from portal.enrolment import stays
from portal.people.case import Case
from portal.protocol.study.model import Study
from portal.runtime import Runtime
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock

TODAY = date(2026, 3, 12)  # a Thursday
NEXT_DAY = datetime(2026, 3, 13, 9, tzinfo=UTC)  # Friday 17:00 at the site


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


def deviations(runtime: Runtime) -> list[Task]:
    query = select(Task).filter_by(kind="deviation").order_by(Task.id)
    with runtime.reading() as session:
        return list(session.scalars(query))


def in_hospital(runtime: Runtime, people: Cast, day: int) -> int:
    """Somebody whose today is that day after the infusion."""
    with runtime.writing() as session:
        d0 = TODAY - timedelta(days=day)
        return enrolled(session, people, d0=d0, home_since=None).id


def goes_home(runtime: Runtime, people: Cast, who: int, study: Study) -> None:
    with runtime.writing() as session:
        mine, now = session.get_one(Participant, who), runtime.now()
        stays.discharge(Case(session, study, mine, now), on=TODAY, actor=OPERATOR)


def says_near(runtime: Runtime, people: Cast, who: int, near: str) -> None:
    answers: dict[str, Any] = {"emerg": [], "near": near}
    submission = Submission(
        version_id=str(uuid.uuid4()),
        kind="complete",
        answers=answers,
        reporter="self",
        language="zh",
        actor=OPERATOR,
    )
    with runtime.writing() as session:
        mine = session.get_one(Participant, who)
        entries.submit(Case(session, people.study, mine, runtime.now()), submission)


def test_a_discharge_before_day_7_is_a_task_for_the_investigator(
    runtime: Runtime, people: Cast
) -> None:
    who = in_hospital(runtime, people, day=6)
    goes_home(runtime, people, who, people.study)
    (task,) = deviations(runtime)
    assert (task.participant_id, task.owner_role) == (who, "investigator")
    assert (task.tier, task.due_at) == ("routine", NEXT_DAY)
    assert task.detail["discharged_on"] == str(TODAY)
    assert "day 7" in task.detail["en"]


def test_a_discharge_on_day_7_is_none(runtime: Runtime, people: Cast) -> None:
    who = in_hospital(runtime, people, day=7)
    goes_home(runtime, people, who, people.study)
    assert deviations(runtime) == []


def test_a_discharge_entered_twice_or_after_a_readmission_is_one_task(
    runtime: Runtime, people: Cast
) -> None:
    who = in_hospital(runtime, people, day=4)
    goes_home(runtime, people, who, people.study)
    goes_home(runtime, people, who, people.study)
    with runtime.writing() as session:
        mine, now = session.get_one(Participant, who), runtime.now()
        stays.admit(session, mine, on=TODAY, actor=OPERATOR, now=now)
    goes_home(runtime, people, who, people.study)
    assert len(deviations(runtime)) == 1


def test_who_is_enrolled_after_an_early_discharge_is_noted_too(
    runtime: Runtime, people: Cast
) -> None:
    with runtime.writing() as session:
        d0 = TODAY - timedelta(days=10)
        early = enrolled(session, people, d0=d0, home_since=d0 + timedelta(days=5))
        in_time = d0 + timedelta(days=7)
        enrolled(
            session, people, "DS-008", d0=d0, home_since=in_time, number="13800138008"
        )
        expected = early.id
    assert [task.participant_id for task in deviations(runtime)] == [expected]


def test_not_near_before_day_28_is_told_to_the_investigator_once(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    with runtime.writing() as session:
        who = enrolled(session, people).id
        enrolled(session, people, "NO-007", house=people.there, number="13800138099")
    says_near(runtime, people, who, "yes")
    assert deviations(runtime) == []
    says_near(runtime, people, who, "no")
    clock.advance(days=1)
    says_near(runtime, people, who, "no")
    (task,) = deviations(runtime)
    assert (task.participant_id, task.owner_role) == (who, "investigator")
    assert (task.tier, task.due_at) == ("routine", NEXT_DAY)


def test_after_day_28_nobody_is_asked_to_stay_near(
    runtime: Runtime, people: Cast
) -> None:
    with runtime.writing() as session:
        d0 = TODAY - timedelta(days=29)
        who = enrolled(session, people, d0=d0, home_since=d0 + timedelta(days=8)).id
    says_near(runtime, people, who, "no")
    assert deviations(runtime) == []


def test_a_study_without_such_a_plan_notes_none(runtime: Runtime, people: Cast) -> None:
    reminders = replace(people.study.reminders, deviation=None)
    who = in_hospital(runtime, people, day=2)
    goes_home(runtime, people, who, replace(people.study, reminders=reminders))
    assert deviations(runtime) == []
