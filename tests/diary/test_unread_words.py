"""Words that nothing raised: one task a person and day, whatever door they come by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from portal.alerting.tasks import tasks, unread_pages, unread_receipts
from portal.audit import Actor
from portal.db.migrate import downgrade, upgrade
from portal.db.tables.alerts import Alert, Task
from portal.db.tables.audit import Audit
from portal.db.tables.diary import EntryVersion
from portal.db.tables.outbox import Message
from portal.db.tables.people import Participant
from portal.delivery.inbound import receive
from portal.diary import correction_requests, corrections, entries, unread_words
from portal.diary.corrections import Correction
from portal.diary.entries import Receipt, Submission
from portal.diary.submission import CHANGED_AFTERWARDS, Writer
from portal.diary.writing import drafts, unfinished
from portal.people.case import Case
from portal.protocol.calendar.whereabouts import Place
from portal.records.staff.tasks import words_of_task
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.cast import cast, enrolled, hold_number
from tests.support.clock import START, Clock

CALM: dict[str, Any] = {"emerg": [], "temp": {"value": "36.6", "unit": "C"}}
DARK = "什么都不想说了，随便吧"
MINE = "+8613800138007"
OTHER = "+8613800138008"


def local(clock: str, day: int = 12) -> datetime:
    hours, minutes = map(int, clock.split(":"))
    midnight = datetime(2026, 3, day, tzinfo=UTC)
    return midnight + timedelta(hours=hours - 8, minutes=minutes)


class Room:
    """A participant in W1, one more here, one next door, and what they write."""

    def __init__(self, runtime: Runtime, clock: Clock) -> None:
        self.runtime, self.clock, self.people = runtime, clock, cast(runtime)
        house = self.people.there
        self.there = self.enrol("NO-001", number="13800138900", house=house)
        self.other = self.enrol("DS-008", number=OTHER)
        self.id = self.enrol("DS-007", number=MINE)
        self.self = Actor("participant", str(self.id))

    def enrol(self, code: str, **more: Any) -> int:
        with self.runtime.writing() as session:
            person = enrolled(session, self.people, code, **more)
            hold_number(session, participant_id=person.id)
            return person.id

    def report(
        self,
        answers: dict[str, Any],
        kind: str = "complete",
        who: int | None = None,
        **more: Any,
    ) -> Receipt:
        fields = {"version_id": str(uuid4()), "language": "zh", "reporter": "self"}
        actor = Actor("participant", str(who or self.id))
        handed = Submission(
            kind=kind, answers=answers, actor=actor, **{**fields, **more}
        )
        with self.runtime.writing() as session:
            person = session.get_one(Participant, who or self.id)
            study, now = self.people.study, self.runtime.now()
            return entries.submit(Case(session, study, person, now), handed)

    def write(self, body: str, number: str = MINE) -> None:
        with self.runtime.writing() as session:
            receive.receive(
                session,
                self.people.study_of,
                provider="fake",
                event_key=str(uuid4()),
                sender=number,
                body=body,
                now=self.runtime.now(),
            )

    def correction(
        self, entry_id: int, actor: Actor, reason: str, celsius: str
    ) -> Correction:
        changed = {"temp": {"value": celsius, "unit": "C"}}
        return Correction(entry_id, str(uuid4()), changed, reason, actor, "zh")

    def correct(self, entry_id: int, reason: str) -> Receipt:
        with self.runtime.writing() as session:
            person = session.get_one(Participant, self.id)
            case = Case(session, self.people.study, person, self.runtime.now())
            correction = self.correction(entry_id, self.self, reason, "36.7")
            return corrections.correct(case, correction)

    def ask(self, entry_id: int, actor: Actor, reason: str) -> None:
        with self.runtime.writing() as session:
            person = session.get_one(Participant, self.id)
            case = Case(session, self.people.study, person, self.runtime.now())
            correction = self.correction(entry_id, actor, reason, "36.9")
            correction_requests.ask(case, correction)

    def tasks(self, who: int | None = None, kind: str = "words_to_read") -> list[Task]:
        query = select(Task).filter_by(participant_id=who or self.id, kind=kind)
        with self.runtime.reading() as session:
            return list(session.scalars(query.order_by(Task.id)))

    def words(self, task: Task) -> list[tuple[str, str, datetime]]:
        with self.runtime.reading() as session:
            found = words_of_task(session, self.people.study, task)
        return [(one.where, one.body, one.at) for one in found]

    def finish(self, task: Task, *, heard_from: bool = False) -> None:
        with self.runtime.writing() as session:
            nurse = self.people.here["nurse"]
            unread_words.finish_reading(
                session,
                task.id,
                nurse,
                "Phoned.",
                heard_from=heard_from,
                now=self.clock(),
            )

    def page(self) -> int:
        with self.runtime.reading() as session:
            due = unread_pages.anything_overdue(session, now=self.clock())
        with self.runtime.writing() as session:
            study_of, now = self.people.study_of, self.clock()
            assert tasks.page_overdue(session, study_of, now=now) == 0
            found = unread_pages.page_overdue(session, study_of, now=now)
        assert due == bool(found)
        return found

    def pages(self) -> list[Message]:
        query = select(Message).filter_by(template="words_overdue")
        with self.runtime.reading() as session:
            return list(session.scalars(query.order_by(Message.id)))

    def reading(self, receipt: Receipt) -> unread_receipts.Reading | None:
        with self.runtime.reading() as session:
            person = session.get_one(Participant, self.id)
            case = Case(session, self.people.study, person, self.clock())
            return unread_receipts.of_entry(case, receipt.entry_id)


@pytest.fixture
def room(runtime: Runtime, clock: Clock) -> Room:
    return Room(runtime, clock)


@pytest.mark.parametrize(
    "note", [DARK, "nothing is the way it was", "屋里的灯一直在眨"]
)
def test_a_calm_looking_note_is_read_by_a_nurse_within_two_hours(
    room: Room, note: str
) -> None:
    receipt = room.report({**CALM, "note": note})
    assert receipt.verdict.tier == "routine"
    (task,) = room.tasks()
    assert (task.tier, task.owner_role, task.state) == ("same_day", "nurse", "open")
    assert task.due_at == START + timedelta(hours=2)
    assert room.words(task) == [("note", note, START)]
    assert room.tasks(room.other) == room.tasks(room.there) == []
    assert note not in str(task.detail)


@pytest.mark.parametrize(
    "note", ["谢谢", "好的，谢谢", "无", "36.6", "STOP", " ", "昨晚抽搐了"]
)
def test_a_courtesy_a_command_a_calm_reading_and_what_was_raised_open_nothing(
    room: Room, note: str
) -> None:
    room.report({**CALM, "note": note})
    assert room.tasks() == []


def test_a_diary_without_a_note_opens_nothing(room: Room) -> None:
    room.report(CALM)
    assert room.tasks() == []


def test_a_feverish_reading_alone_in_a_note_is_read(room: Room) -> None:
    room.report({**CALM, "note": "39.2"})
    assert len(room.tasks()) == 1


def test_every_door_joins_the_one_task_of_the_day_with_all_the_words(
    room: Room, runtime: Runtime, clock: Clock
) -> None:
    mine = room.report({**CALM, "note": DARK})
    clock.advance(minutes=10)
    room.write("还是睡不着")
    clock.advance(minutes=10)
    room.correct(mine.entry_id, "昨天写错了，其实很难受")
    helper = arrivals.caregiver(runtime, room.people, room.id)
    clock.advance(minutes=10)
    room.ask(mine.entry_id, Actor("caregiver", str(helper.id)), "他没有说实话")
    (task,) = room.tasks()
    assert task.due_at == START + timedelta(hours=2)
    assert room.words(task) == [
        ("note", DARK, START),
        ("text", "还是睡不着", START + timedelta(minutes=10)),
        ("reason", "昨天写错了，其实很难受", START + timedelta(minutes=20)),
        ("reason", "他没有说实话", START + timedelta(minutes=30)),
    ]


def test_the_portals_own_reason_and_a_colleagues_are_no_words_to_read(
    room: Room,
) -> None:
    mine = room.report(CALM)
    room.correct(mine.entry_id, CHANGED_AFTERWARDS)
    nurse = Actor("staff", str(room.people.here["nurse"].id))
    room.ask(mine.entry_id, nurse, "She said so on the telephone.")
    room.report({"note": DARK}, source="phone", staff_id=room.people.here["nurse"].id)
    assert room.tasks() == []


def test_the_same_note_in_later_versions_is_read_once(room: Room) -> None:
    first = room.report({"note": DARK}, "partial")
    (task,) = room.tasks()
    room.finish(task)
    room.report({**CALM, "note": DARK}, entry_id=first.entry_id)
    assert [one.state for one in room.tasks()] == ["done"]
    more = {**CALM, "note": f"{DARK}。真的"}
    room.report(more, "correction", entry_id=first.entry_id)
    assert [one.state for one in room.tasks()] == ["done", "open"]


def test_a_note_that_is_sent_again_opens_nothing_again(room: Room) -> None:
    version = str(uuid4())
    for _ in range(3):
        room.report({**CALM, "note": DARK}, version_id=version)
    (task,) = room.tasks()
    assert len(room.words(task)) == 1


def test_another_note_under_the_same_uuid_is_read_too(room: Room) -> None:
    version = str(uuid4())
    room.report({**CALM, "note": "谢谢"}, version_id=version)
    room.report({**CALM, "note": DARK}, version_id=version)
    (task,) = room.tasks()
    assert [body for _, body, _ in room.words(task)] == [DARK]


def test_what_comes_after_the_task_was_done_opens_another_the_same_day(
    room: Room, clock: Clock
) -> None:
    room.write("还是睡不着")
    room.finish(room.tasks()[0])
    clock.advance(minutes=5)
    room.write("又想起一件事")
    first, second = room.tasks()
    assert (first.state, second.state) == ("done", "open")
    assert [body for _, body, _ in room.words(second)] == ["又想起一件事"]


def test_the_next_day_has_its_own_task_while_the_first_is_open(
    room: Room, clock: Clock
) -> None:
    clock.set(local("23:50"))
    room.write("还是睡不着")
    clock.set(local("00:10", 13))
    room.write("天还没亮")
    due = [task.due_at for task in room.tasks()]
    assert due == [local("10:00", 13), local("10:00", 13)]


def test_joined_words_keep_the_earliest_hour(room: Room, clock: Clock) -> None:
    room.write("还是睡不着")
    clock.advance(hours=1)
    receipt = room.report({**CALM, "note": DARK})
    (task,) = room.tasks()
    assert task.due_at == START + timedelta(hours=2)
    reading = room.reading(receipt)
    assert reading
    assert reading.by == task.due_at


def test_a_review_that_carries_the_note_is_enough_until_it_is_done(
    room: Room,
) -> None:
    receipt = room.report({**CALM, "note": "今天有点咳嗽"})
    assert (room.tasks(), len(room.tasks(kind="review"))) == ([], 1)
    with room.runtime.writing() as session:
        review = room.tasks(kind="review")[0].id
        nurse = room.people.here["nurse"]
        tasks.finish_task(session, review, nurse, "Spoke.", now=START)
    said = {"note": "今天有点咳嗽，随便吧"}
    room.report(said, "correction", entry_id=receipt.entry_id)
    assert len(room.tasks()) == 1


def test_words_beside_a_review_of_something_else_are_read(room: Room) -> None:
    warm = {"emerg": [], "temp": {"value": "37.7", "unit": "C"}, "note": DARK}
    assert room.report(warm).verdict.tier == "same_day"
    assert len(room.tasks()) == 1


def test_words_that_raised_an_alert_are_the_alerts_and_others_beside_one_are_read(
    room: Room,
) -> None:
    fever = {"emerg": [], "temp": {"value": "38.6", "unit": "C"}}
    room.report({**fever, "note": "昨晚抽搐了"})
    assert room.tasks() == []
    room.report({**fever, "note": DARK})
    assert len(room.tasks()) == 1
    with room.runtime.reading() as session:
        assert len(session.scalars(select(Alert)).all()) == 1


def test_a_diary_left_unfinished_is_read_and_finished_later_not_again(
    room: Room, clock: Clock
) -> None:
    first = room.report({"emerg": []}, "red_flags")
    writer, draft_id = Writer("self", "zh", room.self), str(uuid4())
    with room.runtime.writing() as session:
        person = session.get_one(Participant, room.id)
        begun = {"entry_id": first.entry_id, "draft_id": draft_id, "now": clock()}
        drafts.begin(session, person, writer, **begun)
        case = Case(session, room.people.study, person, clock())
        drafts.save_screen(case, draft_id, {"note": DARK}, writer)
    clock.advance(minutes=11)
    with room.runtime.writing() as session:
        study_of = room.people.study_of
        assert unfinished.finish_left_drafts(session, study_of, now=clock()) == 1
    (task,) = room.tasks()
    assert [body for _, body, _ in room.words(task)] == [DARK]
    with room.runtime.writing() as session:
        person = session.get_one(Participant, room.id)
        drafts.finish_draft(
            Case(session, room.people.study, person, clock()), draft_id, writer
        )
    (task,) = room.tasks()
    assert len(room.words(task)) == 1


def test_the_note_of_a_diary_that_cannot_be_judged_is_read(
    room: Room, clock: Clock
) -> None:
    first = room.report({"emerg": []}, "red_flags")
    writer, draft_id = Writer("self", "zh", room.self), str(uuid4())
    with room.runtime.writing() as session:
        person = session.get_one(Participant, room.id)
        begun = {"entry_id": first.entry_id, "draft_id": draft_id, "now": clock()}
        drafts.begin(session, person, writer, **begun)
        case = Case(session, room.people.study, person, clock())
        answers = {"note": DARK, "chills": "often"}
        drafts.save_screen(case, draft_id, answers, writer)
    clock.advance(minutes=11)
    with room.runtime.writing() as session:
        unfinished.finish_left_drafts(session, room.people.study_of, now=clock())
    assert len(room.tasks(kind="unreadable_diary")) == 1
    (task,) = room.tasks()
    assert [body for _, body, _ in room.words(task)] == [DARK]


def later(room: Room, code: str = "DS-040") -> int:
    """Somebody in W2."""
    return room.enrol(
        code,
        d0=START.date() - timedelta(days=40),
        home_since=START.date() - timedelta(days=31),
        number="13800138040",
    )


def test_after_the_first_weeks_it_is_due_by_five_the_next_working_day_and_pages_nobody(
    room: Room, clock: Clock
) -> None:
    who = later(room)
    room.report({**CALM, "note": DARK}, who=who)
    (task,) = room.tasks(who)
    assert (task.tier, task.due_at) == ("routine", local("17:00", 13))
    clock.set(local("19:00", 13))
    assert room.page() == 0
    assert room.pages() == []
    assert room.tasks(who)[0].state == "open"


def test_on_the_ward_it_is_due_within_two_hours_too(room: Room) -> None:
    d0 = START.date() - timedelta(days=3)
    who = room.enrol("DS-003", d0=d0, home_since=None, number="13800138003")
    room.report({"emerg": [], "note": DARK}, who=who)
    assert [task.due_at for task in room.tasks(who)] == [START + timedelta(hours=2)]


def test_overdue_words_page_the_nurse_once_for_all_people_together(
    room: Room, clock: Clock
) -> None:
    room.report({**CALM, "note": DARK})
    clock.advance(minutes=20)
    room.report({**CALM, "note": "屋里的灯一直在眨"}, who=room.other)
    clock.set(local("10:59"))
    assert room.page() == 0
    for minute in range(0, 180, 5):
        clock.set(local("11:00") + timedelta(minutes=minute))
        room.page()
    (page,) = room.pages()
    assert (page.staff_id, page.variables) == (
        room.people.here["nurse"].id,
        {"code": "DS-007 and 1 more"},
    )
    assert page.created_at == local("11:00")


def test_each_site_has_its_own_page(room: Room, clock: Clock) -> None:
    room.report({**CALM, "note": DARK})
    room.report({**CALM, "note": DARK}, who=room.there)
    clock.set(local("11:00"))
    assert room.page() == 2
    paged = {page.staff_id: page.variables["code"] for page in room.pages()}
    assert paged == {
        room.people.here["nurse"].id: "DS-007",
        room.people.there["nurse"].id: "NO-001",
    }


def test_words_that_come_after_the_page_page_again_when_their_hour_is_over(
    room: Room, clock: Clock
) -> None:
    room.report({**CALM, "note": DARK})
    clock.set(local("11:00"))
    assert room.page() == 1
    clock.set(local("11:30"))
    receipt = room.report({**CALM, "note": "屋里的灯一直在眨"})
    reading = room.reading(receipt)
    assert reading
    assert reading.by == local("13:30")
    assert room.page() == 0
    clock.set(local("13:30"))
    assert room.page() == 1
    assert len(room.tasks()) == 1


def test_nobody_is_paged_at_night(room: Room, clock: Clock) -> None:
    clock.set(local("17:30"))
    room.report({**CALM, "note": DARK})
    for clock_time, day in (("20:00", 12), ("23:00", 12), ("07:59", 13)):
        clock.set(local(clock_time, day))
        assert room.page() == 0
    clock.set(local("08:00", 13))
    assert room.page() == 1


def test_words_read_in_time_page_nobody(room: Room, clock: Clock) -> None:
    room.report({**CALM, "note": DARK})
    room.finish(room.tasks()[0])
    clock.set(local("11:30"))
    assert room.page() == 0


def test_with_no_nurse_on_call_the_sites_own_number_is_paged(
    room: Room, clock: Clock
) -> None:
    with room.runtime.writing() as session:
        for staff in room.people.here.staff.values():
            session.merge(staff).active = False
    room.report({**CALM, "note": DARK})
    clock.set(local("11:00"))
    assert room.page() == 1
    (page,) = room.pages()
    assert (page.staff_id, page.language) == (None, "zh")


def test_a_receipt_tells_the_hour_then_that_nobody_read_it_then_that_somebody_did(
    room: Room, clock: Clock
) -> None:
    receipt = room.report({**CALM, "note": DARK})
    other = room.report(CALM, who=room.other)
    due = START + timedelta(hours=2)
    assert room.reading(receipt) == unread_receipts.Reading(Place.HOME, by=due)
    assert room.reading(other) is None
    clock.set(local("11:30"))
    assert room.reading(receipt) == unread_receipts.Reading(Place.HOME)
    room.finish(room.tasks()[0])
    done = unread_receipts.Reading(Place.HOME, read_at=local("11:30"))
    assert room.reading(receipt) == done


def test_heard_from_is_kept_once_with_who_said_it(room: Room) -> None:
    room.report({**CALM, "note": DARK})
    (task,) = room.tasks()
    room.finish(task, heard_from=True)
    room.finish(task, heard_from=True)
    assert room.tasks()[0].detail["heard_on"] == "2026-03-12"
    with room.runtime.reading() as session:
        acts = select(Audit).filter_by(act="participant.heard_from")
        (act,) = session.scalars(acts).all()
    nurse = room.people.here["nurse"]
    assert (act.actor_id, act.subject_id) == (str(nurse.id), str(room.id))


def test_a_task_about_something_else_is_never_heard_from(room: Room) -> None:
    room.report({"emerg": [], "temp": {"value": "37.7", "unit": "C"}})
    (review,) = room.tasks(kind="review")
    room.finish(review, heard_from=True)
    assert "heard_on" not in room.tasks(kind="review")[0].detail


def test_a_version_keeps_its_words_where_they_were(room: Room) -> None:
    room.report({**CALM, "note": DARK})
    (task,) = room.tasks()
    with room.runtime.reading() as session:
        version = session.get_one(EntryVersion, task.entry_version_id)
    assert version.answers["note"] == DARK


def test_a_task_about_a_text_from_before_is_one_about_words_and_is_joined(
    room: Room, database_url: str
) -> None:
    room.write("还是睡不着")
    downgrade(database_url, "0015")
    of_that_time = text("SELECT count(*) FROM task WHERE kind = 'text_to_read'")
    with room.runtime.reading() as session:
        assert (room.tasks(), session.scalar(of_that_time)) == ([], 1)
    upgrade(database_url)
    room.report({**CALM, "note": DARK})
    (task,) = room.tasks()
    assert [body for _, body, _ in room.words(task)] == ["还是睡不着", DARK]
