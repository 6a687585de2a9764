"""Study versions: kept whole with their hash; each enrolment follows one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.db.tables.people import Participant, StudyVersion
from portal.errors import InvalidInput, NotFound, StudyFileFault
from portal.protocol.demands.duties import Work
from portal.protocol.study.compiled import from_compiled, to_compiled
from portal.protocol.study.model import Study
from portal.vocabulary.people import ParticipantStatus

SHORTEST_HASH = 6
StudyOf = Callable[[int], Study]
"""Finds the study of a version in one transaction; ``Runtime.studies`` makes it."""


def install(
    session: Session, study: Study, source: str, *, now: datetime
) -> StudyVersion:
    """Store a study file; the same content again gives the existing row."""
    known = session.scalar(
        select(StudyVersion).where(
            StudyVersion.study_id == study.id, StudyVersion.sha256 == study.sha256
        )
    )
    if known is not None:
        return known
    row = StudyVersion(
        study_id=study.id,
        version=study.version,
        sha256=study.sha256,
        approved=study.approved,
        source=source,
        compiled=to_compiled(study),
        loaded_at=now,
    )
    session.add(row)
    session.flush()
    return row


def load(session: Session, study_version_id: int) -> Study:
    """The study of one version.

    Raises:
        NotFound: there is no such version.
    """
    row = session.get(StudyVersion, study_version_id)
    if row is None:
        raise NotFound("There is no such study version.")
    return from_compiled(row.compiled)


def newest(session: Session) -> StudyVersion | None:
    """The version that new enrolments get: the one stored last."""
    return session.scalar(
        select(StudyVersion).order_by(StudyVersion.id.desc()).limit(1)
    )


def ids_in_use(session: Session) -> Sequence[int]:
    """The newest version, and those of people who are followed up; oldest first."""
    followed = select(Participant.study_version_id).where(
        Participant.status.in_((ParticipantStatus.ACTIVE, ParticipantStatus.PAUSED))
    )
    last = select(func.max(StudyVersion.id)).scalar_subquery()
    query = select(StudyVersion.id).where(
        or_(StudyVersion.id.in_(followed), StudyVersion.id == last)
    )
    return session.scalars(query.order_by(StudyVersion.id)).all()


def in_use(session: Session, study_of: StudyOf) -> list[Study]:
    """The studies in use that can be read, oldest first."""
    found = []
    for number in ids_in_use(session):
        with suppress(StudyFileFault):
            found.append(study_of(number))
    return found


def whose(session: Session, work: Work, version_id: int | None = None) -> str:
    """The duty that has this work in a version, or else in the newest one.

    For work that begins without a study at hand: what concerns a site as a whole, or a
    message. Empty if no version can be read: the work is still on the worklist.
    """
    row = session.get(StudyVersion, version_id) if version_id else newest(session)
    try:
        return from_compiled(row.compiled).whose(work) if row is not None else ""
    except StudyFileFault:
        return ""


def named(session: Session, name: str) -> StudyVersion:
    """A version by its name: ``2``, ``dcar-sle@2``, or the beginning of its hash.

    Raises:
        NotFound: no version has this name.
        InvalidInput: several versions have it.
    """
    study_id, _, version = name.rpartition("@")
    rows = session.scalars(select(StudyVersion).order_by(StudyVersion.id)).all()
    found = [
        row
        for row in rows
        if (row.version == version and study_id in ("", row.study_id))
        or (len(name) >= SHORTEST_HASH and row.sha256.startswith(name))
    ]
    if not found:
        raise NotFound(f'There is no version "{name[:80]}". See: study versions')
    if len(found) > 1:
        each = ", ".join(
            f"{row.study_id}@{row.version} {row.sha256[:8]}" for row in found
        )
        said = f'"{name[:80]}" names several versions: {each}. Give the hash of one.'
        raise InvalidInput(said)
    return found[0]


def with_people(session: Session) -> Sequence[tuple[StudyVersion, int]]:
    """Every version, oldest first, with the number of people who follow it."""
    query = (
        select(StudyVersion, func.count(Participant.id))
        .outerjoin(Participant, Participant.study_version_id == StudyVersion.id)
        .group_by(StudyVersion.id)
        .order_by(StudyVersion.id)
    )
    return [(row, count) for row, count in session.execute(query)]


def every_id(session: Session) -> Sequence[int]:
    """The ids of all versions."""
    return session.scalars(select(StudyVersion.id)).all()


def unapproved(session: Session) -> bool:
    """Whether the investigator has not signed a study that is in use."""
    query = select(StudyVersion.id).where(StudyVersion.approved.is_(False)).limit(1)
    return session.scalar(query) is not None
