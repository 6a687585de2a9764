"""A hospital with real processes around it, for stories that a person lives through.

The test itself has a runtime on the same database: it sets the scene, moves the study
clock, and looks at the simulated phones. The processes do everything else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select

from portal import audit, study_versions
from portal.db.tables.alerts import Alert, AlertEvent, AlertFinding
from portal.db.tables.outbox import Attempt, Handset, Message
from portal.db.tables.people import Participant, Site
from portal.demo import clock
from portal.enrolment import enrolment
from portal.enrolment.enrolment_form import Enrolment
from portal.people import contacts, rota
from portal.people.accounts import accounts
from portal.protocol.calendar import study_days
from portal.protocol.study.tiers import Paging
from portal.runtime import Runtime
from tests.support.cast import hold_number
from tests.support.clock import CLOCK_FILE, START, ZONE, set_to
from tests.support.phone import Phone
from tests.support.processes import Running, command, free_port, running
from tests.support.settings import SECRET, settings_for
from tests.support.study import NAME, the_study
from tests.support.waiting import until

PARTICIPANT = "+8619900000107"
CAREGIVER = "+8619900000207"
TEAM = {"nurse": "nurse", "doctor": "investigator", "investigator": "investigator"}
NUMBERS = {duty: f"+861990000000{n}" for n, duty in enumerate((*TEAM, "second_doctor"))}
CALM = {"emerg": [], "temp": {"value": "36.6", "unit": "C"}}
FEVER = {"emerg": [], "temp": {"value": "38.0", "unit": "C"}}


@dataclass
class Journey:
    """The scene, and what a test may do in it."""

    runtime: Runtime
    folder: Path
    stack: ExitStack
    port: int = field(default_factory=free_port)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def settings(self) -> dict[str, str]:
        """What every process is told."""
        return {
            "PORTAL_MODE": "demo",
            "PORTAL_DATABASE_URL": self.runtime.settings.database_url,
            "PORTAL_SECRET_KEY": SECRET,
            "PORTAL_PORT": str(self.port),
            "PORTAL_PUBLIC_URL": f"http://localhost:{self.port}",
            "PORTAL_LEASE_SECONDS": "2",
            "PORTAL_SETTLE_SECONDS": "0.3",
            CLOCK_FILE: self.runtime.settings.clock_file or "",
        }

    def start(self, *module: str) -> Running:
        output = self.folder / f"process-{next(self._numbers)}.txt"
        started = running(*module, output=output, settings=self.settings)
        return self.stack.enter_context(started)

    def engine(self) -> Running:
        """Starts an engine; it acts once it has the lease."""
        return self.start("scheduler")

    def web(self) -> Phone:
        """Starts the web process; a phone whose browser can open its pages."""
        served = self.start("portal", "serve")
        base = f"http://localhost:{self.port}"
        served.wait_for_page(f"{base}/livez")
        return Phone(base)

    def command(self, *arguments: str, told: object = None) -> dict[str, Any]:
        """Runs ``python -m portal ... --json`` and gives what it printed."""
        words = ("portal", *arguments, "--json")
        done = command(*words, settings=self.settings, told=json.dumps(told))
        assert done.returncode == 0, done.stderr
        printed: dict[str, Any] = json.loads(done.stdout)
        return printed

    def diary(self, answers: dict[str, Any]) -> dict[str, Any]:
        return self.command("diary", "submit", "DS-007", told=answers)

    def pass_time(self, **amount: float) -> datetime:
        """Moves the study clock on; what time it is then."""
        with self.runtime.writing() as session:
            clock.move(session, timedelta(**amount))
        self.runtime.clocks.read_again()
        return self.runtime.now()

    def wait_for_hour(self, local: str) -> None:
        """Moves the study clock to the next time it is this hour in the hospital."""
        now = self.runtime.now()
        at = study_days.moment_at(study_days.local_date(now, ZONE), local, ZONE)
        self.pass_time(seconds=((at - now) % timedelta(days=1)).total_seconds())

    def on_phone(self, who: str) -> list[Handset]:
        """What reached somebody's simulated phone, oldest first."""
        query = select(Handset).where(Handset.number == NUMBERS.get(who, who))
        with self.runtime.reading() as session:
            return list(session.scalars(query.order_by(Handset.id)))

    def wait_for_pages(self, who: str, number: int) -> list[Handset]:
        """Returns once exactly that many texts and calls have come."""
        until(lambda: len(self.on_phone(who)) >= number, f"{number} pages to {who}")
        found = self.on_phone(who)
        assert len(found) == number
        return found

    def alert(self) -> Alert:
        """The newest alert."""
        with self.runtime.reading() as session:
            query = select(Alert).order_by(Alert.id.desc()).limit(1)
            return session.scalars(query).one()

    def rules(self) -> set[str]:
        with self.runtime.reading() as session:
            return set(session.scalars(select(AlertFinding.rule)))

    def events(self, kind: str) -> list[AlertEvent]:
        with self.runtime.reading() as session:
            return list(session.scalars(select(AlertEvent).filter_by(kind=kind)))

    def sign_in(self, phone: Phone, number: str) -> None:
        """Number, then the code that the engine texts to it."""
        before = len(self.on_phone(number))
        phone.open("/sign-in")
        phone.send("/sign-in", number=number)
        text = self.wait_for_pages(number, before + 1)[-1].body
        code = re.search(r"\d{6}", text)
        assert code, text
        phone.send("/sign-in/code", code=code[0])
        assert phone.status == 200, phone.page

    def everything_went_out_once(self) -> None:
        """Each message reached one phone once, in one accepted try."""
        self.settled()
        with self.runtime.reading() as session:
            messages = session.scalars(select(Message)).all()
            attempts = session.scalars(select(Attempt)).all()
            texts = session.scalars(
                select(Handset).where(Handset.direction == "to_phone")
            ).all()
        assert {message.state for message in messages} == {"delivered"}
        assert len(texts) == len(messages)
        taken = [a.message_id for a in attempts if a.state == "accepted"]
        assert sorted(taken) == sorted(message.id for message in messages)

    def settled(self) -> None:
        """Returns once nothing waits or is in progress."""
        until(lambda: not self.under_way(), "all messages to leave", self.under_way)

    def under_way(self) -> list[tuple[str, str, str]]:
        """Unfinished messages: key, channel and state of each."""
        ended = ("delivered", "undelivered", "cancelled", "expired", "rejected")
        query = select(Message).where(Message.state.not_in(ended))
        with self.runtime.reading() as session:
            found = session.scalars(query.order_by(Message.id))
            return [(one.dedupe_key, one.channel, one.state) for one in found]


