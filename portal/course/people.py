"""The people of a course: one participant per phase and language, relatives, a team.

Every person, name and number is invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle, islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit, study_versions
from portal.course.stage import Stage
from portal.db.tables.people import Caregiver, Participant, Site, Staff
from portal.enrolment import caregivers, enrolment, events, numbers
from portal.enrolment.enrolment_form import Enrolment
from portal.enrolment.events import RecordedDay
from portal.languages import LANGUAGES
from portal.people import contacts, rota
from portal.people.case import Case
from portal.people.roles import ANSWERING
from portal.protocol.calendar import study_days
from portal.protocol.calendar.usual_days import first_days, usual_events
from portal.protocol.study.model import Study
from portal.protocol.study.timeline import Phase
from portal.vocabulary.people import ActorKind, ContactKind

BLOCK = "+861990001"
BEFORE = timedelta(days=7)
LONGEST_AGO = 365 * 15
"""In days; a person with an earlier D0 cannot be enrolled."""
NO_PASSWORD = "-"  # noqa: S105 (no password has this hash)


@dataclass(frozen=True)
class InventedPerson:
    """An enrolled person, with the language they read and the phase they begin in."""

    participant_id: int
    caregiver_id: int
    code: str
    phase: str
    language: str
    number: str


@dataclass(frozen=True)
class Troupe:
    """All people of a course.

    ``staff`` has somebody for each duty and each language, with their language.
    """

    people: tuple[InventedPerson, ...]
    staff: tuple[tuple[int, str], ...]


def gathered(stage: Stage) -> Troupe:
    """Put the study, its site, the team and the people into the stage's database."""
    now = stage.clock.at
    with stage.runtime.writing() as session:
        study_versions.install(session, stage.study, "", now=now)
        site = _site(session, stage.study, now)
        staff = tuple(_staff(session, stage.study, site, now))
    people = []
    for place, phase in enumerate(stage.study.phases):
        for turn, language in enumerate(stage.study.languages):
            number = 10 * place + turn
            people.append(_person(stage, phase, language, number))
    return Troupe(tuple(people), staff)


def _site(session: Session, study: Study, now: datetime) -> Site:
    place = study.site
    site = Site(
        code="COURSE",
        name=dict(place.name),
        country=place.country,
        time_zone=place.time_zone,
        duty_line=place.duty_line,
        emergency_number=place.emergency_number,
        created_at=now - BEFORE,
    )
    session.add(site)
    session.flush()
    _reached(session, f"{BLOCK}9999", now, site_id=site.id)
    return site


def _reached(session: Session, number: str, now: datetime, **owner: int) -> None:
    kind = ContactKind.MOBILE
    contacts.replace(session, kind, number, now=now, verified=True, **owner)


def _staff(
    session: Session, study: Study, site: Site, now: datetime
) -> list[tuple[int, str]]:
    hired: list[tuple[int, str]] = []
    most = max(len(study.duties), len(LANGUAGES))
    each = zip(cycle(study.duties), cycle(LANGUAGES), cycle(ANSWERING), strict=False)
    for duty, language, role in islice(each, most):
        member = Staff(
            site_id=site.id,
            username=f"{duty.id}-{len(hired)}",
            display_name=f"{duty.id} {language}",
            role=role,
            password_hash=NO_PASSWORD,
            language=language,
            active=True,
            created_at=now - BEFORE,
        )
        session.add(member)
        session.flush()
        _reached(session, f"{BLOCK}{len(hired):04}", now, staff_id=member.id)
        rota.assign(session, member, duty.id, starts_at=now - BEFORE)
        hired.append((member.id, language))
    return hired


def _person(stage: Stage, phase: Phase, language: str, number: int) -> InventedPerson:
    now, study = stage.clock.at, stage.study
    form = _form(stage, phase, language, number)
    with stage.runtime.writing() as session:
        version = study_versions.newest(session)
        site = session.scalars(select(Site)).one()
        if version is None:
            raise LookupError("the study was not installed")
        who = enrolment.enrol(
            session, version, study, site, form, actor=audit.OPERATOR, now=now
        )
        _holds(session, who.id, None, now)
        _record_events(Case(session, study, who, now))
        relative = _relative(session, who, f"{BLOCK}{2000 + number}", now)
        _holds(session, who.id, relative.id, now)
        return InventedPerson(
            who.id, relative.id, who.code, phase.code, language, form.number
        )


def _form(stage: Stage, phase: Phase, language: str, number: int) -> Enrolment:
    d0 = _d0(stage, phase)
    leaves = stage.study.ward is not None and not phase.ward
    return Enrolment(
        code=f"CO-{number + 1:03}",
        number=f"{BLOCK}{1000 + number}",
        d0=d0,
        language=language,
        consent_version="1.0",
        consented_at=stage.clock.at - timedelta(days=LONGEST_AGO + 2),
        ahead=True,
        discharged_on=d0 + timedelta(days=1) if leaves else None,
    )


def _relative(
    session: Session, who: Participant, number: str, now: datetime
) -> Caregiver:
    return caregivers.add_caregiver(
        session,
        who,
        number=number,
        language=who.language,
        consent_version="1.0",
        consented_at=now - BEFORE,
        actor=audit.OPERATOR,
        now=now,
    )


def _holds(
    session: Session, participant_id: int, caregiver_id: int | None, now: datetime
) -> None:
    kind = ActorKind.CAREGIVER if caregiver_id else ActorKind.PARTICIPANT
    actor = audit.Actor(kind, str(caregiver_id or participant_id))
    owner = numbers.NumberOwner(participant_id, caregiver_id)
    numbers.confirm_number(session, owner, actor=actor, now=now)


def _d0(stage: Stage, phase: Phase) -> date:
    """A D0 for which today is in the middle of the phase."""
    today = study_days.local_date(stage.clock.at, stage.study.site.time_zone)
    if phase.ward:
        return today - timedelta(days=(phase.planned_days or 0) // 2)
    begun = list(first_days(stage.study).values())
    place = stage.study.phases_at_home.index(phase)
    ends = begun[place + 1] if place + 1 < len(begun) else begun[place] + 60
    ago = (max(begun[place], 2) + ends) // 2
    return today - timedelta(days=min(ago, LONGEST_AGO))


def _record_events(case: Case) -> None:
    member = case.session.scalars(select(Staff).order_by(Staff.id)).first()
    for name, day in usual_events(case.study, case.participant.d0).items():
        if day <= case.today and member is not None:
            events.record(case, RecordedDay(name, day, ""), member.id)


def participant(session: Session, who: InventedPerson) -> Participant:
    """Their row."""
    return session.get_one(Participant, who.participant_id)
