"""A clinic that follows one study, as a rule the vaccine trial, with two people in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from portal import audit, study_versions
from portal.db.tables.people import Participant, Site, Staff
from portal.enrolment import enrolment, numbers
from portal.enrolment.enrolment_form import Enrolment
from portal.enrolment.events import RecordedDay, record
from portal.people.case import Case
from portal.protocol.study.model import Study
from portal.runtime import Runtime
from portal.study_files import load_study, study_source
from portal.vocabulary.people import ActorKind
from tests.support.cast import LONG_AGO
from tests.support.clock import ZONE

NAME = "vaccine-2dose"


@dataclass
class Clinic:
    """VX-001 is who a test is about; VX-002, with the same days, is noise."""

    runtime: Runtime
    study: Study
    staff_id: int

    def case(self, session, code: str = "VX-001") -> Case:  # type: ignore[no-untyped-def]
        person = session.scalars(select(Participant).filter_by(code=code)).one()
        return Case(session, self.study, person, self.runtime.now())

    def phase(self, code: str = "VX-001") -> str:
        with self.runtime.reading() as session:
            return self.case(session, code).phase

    def event(self, day: date | None, why: str = "", name: str = "dose2") -> None:
        with self.runtime.writing() as session:
            record(self.case(session), RecordedDay(name, day, why), self.staff_id)


def clinic(runtime: Runtime, d0: date, name: str = NAME) -> Clinic:
    """Everybody had the first dose on ``d0``; nobody has had the second."""
    study = load_study(name)
    now = runtime.now()
    with runtime.writing() as session:
        version = study_versions.install(session, study, study_source(name), now=now)
        site = _site()
        session.add(site)
        session.flush()
        member = _coordinator(site.id)
        session.add(member)
        session.flush()
        for number, code in enumerate(("VX-001", "VX-002")):
            form = _form(code, f"1380013810{number}", d0, LONG_AGO)
            person = enrolment.enrol(
                session, version, study, site, form, actor=audit.OPERATOR, now=now
            )
            owner = numbers.NumberOwner(person.id)
            actor = audit.Actor(ActorKind.PARTICIPANT, str(person.id))
            numbers.confirm_number(session, owner, actor=actor, now=now)
        return Clinic(runtime, study, member.id)


def _form(code: str, number: str, d0: date, signed: datetime) -> Enrolment:
    return Enrolment(
        code=code,
        number=number,
        d0=d0,
        language="en",
        consent_version="1.0",
        consented_at=signed,
        ahead=True,
    )


def _site() -> Site:
    return Site(
        code="clinic",
        name={"zh": "示范疫苗门诊", "en": "Example vaccine clinic"},
        country="CN",
        time_zone=ZONE,
        duty_line="028-5550 0130",
        emergency_number="120",
        created_at=LONG_AGO,
    )


def _coordinator(site_id: int) -> Staff:
    return Staff(
        site_id=site_id,
        username="coordinator",
        display_name="The coordinator",
        role="coordinator",
        password_hash="-",
        language="en",
        active=True,
        created_at=LONG_AGO,
    )
