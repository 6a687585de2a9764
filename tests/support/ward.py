"""A participant at home in W1, the engine's work for them, and what was queued."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit import Actor
from portal.db.tables.alerts import Task
from portal.db.tables.diary import Visit, VisitChange
from portal.db.tables.outbox import Message
from portal.db.tables.people import Participant
from portal.diary import entries
from portal.diary.entries import Submission
from portal.people.case import Case
from portal.runtime import Runtime
from portal.visits.reminders import remind
from tests.support import copies
from tests.support.cast import Cast, cast, enrolled, likeness
from tests.support.clock import Clock

CALM = {
    "emerg": [],
    "temp": {"value": "36.6", "unit": "C"},
    "antipyr": "no",
    "chills": 0,
}
WARM = {**CALM, "temp": {"value": "37.6", "unit": "C"}}
TODAY = date(2026, 3, 12)  # day 11, W1; the clock starts at 09:00 on it


@dataclass
class Ward:
    """A participant at home, and what was queued for them."""

    runtime: Runtime
    clock: Clock
    cast: Cast
    id: int

    def at(self, clock: str, day: date = TODAY) -> int:
        """Let the engine run at a local hour; how many participants it dealt with."""
        hours, minutes = map(int, clock.split(":"))
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        self.clock.set(midnight + timedelta(hours=hours - 8, minutes=minutes))
        return self.look()

    def look(self) -> int:
        with self.runtime.writing() as session:
            return remind.remind_due(
                session, self.cast.study_of, now=self.runtime.now()
            )

    def me(self, session: Session) -> Participant:
        return session.get_one(Participant, self.id)

    def messages(self, prefix: str = "") -> list[Message]:
        query = (
            select(Message)
            .where(Message.dedupe_key.startswith(prefix))
            .order_by(Message.next_try_at, Message.id)
        )
        with self.runtime.reading() as session:
            return list(session.scalars(query))

    def keys(self, prefix: str = "", *states: str) -> list[str]:
        return [
            one.dedupe_key.split(":", 2)[2]
            for one in self.messages(prefix)
            if not states or one.state in states
        ]

    def tasks(self, kind: str) -> list[Task]:
        query = select(Task).order_by(Task.id)
        with self.runtime.reading() as session:
            found = list(session.scalars(query))
        return [
            task
            for task in found
            if task.participant_id == self.id and task.kind == kind
        ]

    def report(
        self,
        kind: str = "complete",
        answers: dict[str, object] = CALM,
        *,
        uuid: str | None = None,
        entry_id: int | None = None,
        reporter: str = "self",
    ) -> int:
        now = self.runtime.now()
        submission = Submission(
            version_id=uuid or f"{kind}-{now:%m%d%H%M}",
            kind=kind,
            answers=answers,
            reporter=reporter,
            language="zh",
            actor=Actor("participant", str(self.id)),
            entry_id=entry_id,
        )
        with self.runtime.writing() as session:
            receipt = entries.submit(
                Case(session, self.cast.study, self.me(session), now), submission
            )
            return receipt.entry_id

    def replan(self) -> None:
        with self.runtime.writing() as session:
            remind.replan(
                Case(session, self.cast.study, self.me(session), self.runtime.now())
            )

    def visit(self, code: str) -> Visit:
        query = select(Visit).filter_by(participant_id=self.id, code=code)
        with self.runtime.reading() as session:
            return session.scalars(query).one()

    def move(self, code: str, to: datetime) -> None:
        """Give a visit another time as staff do, reminders included."""
        now = self.runtime.now()
        with self.runtime.writing() as session:
            visit = session.get_one(Visit, self.visit(code).id)
            visit.booked_at, visit.state = to, "booked"
            visit.version += 1
            session.add(
                VisitChange(
                    visit_id=visit.id,
                    version=visit.version,
                    state="booked",
                    booked_at=to,
                    reason="",
                    at=now,
                )
            )
            session.flush()
            remind.replan(Case(session, self.cast.study, self.me(session), now))


def local(clock: str, day: date = TODAY) -> datetime:
    hours, minutes = map(int, clock.split(":"))
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(
        hours=hours - 8, minutes=minutes
    )


NUMBERED = ("site", "study_version", "staff", "participant", "contact", "shift")
TABLES = (*NUMBERED, "stay", "consent", "visit", "audit")
_first: dict[str, tuple[Cast, int, list[copies.Copy]]] = {}


def ward_of(runtime: Runtime, clock: Clock) -> Ward:
    """One participant in W1, and one as far along next door, whose rows are noise."""
    kind = runtime.database.engine.name
    with runtime.writing() as session:
        fresh = copies.without_rows(session, ("site", "study_version", "audit"))
        if fresh and kind in _first:
            people, number, rows = _first[kind]
            copies.put(session, rows)
            return Ward(runtime, clock, likeness(people), number)
    ward = _made(runtime, clock)
    if fresh:
        with runtime.reading() as session:
            rows = copies.copied(session, TABLES)
        _first[kind] = likeness(ward.cast), ward.id, rows
    return ward


def _made(runtime: Runtime, clock: Clock) -> Ward:
    people = cast(runtime)
    with runtime.writing() as session:
        mine = enrolled(session, people)
        enrolled(session, people, "DS-900", house=people.there, number="13800138900")
        mine_id = mine.id
    return Ward(runtime, clock, people, mine_id)
