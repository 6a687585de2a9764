"""A person's facts in the study: day, phase, stays, consent, visits, how to reach them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.people import Caregiver, Consent, Participant
from portal.enrolment import events
from portal.enrolment.events import RecordedEvent
from portal.people import contacts, optouts, timeline
from portal.people.case import Case
from portal.people.optouts import NumberState
from portal.phone_numbers import masked
from portal.protocol.calendar import study_days, whereabouts
from portal.protocol.calendar.whereabouts import HospitalStay, Place, place_on
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text
from portal.visits import planned_visits
from portal.vocabulary.people import ConsentAct, ContactKind
from portal.vocabulary.visits import VisitState


@dataclass(frozen=True)
class Reach:
    """How a person is reached.

    ``number`` and ``name`` are for staff who may see them; ``masked`` is for the
    others.
    """

    status: NumberState
    masked: str
    number: str
    name: str


@dataclass(frozen=True)
class CaregiverCard:
    """A caregiver, with the consent they gave for themselves."""

    language: str
    active: bool
    reach: Reach
    consent_version: str
    consented_at: datetime | None


@dataclass(frozen=True)
class VisitLine:
    """A clinic visit: the target, the days that count, and its state."""

    code: str
    title: Text
    target: date
    opens: date
    closes: date
    state: str
    booked_at: datetime | None
    happened_on: date | None
    unscheduled: bool


@dataclass(frozen=True)
class Where:
    """The phase, and the days in hospital that it follows from.

    ``place`` is where the person is today, as far as anybody has said; ``in_hospital``:
    the last stay on record has no end; ``ward``: the study has a time in hospital.
    """

    phase: str
    title: Text
    place: Place
    stays: tuple[HospitalStay, ...]
    in_hospital: bool
    ward: bool


@dataclass(frozen=True)
class EventCard:
    """An event of the study: its day (None: not yet), and what was said of it before."""

    id: str
    title: Text
    day: date | None
    lines: Sequence[RecordedEvent]


@dataclass(frozen=True)
class Card:
    """A person's facts in the study."""

    id: int
    code: str
    status: str
    d0: date
    day_zero: Text
    day: int
    where: Where
    language: str
    time_zone: str
    consent_version: str
    consented_at: datetime | None
    consent_withdrawn: bool
    reach: Reach
    caregivers: tuple[CaregiverCard, ...]
    visits: tuple[VisitLine, ...]
    events: tuple[EventCard, ...]

    @property
    def place_unsaid(self) -> bool:
        """Whether nobody has said where they are: the ward is asked."""
        return whereabouts.is_unsaid(self.where.place, self.day)


def card(case: Case) -> Card:
    """The facts of one participant today."""
    today = case.today
    consent = _consent(case.session, case.participant, None)
    return Card(
        id=case.participant.id,
        code=case.participant.code,
        status=case.participant.status,
        d0=case.participant.d0,
        day_zero=case.study.first_day,
        day=study_days.day_number(case.participant.d0, today),
        where=_where(case.session, case.study, case.participant, today),
        language=case.participant.language,
        time_zone=case.participant.time_zone,
        consent_version=consent.version if consent else "",
        consented_at=consent.signed_at if consent else None,
        consent_withdrawn=consent is not None and consent.act == ConsentAct.WITHDRAWN,
        reach=_reach(case.session, participant_id=case.participant.id),
        caregivers=_caregivers(case.session, case.participant),
        visits=_visits(case.session, case.study, case.participant),
        events=tuple(_events(case)),
    )


def _events(case: Case) -> Iterator[EventCard]:
    days = case.milestones.events if case.study.events else {}
    for one in case.study.events:
        lines = events.lines_of(case, one.id)
        yield EventCard(one.id, one.title, days.get(one.id), lines)


def _where(
    session: Session, study: Study, participant: Participant, today: date
) -> Where:
    person = timeline.milestones(session, participant)
    code, days = study_days.phase_on(study, person, today), person.stays
    return Where(
        phase=code,
        title=study.phase(code).title,
        place=place_on(study, person, today),
        stays=tuple(days),
        in_hospital=bool(days) and days[-1].discharged is None,
        ward=study.ward is not None,
    )


def _consent(
    session: Session, participant: Participant, caregiver_id: int | None
) -> Consent | None:
    query = select(Consent).where(
        Consent.participant_id == participant.id,
        Consent.caregiver_id == caregiver_id
        if caregiver_id
        else Consent.caregiver_id.is_(None),
    )
    return session.scalar(query.order_by(Consent.id.desc()).limit(1))


def _reach(session: Session, **owner: int) -> Reach:
    contact = contacts.current(session, ContactKind.MOBILE, **owner)
    name = contacts.name(session, **owner) or ""
    if contact is None or contact.value is None:
        return Reach(NumberState.NONE, "", "", name)
    status = optouts.standing(session, contact)
    return Reach(status, masked(contact.value), contact.value, name)


def _caregivers(
    session: Session, participant: Participant
) -> tuple[CaregiverCard, ...]:
    query = select(Caregiver).where(Caregiver.participant_id == participant.id)
    cards = []
    for caregiver in session.scalars(query.order_by(Caregiver.id)):
        consent = _consent(session, participant, caregiver.id)
        cards.append(
            CaregiverCard(
                caregiver.language,
                caregiver.active,
                _reach(session, caregiver_id=caregiver.id),
                consent.version if consent else "",
                consent.signed_at if consent else None,
            )
        )
    return tuple(cards)


def _visits(
    session: Session, study: Study, participant: Participant
) -> tuple[VisitLine, ...]:
    return tuple(
        VisitLine(
            visit.code,
            planned_visits.words_of(session, study, visit).title,
            visit.target,
            visit.opens,
            visit.closes,
            visit.state,
            visit.booked_at if visit.state == VisitState.BOOKED else None,
            visit.happened_on,
            visit.title is not None,
        )
        for visit in planned_visits.of(session, participant)
    )
