"""The hospital of a run: its database, its people, and what they do.

The run's own hand is a runtime on the same database. It enrols, queues reminders and
codes as their services do, and lets time pass for an alert by moving its start back.
"""

from __future__ import annotations

import sqlite3
import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http.client import HTTPException
from http.cookiejar import Cookie, CookieJar
from itertools import count
from pathlib import Path
from urllib.request import HTTPCookieProcessor, build_opener

from sqlalchemy import event, or_, select

from portal import audit, study_versions
from portal.alerting.answers import closing
from portal.db.tables.alerts import Alert
from portal.db.tables.outbox import Attempt, Message
from portal.db.tables.people import Participant, Site, Staff
from portal.enrolment import enrolment
from portal.enrolment.enrolment_form import Enrolment
from portal.messages import outbox
from portal.messages.states import OPEN_ATTEMPTS
from portal.people import contacts, reporters, rota
from portal.people.access import enrolled_phones
from portal.people.accounts import accounts
from portal.protocol.calendar import study_days
from portal.runtime import Runtime
from portal.vocabulary.messages import MessageState
from tests.support.clock import START, set_to
from tests.support.phone import Phone
from tests.support.settings import settings_for
from tests.support.study import the_study

TEAM = {
    "nurse": "nurse",
    "doctor": "investigator",
    "second_doctor": "investigator",
    "investigator": "investigator",
}
STAFF_NUMBERS = {duty: f"+861990000000{n}" for n, duty in enumerate(TEAM)}
ZONE = "Asia/Shanghai"
NIGHT = START - timedelta(hours=7)  # two at night there
REMINDED = 6  # people who are reminded again and again
RUNG = timedelta(minutes=6)  # longer than an emergency waits for an answer
UNDER_WAY = ("queued", "retry_wait", "in_flight")


class ReportingPhone(Phone):
    """An enrolled phone with a report that it repeats until it is told "received"."""

    def __init__(self, base: str, secret: str, code: str) -> None:
        super().__init__(base)
        jar = CookieJar()
        jar.set_cookie(_cookie("phone", secret))
        self._browser = build_opener(HTTPCookieProcessor(jar))
        self.code = code
        self.version_id = ""

    def report(self) -> bool:
        """One go at handing a red flag in; whether it was acknowledged."""
        try:
            if not self.version_id:
                self.open("/diary")
                assert self.status == 200, self.page
                self.version_id = dict(self.form("/diary").fields)["entry"]
                self.form_page = self.page, self.address
            self.page, self.address = self.form_page
            self.send("/diary", emerg=["fainted"], send="1")
        except (OSError, HTTPException):
            return False
        return self.status == 200 and "/diary/sent/" in self.address


def _cookie(name: str, value: str) -> Cookie:
    return Cookie(
        version=0,
        name=name,
        value=value,
        port=None,
        port_specified=False,
        domain="localhost.local",
        domain_specified=False,
        domain_initial_dot=False,
        path="/",
        path_specified=True,
        secure=False,
        expires=None,
        discard=False,
        comment=None,
        comment_url=None,
        rest={},
    )


