"""Consent to a new version of the study: asked for as a task, recorded with its day.

A study file may name the ``consent`` that it needs. Nobody is moved to it before they
have signed that one.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.alerting.tasks import tasks
from portal.db.tables.alerts import Task
from portal.db.tables.people import Consent, Participant, Staff
from portal.errors import InvalidInput, NotFound
from portal.people.case import Case
from portal.protocol.demands.duties import Work
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Tier
from portal.vocabulary.people import ActorKind, ConsentAct
from portal.vocabulary.tasks import TaskKind, TaskState

LONGEST_VERSION = 40


def signed(session: Session, participant: Participant) -> Consent | None:
    """The participant's own newest consent, given or withdrawn."""
    query = select(Consent).where(
        Consent.participant_id == participant.id, Consent.caregiver_id.is_(None)
    )
    return session.scalar(query.order_by(Consent.id.desc()).limit(1))


def lacks(session: Session, participant: Participant, study: Study) -> bool:
    """Whether the study needs a consent that they have not given."""
    if study.consent is None:
        return False
    return not _is_for(signed(session, participant), study.consent)


def _is_for(newest: Consent | None, version: str) -> bool:
    """Whether the newest consent stands, and is one to this version of the form."""
    return (
        newest is not None
        and newest.act == ConsentAct.GIVEN
        and newest.version == version
    )


def asked(session: Session, participant: Participant) -> str | None:
    """The version of the form that a move waits for, or None."""
    query = select(Task.detail).where(
        Task.participant_id == participant.id,
        Task.kind == TaskKind.RECONSENT,
        Task.state == TaskState.OPEN,
    )
    detail = session.scalar(query.order_by(Task.id.desc()).limit(1))
    return str(detail["consent"]) if detail else None


def ask(case: Case, study: Study) -> None:
    """Have somebody speak with them; once a day, until the consent is there."""
    if asked(case.session, case.participant) == study.consent:
        return
    tasks.open_task(
        case,
        TaskKind.RECONSENT,
        key=f"K:{case.participant.id}:{study.consent}:{case.today}",
        tier=Tier.ROUTINE,
        owner_role=case.study.whose(Work.ORGANISING),
        consent=study.consent,
        study=study.version,
    )


def record(
    session: Session,
    participant: Participant,
    version: str,
    signed_at: datetime,
    staff: Staff | None,
    *,
    now: datetime,
) -> bool:
    """Record that they signed, and end the task; whether it is new.

    ``staff`` None: an operator at the command line.

    Raises:
        InvalidInput: no version is named, or it was signed in the future.
        NotFound: the participant is another site's.
    """
    version = version.strip()[:LONGEST_VERSION]
    _check(participant, version, signed_at, staff, now)
    session.get_one(Participant, participant.id, with_for_update=True)
    if _is_for(signed(session, participant), version):
        return False
    session.add(
        Consent(
            participant_id=participant.id,
            act=ConsentAct.GIVEN,
            version=version,
            signed_at=signed_at,
            recorded_at=now,
            recorded_by=staff.id if staff else None,
        )
    )
    actor = audit.Actor(ActorKind.STAFF, str(staff.id)) if staff else audit.OPERATOR
    subject = ("participant", participant.id)
    audit.record(session, actor, "consent.recorded", subject, now=now, version=version)
    _finish(session, participant, version, actor, staff, now)
    return True


def _check(
    participant: Participant,
    version: str,
    signed_at: datetime,
    staff: Staff | None,
    now: datetime,
) -> None:
    if not version:
        raise InvalidInput(
            "Name the version of the consent form.", field="consent_version"
        )
    if signed_at > now:
        raise InvalidInput("The consent cannot be in the future.", field="consented_at")
    if staff is not None and staff.site_id != participant.site_id:
        raise NotFound("There is no such participant.")


def _finish(
    session: Session,
    participant: Participant,
    version: str,
    actor: audit.Actor,
    staff: Staff | None,
    now: datetime,
) -> None:
    query = select(Task).where(
        Task.participant_id == participant.id,
        Task.kind == TaskKind.RECONSENT,
        Task.state == TaskState.OPEN,
    )
    for task in session.scalars(query.with_for_update()):
        if task.detail.get("consent") == version:
            task.state, task.outcome = TaskState.DONE, "The new consent was signed."
            task.done_at, task.done_by = now, staff.id if staff else None
            audit.record(session, actor, "task.done", ("task", task.id), now=now)
