"""Texts that invented people send to the invented hospital, and what happens to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import select

from portal.alerting import ladder
from portal.alerting.answers import answering
from portal.db.tables.alerts import Alert, Task
from portal.db.tables.diary import EntryVersion
from portal.db.tables.outbox import Inbound, Message
from portal.db.tables.people import Participant
from portal.delivery.inbound import receive
from portal.delivery.inbound.receive import Received
from portal.delivery.sending import claims
from portal.delivery.sending.claims import Capacity
from portal.delivery.sending.last_look import SendingTerms
from portal.engine import leases
from portal.people import contacts
from portal.people.case import Case
from portal.protocol.study.model import Study
from portal.runtime import Runtime
from tests.support.cast import URGENT, Cast, enrolled

MINE = "+8613800138007"
STRANGER = "+8613700137000"
NURSE, DOCTOR = "+8613900001000", "+8613900001001"
NURSE_THERE = "+8613900002000"
CATCH_ALL = "+8613900001999"


@dataclass
class Post:
    """Where texts arrive. ``write`` is a text from a number."""

    runtime: Runtime
    people: Cast
    keys: Any

    def write(
        self,
        body: str,
        sender: str = MINE,
        key: str | None = None,
        study_of: Callable[[int], Study] | None = None,
    ) -> Received:
        with self.runtime.writing() as session:
            return receive.receive(
                session,
                study_of or self.people.study_of,
                provider="fake",
                event_key=key or f"SM{next(self.keys)}",
                sender=sender,
                body=body,
                now=self.runtime.now(),
            )

    def enrol(self, code: str = "DS-007", **changes: Any) -> Participant:
        with self.runtime.writing() as session:
            return enrolled(session, self.people, code, **changes)

    def status(self, participant: Participant, status: str) -> None:
        with self.runtime.writing() as session:
            session.get_one(Participant, participant.id).status = status

    def alert(self, participant: Participant) -> Alert:
        """An urgent alert whose first rung has just been paged."""
        with self.runtime.writing() as session:
            return answering.open_from(
                Case(
                    session,
                    self.people.study,
                    session.get_one(Participant, participant.id),
                    self.runtime.now(),
                ),
                URGENT,
                entry_version_id=None,
            )

    def climb(self) -> None:
        with self.runtime.writing() as session:
            ladder.escalate_due(session, self.people.study_of, now=self.runtime.now())

    def say(self, number: str, **owner: int) -> None:
        """Give a person another number."""
        with self.runtime.writing() as session:
            now = self.runtime.now()
            contacts.replace(session, "mobile", number, now=now, verified=True, **owner)

    def all(self, table: Any, **which: Any) -> list[Any]:
        with self.runtime.reading() as session:
            rows = list(
                session.scalars(select(table).filter_by(**which).order_by(table.id))
            )
            session.expunge_all()
            return rows

    def answers(self) -> list[tuple[str, str]]:
        """The answers: template and language."""
        found = self.all(Message, purpose="answer")
        return [(message.template, message.language) for message in found]

    def tasks(self) -> list[str]:
        return [task.kind for task in self.all(Task)]

    def texts(self) -> list[str]:
        return [row.kind for row in self.all(Inbound)]

    def versions(self) -> list[EntryVersion]:
        return self.all(EntryVersion)

    def state_of(self, alert: Alert) -> tuple[str, int | None]:
        (found,) = self.all(Alert, id=alert.id)
        return found.state, found.acked_by

    def claim(self) -> list[tuple[str, str]]:
        """Take everything that is due, as the engine would: template and channel."""
        runtime = self.runtime
        with runtime.writing() as session:
            held = leases.take_lease(
                session,
                "one",
                schema_version="x",
                seconds=10,
                real_now=runtime.real_now(),
                silent=None,
            )
            assert held is not None
            taken = claims.claim(
                session,
                held,
                Capacity(50, 50),
                SendingTerms(
                    provider="fake", now=runtime.now(), real_now=runtime.real_now()
                ),
            )
            return [(one.template, one.channel) for one in taken]


def post(runtime: Runtime, people: Cast) -> Post:
    return Post(runtime, people, count(1))
