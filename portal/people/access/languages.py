"""The language a person chose: for their pages, and for texts to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal import audit
from portal.db.tables.people import Caregiver, Participant, Staff
from portal.people.access.sessions import Viewer


def choose(session: Session, viewer: Viewer, language: str, *, now: datetime) -> None:
    """Store the language that a viewer chose; a repeat changes nothing.

    The caller has checked that they may choose it.
    """
    person = _row(session, viewer)
    if person is None or person.language == language:
        return
    person.language = language
    audit.record(
        session,
        viewer.actor,
        "language.chosen",
        (viewer.kind, viewer.actor.id),
        now=now,
        language=language,
    )


def _row(session: Session, viewer: Viewer) -> Staff | Participant | Caregiver | None:
    if viewer.staff_id is not None:
        return session.get(Staff, viewer.staff_id)
    if viewer.caregiver_id is not None:
        return session.get(Caregiver, viewer.caregiver_id)
    return session.get(Participant, viewer.participant_id or 0)
