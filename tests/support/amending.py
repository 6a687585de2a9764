"""A hospital in which a second version of the study is kept, to move people to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from portal import audit, study_versions
from portal.db.tables.alerts import Task
from portal.db.tables.diary import Visit, VisitChange
from portal.db.tables.outbox import Message
from portal.db.tables.people import Participant, StudyAdoption
from portal.enrolment import adoption
from portal.enrolment.adoption import Adopted, SignedMove
from portal.people.accounts import accounts
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text
from portal.protocol.study.timeline import PlannedVisit
from portal.runtime import Runtime
from portal.visits.reminders import remind
from tests.support.cast import Cast, cast, enrolled

PASSWORD = "four words do well"
WHY = "Amendment 2, approved by the ethics committee"
NEXT = "amended"
"""A version that no shipped study will ever have."""


@dataclass
class AmendedHouse:
    """DS-007 is moved; DS-008 and a person at the other hospital stay as they are."""

    runtime: Runtime
    people: Cast
    person_id: int

    def keep(self, version: str = NEXT, **changes: Any) -> int:
        """Keep another version of the study; its row."""
        study = replace(
            self.people.study,
            version=version,
            sha256=version.rjust(64, "0"),
            **changes,
        )
        with self.runtime.writing() as session:
            now = self.runtime.now()
            return study_versions.install(session, study, "", now=now).id

    def adopt(
        self,
        version_id: int,
        code: str = "DS-007",
        *,
        by: str = "investigator",
        why: str = WHY,
        demonstration: bool = False,
    ) -> Adopted:
        move = SignedMove(version_id, self.people.here[by].id, why, demonstration)
        with self.runtime.writing() as session:
            studies = self.runtime.studies(session)
            return adoption.adopt(session, studies, code, move, now=self.runtime.now())

    def tick(self) -> None:
        """What an engine does about reminders and silence."""
        with self.runtime.writing() as session:
            studies = self.runtime.studies(session)
            remind.remind_due(session, studies, now=self.runtime.now())

    def person(self, code: str = "DS-007") -> Participant:
        with self.runtime.reading() as session:
            return session.scalars(select(Participant).filter_by(code=code)).one()

    def visit(self, code: str) -> Visit | None:
        query = select(Visit).filter_by(participant_id=self.person_id, code=code)
        with self.runtime.reading() as session:
            return session.scalar(query)

    def rows(self, table: Any, **wanted: Any) -> Sequence[Any]:
        query = select(table).filter_by(**wanted).order_by(table.id)
        with self.runtime.reading() as session:
            return session.scalars(query).all()

    def adoptions(self) -> Sequence[StudyAdoption]:
        return self.rows(StudyAdoption)

    def changes(self) -> Sequence[VisitChange]:
        return self.rows(VisitChange)

    def messages(self, prefix: str = "") -> list[Message]:
        found = self.rows(Message, participant_id=self.person_id)
        return [one for one in found if one.dedupe_key.startswith(prefix)]

    def tasks(self, **wanted: Any) -> Sequence[Task]:
        return self.rows(Task, participant_id=self.person_id, **wanted)


def amended_house(runtime: Runtime) -> AmendedHouse:
    """The hospital, with three people of version 1 of the study."""
    people = cast(runtime)
    with runtime.writing() as session:
        person = enrolled(session, people)
        enrolled(session, people, "DS-008", number="13800138008")
        enrolled(session, people, "NO-001", house=people.there, number="13800138900")
        return AmendedHouse(runtime, people, person.id)


def moved(study: Study, code: str, days: int) -> tuple[PlannedVisit, ...]:
    """The study's visits with one on another day."""
    return tuple(
        replace(one, days=days, months=None) if one.code == code else one
        for one in study.visits
    )


def extra(code: str, days: int) -> PlannedVisit:
    """A visit that the study did not have."""
    words = Text({"zh": "加一次", "en": "One more"})
    return PlannedVisit(code, words, days, None, 1, 1, words)


def at(hour: str, day: str = "2026-03-12") -> datetime:
    """An hour in Chengdu."""
    return datetime.fromisoformat(f"{day}T{hour}:00+08:00")


def let_sign(house: AmendedHouse, *roles: str) -> AmendedHouse:
    """The house, in which those with these roles have a password to sign with."""
    runtime = house.runtime
    for role in roles:
        with runtime.writing() as session:
            accounts.set_password(
                session,
                house.people.here[role].id,
                PASSWORD,
                by=audit.OPERATOR,
                now=runtime.now(),
                real_now=runtime.real_now(),
            )
    return house


def house_at_a_terminal(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> AmendedHouse:
    """The same for commands, which find its database in the environment."""
    monkeypatch.setenv("PORTAL_DATABASE_URL", runtime.settings.database_url)
    monkeypatch.setenv("PORTAL_SECRET_KEY", runtime.settings.secret_key)
    return let_sign(amended_house(runtime), "investigator", "nurse")
