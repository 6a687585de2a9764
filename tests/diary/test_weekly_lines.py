"""Reviews open on change: what stays joins one line a person, looked at once a week."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.alerting.tasks import tasks
from portal.audit import Actor
from portal.db.tables.alerts import Task
from portal.db.tables.diary import EntryVersion
from portal.db.tables.people import Participant
from portal.diary import entries
from portal.diary.entries import Receipt, Submission
from portal.people.case import Case
from portal.records.staff.tasks import task_lines
from portal.runtime import Runtime
from tests.support.cast import cast, enrolled
from tests.support.clock import Clock

CALM: dict[str, Any] = {"emerg": [], "temp": {"value": "36.6", "unit": "C"}, "joint": 0}
SORE: dict[str, Any] = {**CALM, "joint": 2}


class Room:
    """A participant in W1, another beside, and a nurse."""

    def __init__(self, runtime: Runtime, clock: Clock) -> None:
        self.runtime, self.clock, self.people = runtime, clock, cast(runtime)
        with runtime.writing() as session:
            self.id = enrolled(session, self.people).id
            number = "13800138008"
            self.other = enrolled(session, self.people, "DS-008", number=number).id

    def report(
        self, answers: dict[str, Any], who: int | None = None, **more: Any
    ) -> Receipt:
        person = who or self.id
        handed = Submission(
            kind="complete",
            answers=answers,
            actor=Actor("participant", str(person)),
            **{
                "version_id": str(uuid4()),
                "language": "zh",
                "reporter": "self",
                **more,
            },
        )
        with self.runtime.writing() as session:
            participant = session.get_one(Participant, person)
            study, now = self.people.study, self.runtime.now()
            return entries.submit(Case(session, study, participant, now), handed)

    def days_later(self, days: int = 1) -> None:
        self.clock.advance(days=days)

    def tasks(self, kind: str, who: int | None = None) -> list[Task]:
        with self.runtime.reading() as session:
            query = select(Task).filter_by(kind=kind, participant_id=who or self.id)
            return list(session.scalars(query.order_by(Task.id)))

    def finish(self, task: Task) -> None:
        nurse = self.people.here["nurse"]
        with self.runtime.writing() as session:
            tasks.finish_task(session, task.id, nurse, "Spoke.", now=self.clock())


@pytest.fixture
def room(runtime: Runtime, clock: Clock) -> Room:
    return Room(runtime, clock)


def test_a_new_sign_opens_a_review_and_the_same_again_one_line(room: Room) -> None:
    room.report(CALM)
    room.days_later()
    room.report(SORE)
    assert len(room.tasks("review")) == 1
    assert room.tasks("same_again") == []
    for _ in range(3):
        room.days_later()
        assert room.report(SORE).verdict.tier.value == "same_day"
    assert len(room.tasks("review")) == 1
    (line,) = room.tasks("same_again")
    assert line.detail["rules"] == ["T21"]
    assert line.detail["days"] == ["2026-03-14", "2026-03-15", "2026-03-16"]
    assert (line.tier, line.owner_role) == ("same_day", "nurse")


def test_what_gets_worse_opens_a_review_again(room: Room) -> None:
    room.report(SORE)
    room.days_later()
    room.report({**SORE, "joint": 3})
    assert len(room.tasks("review")) == 2
    assert room.tasks("same_again") == []


def test_what_is_new_takes_what_stays_into_its_review(room: Room) -> None:
    room.report(SORE)
    room.days_later()
    room.report({**SORE, "headache": 1})
    assert room.tasks("review")[1].detail["rules"] == ["T07", "T21"]
    assert room.tasks("same_again") == []


def test_a_wish_for_a_call_opens_a_review_each_time(room: Room) -> None:
    for _ in range(3):
        room.report({**SORE, "callme": "yes"})
        room.days_later()
    assert len(room.tasks("review")) == 3


def test_the_line_is_due_a_week_after_somebody_last_looked(room: Room) -> None:
    room.report(SORE)
    (review,) = room.tasks("review")
    room.days_later()
    room.finish(review)
    looked = room.clock()
    room.report(SORE)
    (line,) = room.tasks("same_again")
    assert (line.due_at.date() - looked.date()).days == 7
    with room.runtime.reading() as session:
        shown = task_lines(session, room.people.study_of, room.people.here.site.id)
    assert [rule.rule for rule in shown[-1].said] == ["T21"]


def test_after_it_is_done_the_next_line_is_due_a_week_later(room: Room) -> None:
    room.report(SORE)
    room.days_later()
    room.report(SORE)
    (line,) = room.tasks("same_again")
    room.days_later(6)
    room.finish(line)
    room.report(SORE)
    done, following = room.tasks("same_again")
    assert done.state == "done"
    assert (following.due_at - room.clock()).days in (7, 8)


def test_a_line_that_nobody_looked_at_for_a_week_pages_like_any_same_day_work(
    room: Room,
) -> None:
    room.report(SORE)
    room.days_later()
    room.report(SORE)
    room.finish(room.tasks("review")[0])
    study_of = room.people.study_of
    with room.runtime.writing() as session:
        assert tasks.page_overdue(session, study_of, now=room.clock()) == 0
    room.days_later(9)
    with room.runtime.writing() as session:
        assert tasks.page_overdue(session, study_of, now=room.clock()) == 1


def test_each_person_has_a_line_of_their_own(room: Room) -> None:
    for who in (room.id, room.other):
        room.report(SORE, who)
    room.days_later()
    for who in (room.id, room.other):
        room.report(SORE, who)
    assert len(room.tasks("same_again")) == 1
    assert len(room.tasks("same_again", room.other)) == 1


def test_a_repeated_sending_and_a_later_version_join_once(room: Room) -> None:
    room.report(SORE)
    room.days_later()
    first = room.report(SORE, version_id="00000000-0000-4000-8000-000000000001")
    room.report(SORE, version_id="00000000-0000-4000-8000-000000000001")
    room.report({**SORE, "rash": 0}, entry_id=first.entry_id)
    (line,) = room.tasks("same_again")
    assert line.detail["days"] == ["2026-03-13"]


def test_what_was_said_in_the_phase_before_is_news_in_this_one(room: Room) -> None:
    room.days_later(16)  # day 27 after the infusion
    room.report(SORE)
    room.days_later()
    room.report(SORE)
    assert len(room.tasks("review")) == 1
    room.days_later()
    room.report(SORE)
    with room.runtime.reading() as session:
        versions = session.scalars(select(EntryVersion).order_by(EntryVersion.id))
        phases = {version.received_at: version.phase for version in versions}
    assert [phases[at] for at in sorted(phases)] == ["W1", "W1", "W2"]
    assert len(room.tasks("review")) == 2


def test_another_content_under_the_same_id_that_is_worse_opens_a_review(
    room: Room,
) -> None:
    room.report(SORE)
    room.days_later()
    same = "00000000-0000-4000-8000-000000000002"
    room.report(SORE, version_id=same)
    room.report({**SORE, "rash": 2}, version_id=same)
    assert len(room.tasks("review")) == 2
