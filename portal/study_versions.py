"""Study versions: kept whole with their hash; enrolments pin one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.people import StudyVersion
from portal.errors import NotFound
from portal.protocol.study.model import Study
from portal.protocol.study.reading import from_compiled, to_compiled

StudyOf = Callable[[int], Study]
"""Finds the study of a version in one transaction; ``Runtime.studies`` makes it."""


def install(
    session: Session, study: Study, source: str, *, now: datetime
) -> StudyVersion:
    """Keep a study file; the same content again gives the row that is there."""
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
    """The version that new enrolments get: the one kept last."""
    return session.scalar(
        select(StudyVersion).order_by(StudyVersion.id.desc()).limit(1)
    )


def every_id(session: Session) -> Sequence[int]:
    """Every version kept so far."""
    return session.scalars(select(StudyVersion.id)).all()


def unapproved(session: Session) -> bool:
    """Whether any study in use still waits for the investigator's signature."""
    query = select(StudyVersion.id).where(StudyVersion.approved.is_(False)).limit(1)
    return session.scalar(query) is not None
