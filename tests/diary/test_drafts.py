"""A diary screen by screen: what is dangerous leaves at once, what is left is sent."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.alerting.answers import answering
from portal.audit import Actor
from portal.db.tables.alerts import Alert, Task
from portal.db.tables.diary import EntryVersion
from portal.db.tables.outbox import Message
from portal.db.tables.people import Participant
from portal.diary import entries
from portal.diary.entries import Receipt, Submission
from portal.diary.submission import Writer
from portal.diary.writing import drafts, unfinished
from portal.errors import NotFound
from portal.people.case import Case
from portal.protocol.study.tiers import Tier
from portal.runtime import Runtime
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


class Diary:
    """One participant writing one diary."""

    def __init__(self, runtime: Runtime, people: Cast, code: str = "DS-007") -> None:
        self.runtime, self.people, self.id = runtime, people, str(uuid4())
        with runtime.writing() as session:
            self.person = enrolled(session, people, code)
            self.writer = Writer("self", "zh", Actor("participant", "1"))
            first = Submission(
                str(uuid4()),
                "red_flags",
                {"emerg": []},
                "self",
                "zh",
                self.writer.actor,
            )
            now = runtime.now()
            receipt = entries.submit(
                Case(session, people.study, self.person, now), first
            )
            drafts.begin(
                session,
                self.person,
                self.writer,
                entry_id=receipt.entry_id,
                draft_id=self.id,
                now=now,
            )

    def write(self, *, asking: tuple[str, ...] = (), **answers: Any) -> Receipt | None:
        with self.runtime.writing() as session:
            return drafts.save_screen(
                Case(
                    session,
                    self.people.study,
                    session.get_one(Participant, self.person.id),
                    self.runtime.now(),
                ),
                self.id,
                answers,
                self.writer,
                asking=asking,
            )

    def finish(self) -> Receipt:
        with self.runtime.writing() as session:
            return drafts.finish_draft(
                Case(
                    session,
                    self.people.study,
                    session.get_one(Participant, self.person.id),
                    self.runtime.now(),
                ),
                self.id,
                self.writer,
            )

    def kinds(self) -> list[str]:
        query = select(EntryVersion.kind).where(
            EntryVersion.participant_id == self.person.id
        )
        with self.runtime.reading() as session:
            ordered = query.order_by(EntryVersion.received_at)
            return list(session.scalars(ordered))


def swept(runtime: Runtime, people: Cast) -> int:
    with runtime.writing() as session:
        return unfinished.finish_left_drafts(
            session, people.study_of, now=runtime.now()
        )


def temperature(value: str) -> dict[str, str]:
    return {"value": value, "unit": "C"}


def test_calm_screens_wait_for_the_end(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    diary = Diary(runtime, people)
    clock.advance(seconds=20)
    assert diary.write(temp=temperature("36.6")) is None
    clock.advance(seconds=20)
    assert diary.write(confused="no") is None
    clock.advance(seconds=20)
    receipt = diary.finish()
    assert receipt.verdict.tier is Tier.ROUTINE
    assert diary.kinds() == ["red_flags", "complete"]


def test_an_answer_that_reaches_urgent_is_sent_with_its_screen(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    diary = Diary(runtime, people)
    clock.advance(seconds=20)
    receipt = diary.write(temp=temperature("38.0"))
    assert receipt is not None
    assert receipt.verdict.tier is Tier.URGENT
    assert diary.kinds() == ["red_flags", "partial"]
    with runtime.reading() as session:
        assert session.get_one(Alert, receipt.alert_id).state == "open"


def test_the_screens_after_an_urgent_one_do_not_page_who_already_has_it(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    diary = Diary(runtime, people)
    receipt = diary.write(temp=temperature("38.0"))
    assert receipt is not None
    assert receipt.alert_id is not None
    with runtime.writing() as session:
        nurse = people.here["nurse"]
        answering.acknowledge(
            session, receipt.alert_id, nurse, source="call", now=clock()
        )
    for answers in ({"chills": 0}, {"rash": 0}, {"mouth": 0}):
        clock.advance(seconds=10)
        diary.write(**answers)
    diary.finish()
    with runtime.reading() as session:
        alert = session.get_one(Alert, receipt.alert_id)
        assert (alert.state, alert.acked_by) == ("acked", nurse.id)
        assert len(session.scalars(select(Message)).all()) == 2


def test_the_same_screen_again_changes_nothing(runtime: Runtime, people: Cast) -> None:
    diary = Diary(runtime, people)
    diary.write(temp=temperature("38.0"))
    assert diary.write(temp=temperature("38.0")) is None
    assert diary.kinds() == ["red_flags", "partial"]


def test_a_diary_left_for_ten_minutes_is_sent_as_it_stands_once(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    diary = Diary(runtime, people)
    diary.write(rash=2)
    clock.advance(minutes=9, seconds=59)
    assert swept(runtime, people) == 0
    clock.advance(seconds=1)
    assert [swept(runtime, people) for _ in range(2)] == [1, 0]
    assert diary.kinds() == ["red_flags", "partial"]
    with runtime.reading() as session:
        assert session.scalars(select(Task)).one().detail == {"rules": ["T21"]}


def test_a_screen_nobody_wrote_on_is_not_sent(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    diary = Diary(runtime, people)
    clock.advance(hours=1)
    assert swept(runtime, people) == 0
    assert diary.kinds() == ["red_flags"]


def test_what_the_page_is_asking_about_once_more_waits_ten_minutes_at_most(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    diary = Diary(runtime, people)
    assert diary.write(asking=("temp",), temp=temperature("384")) is None
    clock.advance(minutes=10)
    swept(runtime, people)
    with runtime.reading() as session:
        alert = session.scalars(select(Alert)).one()
        assert alert.tier == "urgent"  # an unreadable temperature, at home


def test_a_left_diary_that_cannot_be_judged_becomes_a_task(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    diary = Diary(runtime, people)
    diary.write(chills="lots")
    clock.advance(minutes=10)
    swept(runtime, people)
    with runtime.reading() as session:
        task = session.scalars(select(Task)).one()
        assert (task.kind, task.owner_role) == ("unreadable_diary", "nurse")
        assert task.detail == {"field": "chills"}
        assert task.participant_id == diary.person.id


def test_an_answer_changed_after_the_end_is_a_correction_and_triaged(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    diary = Diary(runtime, people)
    diary.write(confused="no", temp=temperature("36.6"))
    clock.advance(seconds=5)
    diary.finish()
    clock.advance(minutes=1)
    receipt = diary.write(confused="yes")
    assert receipt is not None
    assert receipt.verdict.tier is Tier.URGENT
    assert diary.kinds() == ["red_flags", "complete", "correction"]
    again = diary.write(confused="yes")
    assert again is not None
    assert again.repeated
    assert len(diary.kinds()) == 3


def test_finishing_twice_gives_the_same_receipt(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    diary = Diary(runtime, people)
    diary.write(temp=temperature("36.6"))
    first = diary.finish()
    clock.advance(minutes=5)
    again = diary.finish()
    assert (again.repeated, again.received_at) == (True, first.received_at)
    assert diary.write(temp=temperature("36.6")) is not None
    assert diary.kinds().count("complete") == 1


def test_nobody_writes_in_anothers_diary(runtime: Runtime, people: Cast) -> None:
    mine, other = Diary(runtime, people), Diary(runtime, people, "DS-008")
    other.id = mine.id
    with pytest.raises(NotFound):
        other.write(temp=temperature("39.0"))
    with pytest.raises(NotFound):
        other.finish()


def test_the_newest_unfinished_diary_of_this_reporter_is_found(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    diary = Diary(runtime, people)
    Diary(runtime, people, "DS-008")
    since = clock()

    def found(reporter: str) -> str | None:
        with runtime.reading() as session:
            mine = session.get_one(Participant, diary.person.id)
            draft = drafts.unfinished(session, mine, reporter, since=since)
            return draft.id if draft else None

    assert found("self") == diary.id
    assert found("caregiver") is None
    diary.finish()
    assert found("self") is None
