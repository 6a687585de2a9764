"""One row that fails keeps no other from people, and is left alone for a while."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from portal import audit
from portal.alerting import ladder
from portal.alerting.answers import answering
from portal.alerting.tasks import tasks
from portal.db.tables.alerts import Alert, Task
from portal.db.tables.audit import Audit
from portal.db.tables.diary import Draft
from portal.db.tables.engine import HeldBack
from portal.db.tables.outbox import Message
from portal.db.tables.people import Participant, StudyVersion
from portal.diary.writing import unfinished
from portal.engine import one_by_one
from portal.operating import health
from portal.people.case import Case
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Tier
from portal.runtime import Runtime
from portal.visits.reminders import remind as reminders
from tests.support.cast import URGENT, Cast, cast, enrolled
from tests.support.clock import Clock

CODES = ("DS-001", "DS-002", "DS-003")


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def three(runtime: Runtime, people: Cast) -> list[int]:
    """The ids of three participants."""
    with runtime.writing() as session:
        return [
            enrolled(session, people, code, number=f"1380013800{number}").id
            for number, code in enumerate(CODES)
        ]


def open_alerts(runtime: Runtime, people: Cast, participants: list[int]) -> list[int]:
    with runtime.writing() as session:
        return [
            answering.open_from(
                Case(
                    session,
                    people.study,
                    session.get_one(Participant, number),
                    runtime.now(),
                ),
                URGENT,
                entry_version_id=None,
            ).id
            for number in participants
        ]


def poison(runtime: Runtime, alert_id: int) -> None:
    """A plan that nobody can read."""
    with runtime.writing() as session:
        session.get_one(Alert, alert_id).plan = {"tier": "urgent"}


def climb(runtime: Runtime, people: Cast) -> int:
    with runtime.writing() as session:
        return ladder.escalate_due(session, people.study_of, now=runtime.now())


def pages(runtime: Runtime, alert_id: int) -> int:
    with runtime.reading() as session:
        return len(session.scalars(select(Message).filter_by(alert_id=alert_id)).all())


def held(runtime: Runtime) -> list[tuple[str, str, int, bool]]:
    with runtime.reading() as session:
        rows = session.scalars(select(HeldBack).order_by(HeldBack.id)).all()
        return [
            (row.kind, row.row_id, row.failures, row.until is not None) for row in rows
        ]


def test_F25_the_others_are_paged_in_the_same_cycle(
    runtime: Runtime, people: Cast, three: list[int], clock: Clock
) -> None:
    first, bad, last = open_alerts(runtime, people, three)
    poison(runtime, bad)
    before = [pages(runtime, each) for each in (first, bad, last)]
    clock.advance(minutes=15)
    assert climb(runtime, people) == 2
    after = [pages(runtime, each) for each in (first, bad, last)]
    assert [b - a for a, b in zip(before, after, strict=True)] == [2, 0, 2]
    assert held(runtime) == [("alert", str(bad), 1, False)]


def test_F25_after_three_failures_it_is_left_alone_and_then_tried_again(
    runtime: Runtime, people: Cast, three: list[int], clock: Clock
) -> None:
    (bad,) = open_alerts(runtime, people, three[:1])
    poison(runtime, bad)
    clock.advance(minutes=15)
    due = []
    for _ in range(5):
        climb(runtime, people)
        with runtime.reading() as session:
            due.append(ladder.anything_to_escalate(session, now=runtime.now()))
    assert due == [True, True, False, False, False]
    assert held(runtime) == [("alert", str(bad), 3, True)]
    clock.advance(minutes=5)
    climb(runtime, people)
    assert held(runtime) == [("alert", str(bad), 4, True)]


def test_F25_what_is_held_back_shows_in_health_and_calls_staff(
    runtime: Runtime, people: Cast, three: list[int], clock: Clock
) -> None:
    noise, bad = open_alerts(runtime, people, three[:2])
    poison(runtime, bad)
    clock.advance(minutes=15)
    for _ in range(4):
        climb(runtime, people)
    with runtime.writing() as session:
        parts = health.health(session, runtime.real_now(), now=runtime.now()).parts
        assert [part.well for part in parts if part.name == "work"] == [False]
        (task,) = session.scalars(select(Task)).all()
        assert (task.kind, task.participant_id, task.alert_id) == (
            "held_back",
            three[1],
            bad,
        )
        assert task.detail == {"kind": "alert", "row": str(bad), "error": "KeyError"}
        assert tasks.page_overdue(session, people.study_of, now=runtime.now()) == 1
        paged = session.scalars(select(Message).filter_by(purpose="task")).one()
        assert paged.staff_id == people.here["nurse"].id
    assert noise


def test_a_row_that_goes_well_again_starts_from_nothing(
    runtime: Runtime, people: Cast, three: list[int], clock: Clock
) -> None:
    (bad,) = open_alerts(runtime, people, three[:1])
    with runtime.reading() as session:
        plan = session.get_one(Alert, bad).plan
    poison(runtime, bad)
    clock.advance(minutes=15)
    for _ in range(3):
        climb(runtime, people)
    with runtime.writing() as session:
        session.get_one(Alert, bad).plan = plan
    clock.advance(minutes=5)
    assert climb(runtime, people) == 1
    assert held(runtime) == []
    with runtime.reading() as session:
        assert (
            health.health(session, runtime.real_now(), now=runtime.now()).parts[2].well
        )


def test_nothing_that_a_failing_row_wrote_is_kept_its_audit_included(
    runtime: Runtime, people: Cast, three: list[int]
) -> None:
    first, bad, last = open_alerts(runtime, people, three)

    def work(alert: Alert) -> None:
        alert.step = 7
        subject = ("alert", alert.id)
        audit.record(session, audit.ENGINE, "tried", subject, now=runtime.now())
        if alert.id == bad:
            session.add(Task(dedupe_key="a task without the rest of its columns"))
            session.flush()

    with runtime.writing() as session:
        rows = session.scalars(select(Alert).order_by(Alert.id)).all()
        assert one_by_one.each(session, "alert", rows, work, now=runtime.now()) == 2
    with runtime.reading() as session:
        steps = [(each.id, each.step) for each in session.scalars(select(Alert))]
        assert sorted(steps) == [(first, 7), (bad, 0), (last, 7)]
        tried = session.scalars(select(Audit.subject_id).filter_by(act="tried"))
        assert list(tried) == [str(first), str(last)]
        assert audit.first_fault(session) is None
    assert held(runtime) == [("alert", str(bad), 1, False)]


def test_a_fault_of_the_database_is_no_fault_of_the_row(
    runtime: Runtime, people: Cast, three: list[int]
) -> None:
    open_alerts(runtime, people, three)

    def work(_alert: Alert) -> None:
        raise OperationalError("SELECT 1", {}, Exception("the server went away"))

    with runtime.reading() as session:
        rows = session.scalars(select(Alert)).all()
        with pytest.raises(OperationalError):
            one_by_one.each(session, "alert", rows, work, now=runtime.now())
    assert held(runtime) == []


def test_a_diary_that_fails_keeps_no_other_from_being_judged(
    runtime: Runtime, people: Cast, three: list[int], clock: Clock
) -> None:
    with runtime.writing() as session:
        for number, participant in enumerate(three):
            session.add(draft(str(UUID(int=number)), participant, runtime))
    clock.advance(minutes=10)

    def study_of(version_id: int) -> Study:
        asked.append(version_id)
        if len(asked) == 2:
            raise KeyError("a study that cannot be read")
        return people.study

    asked: list[int] = []
    with runtime.writing() as session:
        assert unfinished.finish_left_drafts(session, study_of, now=clock()) == 2
    with runtime.reading() as session:
        left = session.scalars(select(Draft).filter_by(unsent=True)).all()
        assert [each.participant_id for each in left] == [three[1]]
        opened = session.scalars(select(Alert.participant_id)).all()
        assert sorted(opened) == [three[0], three[2]]
    assert held(runtime) == [("draft", str(UUID(int=1)), 1, False)]


def draft(key: str, participant_id: int, runtime: Runtime) -> Draft:
    return Draft(
        id=key,
        participant_id=participant_id,
        reporter="self",
        language="zh",
        answers={"reporter": "self", "emerg": ["seizure"]},
        asked_again=[],
        unsent=True,
        started_at=runtime.now(),
        updated_at=runtime.now(),
    )


def test_a_task_that_fails_keeps_no_other_from_the_nurse(
    runtime: Runtime, people: Cast, three: list[int], clock: Clock
) -> None:
    with runtime.writing() as session:
        for number in three:
            person = session.get_one(Participant, number)
            tasks.open_task(
                Case(session, people.study, person, runtime.now()),
                "review",
                key=f"t{number}",
                tier=Tier.SAME_DAY,
                owner_role="nurse",
            )
        other = StudyVersion(
            study_id="other",
            version="1",
            sha256="-",
            approved=False,
            source="",
            compiled={},
            loaded_at=runtime.now(),
        )
        session.add(other)
        session.flush()
        session.get_one(Participant, three[1]).study_version_id = other.id
    clock.advance(days=1)
    with runtime.writing() as session:

        def study_of(version_id: int) -> Study:
            return runtime.study(session, version_id)

        assert tasks.page_overdue(session, study_of, now=clock()) == 2
    with runtime.reading() as session:
        unpaged = session.scalars(select(Task).filter_by(overdue_paged_at=None)).all()
        assert [task.participant_id for task in unpaged] == [three[1]]
        assert len(session.scalars(select(Message)).all()) == 2


def test_old_failures_are_forgotten(
    runtime: Runtime, people: Cast, three: list[int], clock: Clock
) -> None:
    first, second = open_alerts(runtime, people, three[:2])
    fail(runtime, first)
    clock.advance(days=1, seconds=1)
    fail(runtime, second)
    assert held(runtime) == [("alert", str(second), 1, False)]


def fail(runtime: Runtime, alert_id: int) -> None:
    def work(_alert: Alert) -> None:
        raise ValueError("poison")

    with runtime.writing() as session:
        rows = [session.get_one(Alert, alert_id)]
        one_by_one.each(session, "alert", rows, work, now=runtime.now())


def test_a_participant_who_fails_keeps_no_other_from_being_reminded(
    runtime: Runtime, people: Cast, three: list[int]
) -> None:
    with runtime.writing() as session:
        bad = StudyVersion(
            study_id="odd",
            version="1",
            sha256="odd",
            approved=False,
            source="",
            compiled={},
            loaded_at=runtime.now(),
        )
        session.add(bad)
        session.flush()
        session.get_one(Participant, three[1]).study_version_id = bad.id

    def remind() -> int:
        with runtime.writing() as session:

            def study_of(version_id: int) -> Study:
                return runtime.study(session, version_id)

            return reminders.remind_due(session, study_of, now=runtime.now())

    assert [remind() for _ in range(3)] == [2, 0, 0]
    assert held(runtime) == [("participant", str(three[1]), 3, True)]
    with runtime.reading() as session:
        assert not reminders.anyone_due(session, now=runtime.now())
        due = session.scalars(
            select(Participant.id).where(Participant.remind_at.is_(None))
        )
        assert list(due) == [three[1]]
        (task,) = session.scalars(select(Task).filter_by(kind="held_back")).all()
        assert task.participant_id == three[1]
