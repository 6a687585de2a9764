"""Adoption: a participant is moved to another version of the study they are in.

One transaction for each person, all or nothing: who, why and when, and the visits and
reminders planned again. What began before keeps its version (ADR 14). A consent that
the new version needs comes first. An unapproved version is only for people who follow
one already, or for the demonstration.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.db.tables.people import (
    Caregiver,
    Participant,
    Staff,
    StudyAdoption,
    StudyVersion,
)
from portal.enrolment import reconsent
from portal.errors import InvalidInput, NotAllowed, NotFound
from portal.people.case import Case
from portal.people.roles import Role
from portal.protocol.calendar import study_days
from portal.protocol.study.model import Study
from portal.study_versions import StudyOf
from portal.visits import amended_visits
from portal.visits.amended_visits import ReplannedVisits
from portal.visits.reminders import amended_plan
from portal.vocabulary.people import ActorKind, ParticipantStatus

MAY_ADOPT = (Role.INVESTIGATOR, Role.ADMIN)
FOLLOWED = (ParticipantStatus.ACTIVE, ParticipantStatus.PAUSED)
LONGEST_REASON = 500
TOLD_FOR = timedelta(days=14)
"""So long a participant reads that questions and advice may have changed."""


class AdoptionOutcome(StrEnum):
    """The result of one person's move."""

    MOVED = "moved"
    WAITS = "waits for consent"
    ALREADY = "already there"


@dataclass(frozen=True)
class Adopted:
    """One person's move, and what it did to their visits."""

    code: str
    outcome: AdoptionOutcome
    visits: ReplannedVisits = field(default_factory=ReplannedVisits)


@dataclass(frozen=True)
class SignedMove:
    """To which version, signed by whom and why; ``demonstration``: invented people."""

    version_id: int
    staff_id: int
    why: str
    demonstration: bool


def check(session: Session, move: SignedMove) -> tuple[StudyVersion, Staff]:
    """Check the version and the signer, before anybody is moved.

    Raises:
        NotFound: there is no such version.
        NotAllowed: it is not theirs to sign.
        InvalidInput: no reason is given.
    """
    version = session.get(StudyVersion, move.version_id)
    if version is None:
        raise NotFound("There is no such study version.")
    return version, signer(session, move.staff_id, move.why)


def signer(session: Session, staff_id: int, why: str) -> Staff:
    """The person who signs a change of somebody's plan, with the reason.

    Raises:
        NotAllowed: it is not theirs to sign.
        InvalidInput: no reason is given.
    """
    staff = session.get_one(Staff, staff_id)
    if staff.role not in MAY_ADOPT:
        raise NotAllowed("Only an investigator or administrator may sign this.")
    if not why.strip():
        raise InvalidInput("Write one sentence on why.", field="why")
    return staff


def adopt(
    session: Session, study_of: StudyOf, code: str, move: SignedMove, *, now: datetime
) -> Adopted:
    """Move one participant, or ask for their consent. A repeat changes nothing.

    Raises:
        NotFound: no such version, or no such participant at the signer's site.
        NotAllowed: it is not theirs to sign, or the version is not approved.
        InvalidInput: no reason is given, the version is another study's, or nobody
            follows this person any more.
    """
    version, staff = check(session, move)
    person = locked(session, staff, code)
    if person.study_version_id == version.id:
        return Adopted(person.code, AdoptionOutcome.ALREADY)
    old = Case(session, study_of(person.study_version_id), person, now)
    _refuse_unfit(old, version, demonstration=move.demonstration)
    study = study_of(version.id)
    if reconsent.lacks(session, person, study):
        reconsent.ask(old, study)
        return Adopted(person.code, AdoptionOutcome.WAITS)
    amended_plan.settle(old)
    _write_down(old, version, staff, move.why)
    person.study_version_id = version.id
    _go_on_in_its_languages(session, person, study)
    new = Case(session, study, person, now)
    visits = amended_visits.replan(new, staff, f"{study.id} {study.version}")
    amended_plan.go_on(new, old.study, visits.moved)
    return Adopted(person.code, AdoptionOutcome.MOVED, visits)


def _go_on_in_its_languages(
    session: Session, person: Participant, study: Study
) -> None:
    """Who reads a language that the version no longer offers reads its first."""
    relatives = select(Caregiver).where(Caregiver.participant_id == person.id)
    for one in (person, *session.scalars(relatives)):
        one.language = study.spoken(one.language)


def locked(session: Session, staff: Staff, code: str) -> Participant:
    """A participant at the signer's site, locked for this transaction.

    Raises:
        NotFound: there is none.
    """
    query = select(Participant).where(
        Participant.code == code.strip().upper(), Participant.site_id == staff.site_id
    )
    person = session.scalar(query.with_for_update())
    if person is None:
        raise NotFound("There is no such participant.")
    return person


def _refuse_unfit(case: Case, version: StudyVersion, *, demonstration: bool) -> None:
    if version.study_id != case.study.id:
        raise InvalidInput("This is a version of another study.", field="version")
    if case.participant.status not in FOLLOWED:
        raise InvalidInput("This person is not in follow-up any more.", field="code")
    if not version.approved and case.study.approved and not demonstration:
        raise NotAllowed("This version is not approved: no real person may follow it.")


def _write_down(case: Case, version: StudyVersion, staff: Staff, why: str) -> None:
    row = StudyAdoption(
        participant_id=case.participant.id,
        from_version_id=case.study_version_id,
        to_version_id=version.id,
        staff_id=staff.id,
        reason=why.strip()[:LONGEST_REASON],
        at=case.now,
    )
    case.session.add(row)
    case.session.flush()
    actor = audit.Actor(ActorKind.STAFF, str(staff.id))
    subject = ("participant", case.participant.id)
    told = {"adoption": row.id, "from": row.from_version_id, "to": row.to_version_id}
    act = "participant.study_adopted"
    audit.record(case.session, actor, act, subject, now=case.now, **told)


@dataclass(frozen=True)
class MovablePerson:
    """A person whom an adoption would move; ``lacks_consent``: only after signing."""

    code: str
    from_version_id: int
    lacks_consent: bool


def candidates(
    session: Session, study_of: StudyOf, version: StudyVersion, site_id: int
) -> Sequence[MovablePerson]:
    """Everybody in follow-up at a site who follows another version of the study."""
    query = (
        select(Participant)
        .join(StudyVersion, StudyVersion.id == Participant.study_version_id)
        .where(
            Participant.site_id == site_id,
            Participant.status.in_(FOLLOWED),
            StudyVersion.study_id == version.study_id,
            Participant.study_version_id != version.id,
        )
    )
    study = study_of(version.id)
    return [
        MovablePerson(
            one.code, one.study_version_id, reconsent.lacks(session, one, study)
        )
        for one in session.scalars(query.order_by(Participant.code))
    ]


def told_until(case: Case) -> date | None:
    """The last day on which their page says that they were moved; None: it is over."""
    query = select(StudyAdoption.at).filter_by(participant_id=case.participant.id)
    at = case.session.scalar(query.order_by(StudyAdoption.id.desc()).limit(1))
    if at is None:
        return None
    until = study_days.local_date(at + TOLD_FOR, case.site.time_zone)
    return until if case.today <= until else None
