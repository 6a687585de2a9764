"""Several people's words, read at one sitting: ticked one by one, and none overlooked."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.audit import Actor
from portal.db.tables.alerts import Task
from portal.db.tables.people import Participant
from portal.diary import entries, reading_together
from portal.diary.entries import Submission
from portal.diary.reading_together import NOTHING_TO_DO, ReadTick, mark_of
from portal.errors import InvalidInput, NotFound
from portal.people.case import Case
from portal.records.staff.work.unread_page import unread_people
from portal.runtime import Runtime
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock

CALM: dict[str, Any] = {"emerg": [], "temp": {"value": "36.6", "unit": "C"}}
DARK = "什么都不想说了，随便吧"


class Desk:
    """Two people here and one next door, each of whom wrote something."""

    def __init__(self, runtime: Runtime, clock: Clock) -> None:
        self.runtime, self.clock, self.people = runtime, clock, cast(runtime)
        self.one = self.enrol("DS-007", "13800138007")
        self.other = self.enrol("DS-008", "13800138008")
        there = self.people.there
        self.far = self.enrol("NO-001", "+4915112345678", house=there)
        for who in (self.one, self.other, self.far):
            self.write(who)

    def enrol(self, code: str, number: str, **more: Any) -> int:
        with self.runtime.writing() as session:
            return enrolled(session, self.people, code, number=number, **more).id

    def write(self, who: int, note: str = DARK) -> None:
        actor = Actor("participant", str(who))
        answers = {**CALM, "note": note}
        said = Submission(str(uuid4()), "complete", answers, "self", "zh", actor)
        with self.runtime.writing() as session:
            person = session.get_one(Participant, who)
            case = Case(session, self.people.study, person, self.runtime.now())
            entries.submit(case, said)

    def task(self, who: int) -> Task:
        with self.runtime.reading() as session:
            query = select(Task).filter_by(participant_id=who, kind="words_to_read")
            return session.scalars(query.order_by(Task.id.desc())).first()

    def tick(self, who: int, **more: Any) -> ReadTick:
        task = self.task(who)
        return ReadTick(task.id, more.pop("seen", mark_of(task)), **more)

    def read(self, *ticks: ReadTick) -> tuple[int, ...]:
        nurse = self.people.here["nurse"]
        with self.runtime.writing() as session:
            return reading_together.read_together(
                session, nurse, ticks, now=self.clock()
            )


@pytest.fixture
def desk(runtime: Runtime, clock: Clock) -> Desk:
    return Desk(runtime, clock)


def test_the_page_has_everybody_of_the_site_with_their_words(desk: Desk) -> None:
    people: Cast = desk.people
    with desk.runtime.reading() as session:
        here = people.here.site.id
        found = unread_people(session, people.study_of, here, now=desk.clock())
    assert [one.line.participant for one in found] == ["DS-007", "DS-008"]
    assert [[said.body for said in one.written] for one in found] == [[DARK]] * 2


def test_who_is_ticked_is_read_and_who_is_not_waits(desk: Desk) -> None:
    assert desk.read(desk.tick(desk.one)) == ()
    done = desk.task(desk.one)
    assert (done.state, done.outcome) == ("done", NOTHING_TO_DO)
    assert done.done_by == desk.people.here["nurse"].id
    assert desk.task(desk.other).state == "open"


def test_several_are_ticked_at_once_and_a_repeat_changes_nothing(desk: Desk) -> None:
    ticks = desk.tick(desk.other), desk.tick(desk.one)
    assert desk.read(*ticks) == ()
    first = desk.task(desk.one).done_at
    desk.clock.advance(minutes=5)
    assert desk.read(*ticks) == ()
    assert desk.task(desk.one).done_at == first
    assert desk.task(desk.other).state == "done"


def test_words_that_came_after_the_page_was_opened_keep_the_task_open(
    desk: Desk,
) -> None:
    seen = desk.tick(desk.one)
    desk.write(desk.one, "还有一件事想说")
    other = desk.tick(desk.other)
    assert desk.read(seen, other) == (seen.task_id,)
    assert desk.task(desk.one).state == "open"
    assert desk.task(desk.other).state == "done"
    assert desk.read(desk.tick(desk.one)) == ()


def test_who_was_heard_from_is_noted_for_the_day(desk: Desk) -> None:
    desk.read(desk.tick(desk.one, heard_from=True), desk.tick(desk.other))
    assert desk.task(desk.one).detail["heard_on"] == "2026-03-12"
    assert "heard_on" not in desk.task(desk.other).detail


def test_nobody_ticked_is_said_and_another_sites_task_does_not_exist(
    desk: Desk,
) -> None:
    with pytest.raises(InvalidInput):
        desk.read()
    with pytest.raises(NotFound):
        desk.read(desk.tick(desk.one), desk.tick(desk.far))
    assert desk.task(desk.far).state == "open"
    assert desk.task(desk.one).state == "open", "all of it or nothing"


def test_a_task_of_another_kind_is_not_ended_by_a_tick(desk: Desk) -> None:
    with desk.runtime.writing() as session:
        session.get_one(Task, desk.task(desk.one).id).kind = "text_unsure"
    with desk.runtime.reading() as session:
        task = session.scalars(select(Task).filter_by(kind="text_unsure")).one()
    with pytest.raises(NotFound):
        desk.read(ReadTick(task.id, mark_of(task)))