def _be_patient(connection: object, _record: object) -> None:
    """On a crowded machine a process may hold SQLite's lock for long: it is no fault."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA busy_timeout = 60000")


@dataclass
class Ground:
    """A staffed site on an empty database, where it is the middle of the night.

    No reminder falls due by itself.
    """

    url: str
    clock_file: str
    reported: list[ReportingPhone] = field(default_factory=list)

    def __post_init__(self) -> None:
        set_to(NIGHT, Path(self.clock_file))
        self.runtime = Runtime(settings_for(self.url, clock_file=self.clock_file))
        event.listen(self.runtime.database.engine, "connect", _be_patient)
        self._numbers = count(1)
        self._set_scene()
        self.reminded = [self._enrol() for _ in range(REMINDED)]

    def _set_scene(self) -> None:
        now = self.runtime.now()
        study, source = the_study()
        unlimited = replace(
            study.paging, texts_per_person_day=10**6, calls_per_person_day=10**6
        )
        with self.runtime.writing() as session:
            study_versions.install(
                session, replace(study, paging=unlimited), source, now=now
            )
            site = Site(
                code="FAULTS",
                name={"zh": "故障医院", "en": "Hospital of faults"},
                country="CN",
                time_zone=ZONE,
                duty_line="028-5550 0120",
                emergency_number="120",
                created_at=now,
            )
            session.add(site)
            session.flush()
            for duty, role in TEAM.items():
                staff = accounts.add_staff(
                    session,
                    site_id=site.id,
                    username=duty,
                    display_name=duty,
                    role=role,
                    password="four words do well",
                    language="en",
                    by=audit.OPERATOR,
                    now=now,
                )
                number = STAFF_NUMBERS[duty]
                contacts.replace(
                    session, "mobile", number, now=now, verified=True, staff_id=staff.id
                )
                rota.assign(session, staff, duty, starts_at=now - timedelta(days=1))

    def _enrol(self) -> Participant:
        """Somebody on day 20, at home since day 8."""
        now, number = self.runtime.now(), next(self._numbers)
        today = study_days.local_date(now, ZONE)
        with self.runtime.writing() as session:
            version = study_versions.newest(session)
            assert version is not None
            return enrolment.enrol(
                session,
                version,
                self.runtime.study(session, version.id),
                session.scalars(select(Site)).one(),
                Enrolment(
                    code=f"DS-{number:04}",
                    number=f"+86199{10_000_000 + number}",
                    d0=today - timedelta(days=20),
                    discharged_on=today - timedelta(days=12),
                    language="en",
                    consent_version="1.0",
                    consented_at=now - timedelta(days=21),
                ),
                actor=audit.OPERATOR,
                now=now,
            )

    def phone(self, base: str) -> ReportingPhone:
        """The enrolled phone of somebody new, who is about to report a red flag."""
        participant = self._enrol()
        with self.runtime.writing() as session:
            person = reporters.find(session, participant.id, None)
            assert person is not None
            now = self.runtime.real_now()
            secret, _ = enrolled_phones.enrol(session, person, held=None, real_now=now)
        phone = ReportingPhone(base, secret, participant.code)
        self.reported.append(phone)
        return phone

    def number(self, who: int) -> str:
        """The number of one of the reminded."""
        with self.runtime.reading() as session:
            contact = contacts.texted(session, participant_id=self.reminded[who].id)
            assert contact is not None
            assert contact.value is not None
            return contact.value

    def remind(self, who: int) -> str:
        """Queues a reminder to one of the reminded; the number it goes to."""
        return self._queue(who, "reminder", "diary_due", "R", {"tel": "028-5550 0120"})

    def send_code(self, who: int, code: str) -> str:
        """Queues a code to one of the reminded; the number it goes to."""
        return self._queue(who, "code", "code", "O", {"code": code})

    def _queue(
        self, who: int, purpose: str, template: str, key: str, variables: dict[str, str]
    ) -> str:
        participant = self.reminded[who]
        with self.runtime.writing() as session:
            contact = contacts.texted(session, participant_id=participant.id)
            assert contact is not None
            assert contact.value is not None
            letter = outbox.NewMessage(
                dedupe_key=f"{key}:{uuid.uuid4()}",
                purpose=purpose,
                channel="text",
                contact=contact,
                study_version_id=participant.study_version_id,
                template=template,
                language="en",
                variables=variables,
                not_after=self.runtime.now() + timedelta(minutes=30),
                participant_id=participant.id,
            )
            assert outbox.enqueue(session, letter, now=self.runtime.now())
            return contact.value

    def let_time_pass(self) -> bool:
        """Nobody has answered the newest alert for a rung's time; is there one?"""
        with self.runtime.writing() as session:
            query = select(Alert).where(Alert.state == "open").order_by(Alert.id.desc())
            alert = session.scalars(query.limit(1).with_for_update()).first()
            if alert is None or alert.next_due_at is None:
                return False
            alert.paging_since -= RUNG
            alert.next_due_at -= RUNG
            return True

    def at_rest(self) -> bool:
        """Whether nothing is due, waits, is under way or is being looked up."""
        now = self.runtime.now()
        waiting = select(Message.id).where(Message.state.in_(UNDER_WAY))
        unclear = select(Attempt.id).where(Attempt.state.in_(OPEN_ATTEMPTS))
        due = select(Alert.id).where(Alert.state != "closed", Alert.next_due_at <= now)
        with self.runtime.reading() as session:
            asked = (waiting, unclear, due)
            return all(session.scalar(each.limit(1)) is None for each in asked)

    def still_open(self) -> list[str]:
        """What keeps the ground from being at rest, for who reads a failure."""
        query = (
            select(Message.dedupe_key, Message.state, Attempt.state, Attempt.deadline)
            .outerjoin(Attempt, Attempt.message_id == Message.id)
            .where(
                or_(
                    Message.state.in_(UNDER_WAY),
                    Attempt.state.in_(OPEN_ATTEMPTS),
                )
            )
        )
        with self.runtime.reading() as session:
            return [str(tuple(row)) for row in session.execute(query)]

    def close_alerts(self) -> None:
        """Somebody has answered everything, so that the ladders stand still."""
        now = self.runtime.now()
        ending = closing.Closing("spoke", "Seen on the ward.", False)
        with self.runtime.writing() as session:
            nurse = session.scalars(select(Staff).filter_by(username="nurse")).one()
            left = session.scalars(select(Alert.id).where(Alert.state != "closed"))
            for alert_id in left.all():
                closing.close(session, alert_id, nurse, ending, now=now)

    def now(self) -> datetime:
        return self.runtime.now()

    def close(self) -> None:
        self.runtime.close()


assert set(UNDER_WAY) <= {state.value for state in MessageState}
