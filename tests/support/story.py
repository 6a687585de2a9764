"""One alert through its life: reported, left, taken, left again, closed.

``STATES`` brings an alert into each state that a page or text may meet it in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from portal import audit
from portal.alerting import ladder
from portal.alerting.answers import answering, closing
from portal.alerting.answers.closing import Closing
from portal.db.tables.alerts import Alert
from portal.db.tables.people import Participant
from portal.diary import entries
from portal.diary.entries import Submission
from portal.people.case import Case
from portal.runtime import Runtime
from tests.support.cast import Cast
from tests.support.clock import Clock

FEVER = {"emerg": [], "temp": {"value": "38.6", "unit": "C"}}
SEIZURE = {"emerg": ["seizure"]}


@dataclass
class Story:
    """A person with an alert, and the hours around it."""

    runtime: Runtime
    people: Cast
    clock: Clock
    participant_id: int
    sent: list[str] = field(default_factory=list)  # the versions, oldest first

    def report(self, answers: dict[str, Any] = FEVER, reporter: str = "self") -> str:
        """A report by the participant; where to read its outcome."""
        me = audit.Actor("participant", str(self.participant_id))
        version = str(uuid4())
        said = Submission(version, "partial", answers, reporter, "zh", me)
        with self.runtime.writing() as session:
            person = session.get_one(Participant, self.participant_id)
            now = self.runtime.now()
            entries.submit(Case(session, self.people.study, person, now), said)
        self.sent.append(version)
        return version

    def wait(self, minutes: int, *, engine: bool = True) -> None:
        """Time passes minute by minute, with or without an engine that pages."""
        for _ in range(minutes):
            now = self.clock.advance(minutes=1)
            if engine:
                with self.runtime.writing() as session:
                    ladder.escalate_due(session, self.people.study_of, now=now)

    def acknowledge(self) -> None:
        with self.runtime.writing() as session:
            nurse, now = self.people.here["nurse"], self.runtime.now()
            alert = session.scalars(select(Alert)).one()
            answering.acknowledge(session, alert.id, nurse, source="page", now=now)

    def close(self) -> None:
        outcome = Closing("spoke", "Spoke; will come in.", adverse_event=False)
        with self.runtime.writing() as session:
            nurse, now = self.people.here["nurse"], self.runtime.now()
            alert = session.scalars(select(Alert)).one()
            closing.close(session, alert.id, nurse, outcome, now=now)

    def alert(self) -> Alert:
        """The newest."""
        with self.runtime.reading() as session:
            query = select(Alert).order_by(Alert.id.desc()).limit(1)
            return session.scalars(query).one()


def fresh(story: Story) -> None:
    story.report()
    story.wait(3)


def joined_in_time(story: Story) -> None:
    story.report()
    story.wait(9)
    story.report()
    story.wait(1)


def on_the_minute(story: Story) -> None:
    story.report()
    story.wait(15)


def overdue(story: Story) -> None:
    story.report()
    story.wait(20)


def overdue_without_an_engine(story: Story) -> None:
    story.report()
    story.wait(50, engine=False)


def joined_when_overdue(story: Story) -> None:
    story.report()
    story.wait(20)
    story.report()
    story.wait(1)


def worse_when_overdue(story: Story) -> None:
    story.report()
    story.wait(20)
    story.report(SEIZURE)
    story.wait(1)


def told(story: Story) -> None:
    story.report()
    story.wait(46)


def worse_when_told(story: Story) -> None:
    told(story)
    story.report(SEIZURE)
    story.wait(1)


def taken(story: Story) -> None:
    story.report()
    story.wait(5)
    story.acknowledge()
    story.wait(5)


def taken_for_long(story: Story) -> None:
    story.report()
    story.acknowledge()
    story.wait(28)


def taken_late(story: Story) -> None:
    told(story)
    story.acknowledge()
    story.wait(1)


def left_without_an_engine(story: Story) -> None:
    story.report()
    story.acknowledge()
    story.wait(50, engine=False)


def paged_anew(story: Story) -> None:
    story.report()
    story.acknowledge()
    story.wait(31)


def paged_anew_and_overdue(story: Story) -> None:
    paged_anew(story)
    story.wait(20)


def paged_anew_after_told(story: Story) -> None:
    told(story)
    story.acknowledge()
    story.wait(31)


def joined_when_taken(story: Story) -> None:
    taken(story)
    story.report()
    story.wait(1)


def closed(story: Story) -> None:
    taken(story)
    story.close()
    story.wait(1)


State = Callable[[Story], None]
AWAITED: list[State] = [
    fresh,
    joined_in_time,
    paged_anew,
    paged_anew_after_told,
    worse_when_overdue,
    joined_when_taken,
]
UNANSWERED: list[State] = [
    on_the_minute,
    overdue,
    overdue_without_an_engine,
    joined_when_overdue,
    told,
    worse_when_told,
    paged_anew_and_overdue,
]
SEEN: list[State] = [taken, taken_for_long, taken_late, left_without_an_engine, closed]
STATES = [*AWAITED, *UNANSWERED, *SEEN]