@contextmanager
def journey(
    database_url: str, folder: Path, begins: datetime = START, study: str = NAME
) -> Iterator[Journey]:
    """A staffed hospital with DS-007 and no process yet, at the time ``begins``."""
    clock = set_to(begins, folder / "clock")
    runtime = Runtime(settings_for(database_url, mode="demo", clock_file=clock))
    with ExitStack() as stack:
        stack.callback(runtime.close)
        set_scene(runtime, study=study)
        yield Journey(runtime, folder, stack)


ENDLESS = Paging(texts_per_person_day=10**6, calls_per_person_day=10**6)
"""Journeys page one nurse more in a minute than a provider lets through in a day."""


def set_scene(runtime: Runtime, zone: str = ZONE, study: str = NAME) -> None:
    """One staffed site in that zone, its rota, and DS-007 at home."""
    now = runtime.now()
    followed, source = the_study(study)
    with runtime.writing() as session:
        study_versions.install(
            session, replace(followed, paging=ENDLESS), source, now=now
        )
        site = Site(
            code="JOURNEY",
            name={"zh": "示范医院", "en": "Journey hospital"},
            country="CN",
            time_zone=zone,
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
            number = NUMBERS[duty]
            contacts.replace(
                session, "mobile", number, now=now, verified=True, staff_id=staff.id
            )
            rota.assign(session, staff, duty, starts_at=now - timedelta(days=1))
    enrol(runtime, "DS-007", PARTICIPANT)


def enrol(
    runtime: Runtime, code: str, number: str, *, day: int = 20, language: str = "en"
) -> Participant:
    """Somebody on that day of the study, at home since day 8 or today."""
    now = runtime.now()
    with runtime.writing() as session:
        version = study_versions.newest(session)
        assert version is not None
        site = session.scalars(select(Site)).one()
        study = runtime.study(session, version.id)
        today = study_days.local_date(now, site.time_zone)
        home = today - timedelta(days=max(day - 8, 0))
        person = enrolment.enrol(
            session,
            version,
            study,
            site,
            Enrolment(
                code=code,
                number=number,
                d0=today - timedelta(days=day),
                discharged_on=home if study.ward is not None else None,
                language=language,
                consent_version="1.0",
                consented_at=now - timedelta(days=day + 1),
            ),
            actor=audit.OPERATOR,
            now=now,
        )
        hold_number(session, participant_id=person.id)
        return person
