"""Enrolment: a code, a number, D0, a language and a recorded consent; then visits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit, study_versions
from portal.alerting.tasks import deviations
from portal.db.tables.people import (
    Consent,
    Participant,
    Site,
    Stay,
    StudyVersion,
)
from portal.enrolment.enrolment_form import Enrolment, checked
from portal.errors import InvalidInput, NotFound
from portal.people import contacts
from portal.people.case import Case
from portal.protocol.study.model import Study
from portal.study_versions import StudyOf
from portal.visits import planned_visits
from portal.vocabulary.people import (
    ActorKind,
    ConsentAct,
    ContactKind,
    ParticipantStatus,
)


def enrol_in_newest(
    session: Session,
    study_of: StudyOf,
    site_id: int,
    enrolment: Enrolment,
    *,
    actor: audit.Actor,
    now: datetime,
) -> Participant:
    """Enrol a person at a site in the study version that was installed last.

    Raises:
        NotFound: no study is installed.
        Faults, InvalidInput: as ``enrol``.
    """
    version = study_versions.newest(session)
    if version is None:
        raise NotFound("No study is installed.")
    study, site = study_of(version.id), session.get_one(Site, site_id)
    return enrol(session, version, study, site, enrolment, actor=actor, now=now)


def enrol(
    session: Session,
    study_version: StudyVersion,
    study: Study,
    site: Site,
    enrolment: Enrolment,
    *,
    actor: audit.Actor,
    now: datetime,
) -> Participant:
    """Add a participant, the consent, the stay and every visit; no number is verified.

    The same enrolment by the same member of staff again gives the existing participant,
    so that a form sent twice enrols once.

    Raises:
        Faults: fields are missing or impossible, or a future D0 was
            not confirmed; each with its sentence.
        InvalidInput: the code is taken.
    """
    _one_at_a_time(session, study_version)
    d0, consented_at, number = checked(site, enrolment, now)
    enrolment = replace(enrolment, language=study.spoken(enrolment.language))
    known = _holder(session, enrolment)
    if known is not None:
        return _the_same(session, site, known, enrolment, number, actor)
    participant = _new(study_version, site, enrolment, d0, actor, now)
    session.add(participant)
    session.flush()
    _keep_contacts(session, participant, number, enrolment.name.strip(), now)
    _record_consent(session, participant, enrolment, consented_at, now)
    if study.ward is not None:
        _admit(Case(session, study, participant, now), enrolment.discharged_on)
    planned_visits.plan(session, study, participant)
    subject = ("participant", participant.id)
    audit.record(session, actor, "participant.enrolled", subject, now=now)
    return participant


def _admit(case: Case, discharged_on: date | None) -> None:
    """Record the stay for the treatment; a study without a ward has none."""
    case.session.add(
        Stay(
            participant_id=case.participant.id,
            admitted_on=case.participant.d0,
            discharged_on=discharged_on,
        )
    )
    if discharged_on is not None:
        deviations.discharged(case, on=discharged_on)


def _new(
    study_version: StudyVersion,
    site: Site,
    enrolment: Enrolment,
    d0: date,
    actor: audit.Actor,
    now: datetime,
) -> Participant:
    return Participant(
        site_id=site.id,
        study_version_id=study_version.id,
        code=enrolment.code.strip().upper(),
        d0=d0,
        language=enrolment.language,
        time_zone=enrolment.time_zone or site.time_zone,
        status=ParticipantStatus.ACTIVE,
        status_at=now,
        enrolled_at=now,
        enrolled_by=int(actor.id) if actor.kind == ActorKind.STAFF else None,
    )


def _one_at_a_time(session: Session, study_version: StudyVersion) -> None:
    """Let two sendings of one form run in turn, so that the second sees the first."""
    query = select(StudyVersion.id).where(StudyVersion.id == study_version.id)
    session.execute(query.with_for_update(key_share=True))


def _holder(session: Session, enrolment: Enrolment) -> Participant | None:
    query = select(Participant).filter_by(code=enrolment.code.strip().upper())
    return session.scalar(query)


def _the_same(
    session: Session,
    site: Site,
    known: Participant,
    enrolment: Enrolment,
    number: str,
    actor: audit.Actor,
) -> Participant:
    mobile = contacts.current(session, ContactKind.MOBILE, participant_id=known.id)
    again = (
        known.site_id == site.id
        and known.d0 == enrolment.d0
        and known.language == enrolment.language
        and known.enrolled_by
        == (int(actor.id) if actor.kind == ActorKind.STAFF else None)
        and mobile is not None
        and mobile.value == number
    )
    if not again:
        raise InvalidInput("This study code is taken.", field="code")
    return known


def _keep_contacts(
    session: Session, participant: Participant, number: str, name: str, now: datetime
) -> None:
    owner = {"participant_id": participant.id}
    contacts.replace(
        session, ContactKind.MOBILE, number, now=now, verified=False, **owner
    )
    if name:
        contacts.replace(
            session, ContactKind.NAME, name, now=now, verified=True, **owner
        )


def _record_consent(
    session: Session,
    participant: Participant,
    enrolment: Enrolment,
    signed_at: datetime,
    now: datetime,
) -> None:
    session.add(
        Consent(
            participant_id=participant.id,
            act=ConsentAct.GIVEN,
            version=enrolment.consent_version.strip(),
            signed_at=signed_at,
            recorded_at=now,
            recorded_by=participant.enrolled_by,
        )
    )
