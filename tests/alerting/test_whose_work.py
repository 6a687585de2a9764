"""Work that the portal raises by itself goes to the duty that the study names for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import study_versions
from portal.alerting import ladder
from portal.alerting.answers import answering
from portal.db.tables.alerts import Task
from portal.db.tables.people import StudyVersion
from portal.people.case import Case
from portal.protocol.demands.duties import Work
from portal.protocol.study.file.reading import read_study
from portal.runtime import Runtime
from tests.support.cast import EMERGENCY, Cast, cast, enrolled
from tests.support.clock import START
from tests.support.pharmacy import PHARMACY

STUDY = read_study(PHARMACY)


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


def test_the_task_of_a_rung_and_a_gap_in_the_rota_go_to_whoever_has_this_work(
    runtime: Runtime, people: Cast
) -> None:
    late = START + timedelta(minutes=6)
    with runtime.writing() as session:
        version = study_versions.install(session, STUDY, PHARMACY, now=START)
        person = enrolled(session, people)
        person.study_version_id = version.id
        case = Case(session, STUDY, person, START)
        answering.open_from(case, EMERGENCY, entry_version_id=None)
        ladder.escalate_due(session, lambda _: STUDY, now=late)
        found = {task.kind: task.owner_role for task in session.scalars(select(Task))}
    assert found == {"ladder": "pharmacist"}


@pytest.mark.parametrize("work", list(Work))
def test_each_work_belongs_to_a_duty_of_the_version_or_else_of_the_newest(
    runtime: Runtime, people: Cast, work: Work
) -> None:
    with runtime.writing() as session:
        before = study_versions.whose(session, work)
        study_versions.install(session, STUDY, PHARMACY, now=START)
        assert before == people.study.whose(work)
        assert study_versions.whose(session, work) == STUDY.whose(work)
        assert study_versions.whose(session, work, people.version.id) == before


def test_work_about_a_study_that_cannot_be_read_is_nobodys_and_opened_all_the_same(
    runtime: Runtime, people: Cast
) -> None:
    broken = {"study_id": "x", "version": "9", "sha256": "f" * 64, "source": ""}
    with runtime.writing() as session:
        session.add(
            StudyVersion(**broken, compiled={}, approved=False, loaded_at=START)
        )
        assert study_versions.whose(session, Work.ORGANISING) == ""


def test_before_there_is_a_study_work_is_nobodys(runtime: Runtime) -> None:
    with runtime.reading() as session:
        assert study_versions.whose(session, Work.REPORTS) == ""
