"""Same-day and routine work: who owns it, when it is due, what becomes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.alerting.tasks import tasks
from portal.db.tables.alerts import Task
from portal.db.tables.audit import Audit
from portal.db.tables.outbox import Message
from portal.diary import reviews
from portal.diary.reviews import JudgedEntry
from portal.errors import InvalidInput, NotFound
from portal.people.case import Case
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.verdict import Verdict
from portal.runtime import Runtime
from tests.support.cast import Cast, cast, enrolled, finding
from tests.support.clock import START, Clock


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


def reviewed(
    runtime: Runtime, people: Cast, tier: Tier, *found: tuple[str, Tier]
) -> list[Task]:
    """The tasks that these findings of one entry leave, first opened first."""
    findings = tuple(finding(rule, at) for rule, at in found)
    said = Verdict(tier, None, findings, (), ())
    with runtime.writing() as session:
        participant = enrolled(session, people)
        case = Case(session, people.study, participant, runtime.now())
        reviews.open_tasks(case, left(case, said))
        return list(session.scalars(select(Task).order_by(Task.id)))


def left(case: Case, said: Verdict) -> JudgedEntry:
    """An entry without answers, of which this was said."""
    version: str = None  # type: ignore[assignment]  # there is no such row
    return JudgedEntry(1, version, case.today, "W1", {}, said)


def opened(runtime: Runtime, people: Cast, code: str, key: str) -> Task:
    house = people.there if code.startswith("NO") else people.here
    with runtime.writing() as session:
        participant = enrolled(session, people, code, house=house)
        tasks.open_task(
            Case(session, people.study, participant, runtime.now()),
            "review",
            key=key,
            tier=Tier.SAME_DAY,
            owner_role="nurse",
        )
        return session.scalars(select(Task).filter_by(dedupe_key=key)).one()


def overdue(runtime: Runtime, people: Cast) -> int:
    with runtime.writing() as session:
        return tasks.page_overdue(session, people.study_of, now=runtime.now())


def test_same_day_findings_of_one_entry_are_one_review_for_the_nurse(
    runtime: Runtime, people: Cast
) -> None:
    (task,) = reviewed(
        runtime, people, Tier.SAME_DAY, ("T11", Tier.SAME_DAY), ("T21", Tier.SAME_DAY)
    )
    assert (task.kind, task.owner_role, task.tier) == ("review", "nurse", "same_day")
    assert task.detail == {"rules": ["T11", "T21"]}


def test_a_same_day_task_received_by_day_is_due_in_four_hours(
    runtime: Runtime, people: Cast
) -> None:
    (task,) = reviewed(runtime, people, Tier.SAME_DAY, ("T21", Tier.SAME_DAY))
    assert task.due_at == START + timedelta(hours=4)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-12T10:59:00", "2026-03-12T13:00:00"),  # 18:59 there: at 21:00
        ("2026-03-12T12:00:00", "2026-03-13T01:00:00"),  # 20:00 there: next morning
        ("2026-03-12T20:00:00", "2026-03-13T01:00:00"),  # 04:00 there: this morning
    ],
)
def test_a_same_day_task_waits_for_the_morning_of_the_sites_own_day(
    runtime: Runtime, people: Cast, clock: Clock, received: str, due: str
) -> None:
    clock.set(datetime.fromisoformat(received).replace(tzinfo=UTC))
    (task,) = reviewed(runtime, people, Tier.SAME_DAY, ("T21", Tier.SAME_DAY))
    assert task.due_at == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_an_alert_carries_the_same_day_findings_and_no_second_task_is_made(
    runtime: Runtime, people: Cast
) -> None:
    found = reviewed(
        runtime, people, Tier.URGENT, ("T10", Tier.URGENT), ("T21", Tier.SAME_DAY)
    )
    assert found == []


def test_private_and_organisational_matters_are_tasks_beside_an_alert_too(
    runtime: Runtime, people: Cast
) -> None:
    found = reviewed(
        runtime,
        people,
        Tier.URGENT,
        ("T10", Tier.URGENT),
        ("T28", Tier.ROUTINE),
        ("T29", Tier.SAME_DAY),
        ("T30", Tier.SAME_DAY),
    )
    assert [(task.kind, task.owner_role) for task in found] == [
        ("data_quality", "coordinator"),
        ("away", "coordinator"),
        ("private", "investigator"),
        ("deviation", "investigator"),
    ]


def test_a_later_version_adds_its_rules_and_opens_a_finished_review_again(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    (task,) = reviewed(runtime, people, Tier.SAME_DAY, ("T21", Tier.SAME_DAY))
    with runtime.writing() as session:
        tasks.finish_task(session, task.id, people.here["nurse"], "Spoke.", now=clock())
    more = Verdict(Tier.SAME_DAY, None, (finding("T07", Tier.SAME_DAY),), (), ())
    with runtime.writing() as session:
        from portal.db.tables.people import Participant

        participant = session.get_one(Participant, task.participant_id)
        for _twice in range(2):
            case = Case(session, people.study, participant, clock())
            reviews.open_tasks(case, left(case, more))
    with runtime.reading() as session:
        again = session.scalars(select(Task)).one()
        assert (again.state, again.detail["rules"]) == ("open", ["T21", "T07"])


def test_finishing_keeps_who_when_and_what(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    task = opened(runtime, people, "DS-007", "E:1")
    other = opened(runtime, people, "NO-001", "E:2")
    nurse = people.here["nurse"]
    now = clock.advance(minutes=9)
    with runtime.writing() as session:
        tasks.finish_task(session, task.id, nurse, " Spoke with her. ", now=now)
    with runtime.reading() as session:
        done = session.get_one(Task, task.id)
        assert (done.state, done.done_by, done.done_at, done.outcome) == (
            "done",
            nurse.id,
            now,
            "Spoke with her.",
        )
        assert session.get_one(Task, other.id).state == "open"
        acts = select(Audit.actor_id).where(Audit.act == "task.done")
        assert session.scalars(acts).all() == [str(nurse.id)]


def test_a_second_finishing_overwrites_nothing(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    task = opened(runtime, people, "DS-007", "E:1")
    for duty, words in (("nurse", "First."), ("doctor", "Second.")):
        with runtime.writing() as session:
            tasks.finish_task(session, task.id, people.here[duty], words, now=clock())
    with runtime.reading() as session:
        done = session.get_one(Task, task.id)
        assert (done.outcome, done.done_by) == ("First.", people.here["nurse"].id)


def test_a_task_is_not_done_without_a_word(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    task = opened(runtime, people, "DS-007", "E:1")
    with pytest.raises(InvalidInput) as refused, runtime.writing() as session:
        tasks.finish_task(session, task.id, people.here["nurse"], " \n ", now=clock())
    assert refused.value.field == "outcome"


def test_nobody_finishes_another_sites_task(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    task = opened(runtime, people, "NO-001", "E:2")
    with pytest.raises(NotFound), runtime.writing() as session:
        tasks.finish_task(session, task.id, people.here["nurse"], "x", now=clock())


def test_an_overdue_same_day_task_pages_the_nurse_on_call_once(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    opened(runtime, people, "DS-007", "E:1")
    opened(runtime, people, "NO-001", "E:2")
    clock.advance(hours=3, minutes=59)
    assert overdue(runtime, people) == 0
    clock.advance(minutes=1)
    assert [overdue(runtime, people) for _ in range(3)] == [2, 0, 0]
    with runtime.reading() as session:
        pages = session.scalars(select(Message).order_by(Message.id)).all()
        assert [(page.staff_id, page.variables) for page in pages] == [
            (people.here["nurse"].id, {"code": "DS-007"}),
            (people.there["nurse"].id, {"code": "NO-001"}),
        ]


def test_a_task_done_in_time_pages_nobody(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    task = opened(runtime, people, "DS-007", "E:1")
    with runtime.writing() as session:
        tasks.finish_task(session, task.id, people.here["nurse"], "Done.", now=clock())
    clock.advance(days=1)
    assert overdue(runtime, people) == 0
