"""Enrolment: a code, a number, D0, a language and a recorded consent; then visits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import available_timezones

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit, study_versions
from portal.alerting.tasks import deviations
from portal.db.people import (
    Consent,
    Participant,
    Site,
    Stay,
    StudyVersion,
)
from portal.errors import Doubtful, Faults, InvalidInput, NotFound
from portal.people import contacts
from portal.people.case import Case
from portal.phone_numbers import to_mobile
from portal.protocol.calendar import study_days
from portal.protocol.study.model import Study
from portal.visits import planned_visits

CODE = re.compile(r"[A-Z]{1,6}-[0-9]{1,6}\Z")
LANGUAGES = ("zh", "en")
D0_AHEAD = timedelta(days=60)
D0_BEHIND = timedelta(days=365 * 16)


@dataclass(frozen=True)
class Enrolment:
    """What staff enter. ``d0`` is the day of infusion in the site's zone.

    ``d0`` and ``consented_at`` are None where nothing readable was written: refused.
    ``discharged_on`` is given for somebody already at home; ``name`` is optional
    and kept apart, in the erasable contacts. ``ahead`` says that an infusion which is
    still to come was asked about.
    """

    code: str
    number: str
    d0: date | None
    language: str
    consent_version: str
    consented_at: datetime | None
    time_zone: str | None = None
    name: str = ""
    discharged_on: date | None = None
    ahead: bool = False


def enrol_in_newest(
    session: Session,
    study_of: Callable[[int], Study],
    site_id: int,
    enrolment: Enrolment,
    *,
    actor: audit.Actor,
    now: datetime,
) -> Participant:
    """Enrol somebody at a site in the study version that was installed last.

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

    The same enrolment by the same person again gives the participant that is there,
    so that a form sent twice enrols once.

    Raises:
        Faults: fields are missing or impossible, or an infusion that is to come was
            not asked about; each with its sentence.
        InvalidInput: the code is taken.
    """
    _one_at_a_time(session, study_version)
    d0, consented_at, number = _checked(site, enrolment, now)
    known = _holder(session, enrolment)
    if known is not None:
        return _the_same(session, site, known, enrolment, number, actor)
    participant = _new(study_version, site, enrolment, d0, actor, now)
    session.add(participant)
    session.flush()
    _keep_contacts(session, participant, number, enrolment.name.strip(), now)
    _record_consent(session, participant, enrolment, consented_at, now)
    session.add(
        Stay(
            participant_id=participant.id,
            admitted_on=d0,
            discharged_on=enrolment.discharged_on,
        )
    )
    if (on := enrolment.discharged_on) is not None:
        deviations.discharged(Case(session, study, participant, now), on=on)
    planned_visits.plan(session, study, participant)
    subject = ("participant", participant.id)
    audit.record(session, actor, "participant.enrolled", subject, now=now)
    return participant


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
        status="active",
        status_at=now,
        enrolled_at=now,
        enrolled_by=int(actor.id) if actor.kind == "staff" else None,
    )


def _one_at_a_time(session: Session, study_version: StudyVersion) -> None:
    """Let two sendings of one form follow each other, so that the second sees."""
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
    mobile = contacts.current(session, "mobile", participant_id=known.id)
    again = (
        known.site_id == site.id
        and known.d0 == enrolment.d0
        and known.language == enrolment.language
        and known.enrolled_by == (int(actor.id) if actor.kind == "staff" else None)
        and mobile is not None
        and mobile.value == number
    )
    if not again:
        raise InvalidInput("This study code is taken.", field="code")
    return known


def _checked(
    site: Site, enrolment: Enrolment, now: datetime
) -> tuple[date, datetime, str]:
    """D0, the moment of consent and the number in E.164, if nothing is wrong."""
    faults = [*_faults_of_fields(enrolment), *_faults_of_dates(site, enrolment, now)]
    number = ""
    try:
        number = to_mobile(enrolment.number, site.country)
    except InvalidInput as refusal:
        faults.append(refusal)
    d0, consented_at = enrolment.d0, enrolment.consented_at
    if faults or d0 is None or consented_at is None:
        raise Faults(faults)
    return d0, consented_at, number


def _faults_of_fields(enrolment: Enrolment) -> Iterator[InvalidInput]:
    if not CODE.match(enrolment.code.strip().upper()):
        yield InvalidInput("Write the study code like DS-007.", field="code")
    if enrolment.language not in LANGUAGES:
        yield InvalidInput("Choose a language.", field="language")
    if enrolment.time_zone and enrolment.time_zone not in available_timezones():
        yield InvalidInput("This time zone does not exist.", field="time_zone")
    if not enrolment.consent_version.strip():
        yield InvalidInput(
            "Name the version of the consent form.", field="consent_version"
        )


def _faults_of_dates(
    site: Site, enrolment: Enrolment, now: datetime
) -> Iterator[InvalidInput]:
    today, d0 = study_days.local_date(now, site.time_zone), enrolment.d0
    if d0 is None:
        yield InvalidInput("Write the day like 2026-03-10.", field="d0")
    elif not today - D0_BEHIND <= d0 <= today + D0_AHEAD:
        yield InvalidInput("This infusion date is too far from today.", field="d0")
    elif d0 > today and not enrolment.ahead:
        yield Doubtful(
            "This infusion is still to come. If the day is right, send it once more.",
            field="d0",
        )
    home = enrolment.discharged_on
    if home is not None and not (d0 or home) <= home <= today:
        yield InvalidInput(
            "The discharge lies between the infusion and today.", field="discharged_on"
        )
    yield from _faults_of_consent(site, d0, enrolment.consented_at, now)


def _faults_of_consent(
    site: Site, d0: date | None, signed_at: datetime | None, now: datetime
) -> Iterator[InvalidInput]:
    """Consent comes before treatment; on the day itself nobody can say by the hour."""
    if signed_at is None:
        yield InvalidInput("Choose day and time.", field="consented_at")
    elif signed_at > now:
        yield InvalidInput(
            "The consent cannot lie in the future.", field="consented_at"
        )
    elif d0 and study_days.local_date(signed_at, site.time_zone) > d0:
        yield InvalidInput(
            "This lies after the infusion. Enter the consent that was signed before "
            "it, or look at the day of the infusion again.",
            field="consented_at",
        )


def _keep_contacts(
    session: Session, participant: Participant, number: str, name: str, now: datetime
) -> None:
    owner = {"participant_id": participant.id}
    contacts.replace(session, "mobile", number, now=now, verified=False, **owner)
    if name:
        contacts.replace(session, "name", name, now=now, verified=True, **owner)


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
            act="given",
            version=enrolment.consent_version.strip(),
            signed_at=signed_at,
            recorded_at=now,
            recorded_by=participant.enrolled_by,
        )
    )
