"""The study clock goes forward, and knows what the engine will do next."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from portal.alerting.answers import answering
from portal.alerting.tasks import tasks
from portal.db.tables.diary import Draft
from portal.demo import clock
from portal.errors import InvalidInput
from portal.people.case import Case
from portal.protocol.study.tiers import Tier
from portal.runtime import Runtime
from tests.support.cast import URGENT, Cast, cast, enrolled
from tests.support.clock import START, Clock
from tests.support.settings import settings_for


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


def move(runtime: Runtime, **amount: float) -> timedelta:
    with runtime.writing() as session:
        return clock.move(session, timedelta(**amount))


def test_study_time_runs_ahead_and_real_time_stays(
    database_url: str, clock: Clock
) -> None:
    runtime = Runtime(settings_for(database_url, mode="demo"), clock=clock)
    move(runtime, hours=1)
    move(runtime, days=1)
    runtime.clocks.read_again()
    assert runtime.now() == START + timedelta(days=1, hours=1)
    assert runtime.real_now() == START
    runtime.close()


def test_outside_the_demonstration_the_offset_moves_nobody(runtime: Runtime) -> None:
    move(runtime, hours=1)
    assert runtime.now() == START


def test_a_part_of_a_second_is_a_second(runtime: Runtime) -> None:
    assert move(runtime, seconds=1.01) == timedelta(seconds=2)


@pytest.mark.parametrize("days", [0, -1, 367])
def test_it_never_goes_back_and_never_jumps_a_year(runtime: Runtime, days: int) -> None:
    with pytest.raises(InvalidInput):
        move(runtime, days=days)
    with runtime.reading() as session:
        assert clock.ahead(session) == timedelta(0)


def begin_draft(session: Session, participant_id: int) -> None:
    session.add(
        Draft(
            id="0e7e1a2c-8b1f-4f0a-9d51-1f6d1a3f6a10",
            participant_id=participant_id,
            reporter="self",
            language="zh",
            answers={},
            asked_again=[],
            unsent=True,
            started_at=START,
            updated_at=START,
        )
    )


def test_the_next_event_is_whatever_comes_first(runtime: Runtime, people: Cast) -> None:
    with runtime.writing() as session:
        assert clock.next_event(session, now=START) is None
        someone = enrolled(session, people)
        due = START + timedelta(hours=4)
        tasks.open_task(
            Case(session, people.study, someone, START),
            "review",
            key="E:1",
            tier=Tier.SAME_DAY,
            owner_role="nurse",
        )
        assert clock.next_event(session, now=START) == clock.NextEvent("task", due)
        answering.open_from(
            Case(session, people.study, someone, START), URGENT, entry_version_id=None
        )
        rung = clock.NextEvent("alert", START + timedelta(minutes=15))
        assert clock.next_event(session, now=START) == rung
        begin_draft(session, someone.id)
        session.flush()
        left = clock.NextEvent("draft", START + timedelta(minutes=10))
        assert clock.next_event(session, now=START) == left
        assert clock.next_event(session, now=START + timedelta(minutes=11)) == rung
