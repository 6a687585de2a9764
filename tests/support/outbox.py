"""An invented site with a nurse, a participant and an open alert, and what is queued."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal import study_versions
from portal.db.migrate import newest_revision
from portal.db.tables.alerts import Alert
from portal.db.tables.outbox import Attempt, Message
from portal.db.tables.people import Contact, Participant, Site, Staff
from portal.engine import leases
from portal.engine.leases import Held
from portal.messages.outbox import NewMessage, enqueue
from portal.people import contacts
from portal.protocol.study.file.reading import read_study
from portal.protocol.study.model import Study
from portal.runtime import Runtime
from tests.support import copies
from tests.support.clock import START
from tests.support.source import ROOT

NURSE_NUMBER = "+8613800000001"
PARTICIPANT_NUMBER = "+8613800000002"


@cache
def the_study() -> Study:
    """The seed study, read once."""
    return read_study((ROOT / "studies" / "dcar-sle.toml").read_text("utf-8"))


@dataclass
class World:
    """What the tests of sending build on; everything is queued at ``runtime.now()``."""

    runtime: Runtime
    study_version_id: int
    participant_id: int
    staff_id: int
    alert_id: int
    nurse: Contact
    person: Contact

    def page(
        self, step: int = 0, channel: str = "text", who: str = "1", **changes: Any
    ) -> int:
        """Queue a page about the alert; the message's id."""
        return self.queue(
            dedupe_key=f"A:{self.alert_id}:0:{step}:{who}:{channel}",
            purpose="alert",
            channel=channel,
            contact=self.nurse,
            template={"text": "staff_alert", "call": "staff_call"}[channel],
            variables={"level": "urgent", "code": "K7QX", "minutes": "15"},
            staff_id=self.staff_id,
            alert_id=self.alert_id,
            alert_round=0,
            alert_step=step,
            **changes,
        )

    def reminder(self, key: str = "D:1", **changes: Any) -> int:
        """Queue a reminder to the participant; the message's id."""
        chosen = {"purpose": "reminder", **changes}
        return self.queue(
            dedupe_key=key,
            channel="text",
            contact=chosen.pop("contact", self.person),
            template="diary_due",
            variables={"tel": "02885420000"},
            participant_id=self.participant_id,
            **chosen,
        )

    def code(self, key: str = "O:1", **changes: Any) -> int:
        """Queue a sign-in code to the participant; the message's id."""
        return self.queue(
            dedupe_key=key,
            purpose="code",
            channel="text",
            contact=self.person,
            template="code",
            variables={"code": "482913"},
            participant_id=self.participant_id,
            **changes,
        )

    def queue(self, **letter: Any) -> int:
        """Queue any letter, in English; the message's id."""
        whole = NewMessage(
            study_version_id=self.study_version_id, language="en", **letter
        )
        with self.runtime.writing() as session:
            assert enqueue(session, whole, now=self.runtime.now())
            query = select(Message.id).where(Message.dedupe_key == whole.dedupe_key)
            found = session.scalar(query)
            assert found is not None
            return found

    def lease(self, holder: str = "one", *, silent: bool = False) -> Held:
        """Take the lease; ``silent``: from a holder that gives no sign of life."""
        with self.runtime.writing() as session:
            return self.lease_in(session, holder, silent=silent)

    def lease_in(
        self, session: Session, holder: str = "one", *, silent: bool = False
    ) -> Held:
        """The same, in a transaction that goes on."""
        held = leases.take_lease(
            session,
            holder,
            schema_version=newest_revision(),
            seconds=10,
            real_now=self.runtime.real_now(),
            silent=leases.glance(session) if silent else None,
        )
        assert held is not None
        return held

    def change_alert(self, state: str) -> None:
        with self.runtime.writing() as session:
            session.get_one(Alert, self.alert_id).state = state

    def change_participant(self, status: str) -> None:
        with self.runtime.writing() as session:
            session.get_one(Participant, self.participant_id).status = status

    def message(self, message_id: int) -> Message:
        (found,) = self._rows(select(Message).where(Message.id == message_id))
        return found

    def messages(self) -> list[Message]:
        return self._rows(select(Message).order_by(Message.id))

    def attempts(self) -> list[Attempt]:
        return self._rows(select(Attempt).order_by(Attempt.id))

    def _rows(self, query: Select[Any]) -> list[Any]:
        with self.runtime.reading() as session:
            rows = list(session.scalars(query))
            session.expunge_all()  # so that they can be read after the transaction
            return rows


TABLES = ("study_version", "site", "staff", "participant", "alert", "contact")
_first: dict[str, tuple[World, list[copies.Copy]]] = {}


def build(runtime: Runtime) -> World:
    """The world, in a database that has only its tables."""
    kind = runtime.database.engine.name
    with runtime.writing() as session:
        if runtime.now() != START:
            return _made(runtime, session)
        if kind in _first:
            copies.put(session, _first[kind][1])
        else:
            made = _made(runtime, session)
            _first[kind] = made, copies.copied(session, TABLES)
        first = _first[kind][0]
        nurse, person = copies.like(first.nurse), copies.like(first.person)
        return replace(first, runtime=runtime, nurse=nurse, person=person)


def _made(runtime: Runtime, session: Session) -> World:
    now = runtime.now()
    version = study_versions.install(session, the_study(), "", now=now)
    site = _site(session, now)
    staff = _staff(session, site, now)
    participant = _participant(session, site, version.id, now)
    alert = _alert(session, participant, now)
    nurse = contacts.replace(
        session,
        "mobile",
        NURSE_NUMBER,
        now=now,
        verified=True,
        staff_id=staff.id,
    )
    person = contacts.replace(
        session,
        "mobile",
        PARTICIPANT_NUMBER,
        now=now,
        verified=True,
        participant_id=participant.id,
    )
    return World(runtime, version.id, participant.id, staff.id, alert.id, nurse, person)


def _site(session: Session, now: datetime) -> Site:
    site = Site(
        code="WCH",
        name={"zh": "华西示范医院", "en": "Huaxi demonstration hospital"},
        country="CN",
        time_zone="Asia/Shanghai",
        duty_line="+862885420000",
        emergency_number="120",
        created_at=now,
    )
    session.add(site)
    session.flush()
    return site


def _staff(session: Session, site: Site, now: datetime) -> Staff:
    staff = Staff(
        site_id=site.id,
        username="nurse",
        display_name="Nurse Li",
        role="nurse",
        password_hash="none",
        language="en",
        created_at=now,
    )
    session.add(staff)
    session.flush()
    return staff


def _participant(
    session: Session, site: Site, version_id: int, now: datetime
) -> Participant:
    participant = Participant(
        site_id=site.id,
        study_version_id=version_id,
        code="DS-007",
        d0=date(2026, 3, 1),
        language="en",
        time_zone="Asia/Shanghai",
        status="active",
        status_at=now,
        enrolled_at=now,
    )
    session.add(participant)
    session.flush()
    return participant


def _alert(session: Session, participant: Participant, now: datetime) -> Alert:
    alert = Alert(
        code="K7QX",
        participant_id=participant.id,
        site_id=participant.site_id,
        study_version_id=participant.study_version_id,
        tier="urgent",
        state="open",
        plan={},
        round=0,
        step=0,
        paging_since=now,
        next_due_at=None,
        opened_at=now,
        ack_minutes=15,
        ack_due_at=now,
        updated_at=now,
    )
    session.add(alert)
    session.flush()
    return alert
