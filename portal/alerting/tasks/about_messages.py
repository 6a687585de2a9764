"""Tasks about a message that may not have reached anybody."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal import study_versions
from portal.db.dialect import insert_unless_present
from portal.db.tables.alerts import Task
from portal.db.tables.outbox import Message
from portal.db.tables.people import Contact, Participant, Staff
from portal.protocol.demands.duties import Work
from portal.protocol.study.tiers import Tier
from portal.vocabulary.tasks import TaskKind, TaskState

LOOK_WITHIN = timedelta(hours=1)


def tell_staff(
    session: Session, message: Message, kind: TaskKind, key: str, now: datetime
) -> None:
    """Put a routine task of ``kind`` on the worklist; a repeat adds nothing.

    It is due within an hour. Tasks with the same ``key`` are the same problem.
    """
    site_id = _site_of(session, message)
    if site_id is None:
        return
    insert_unless_present(
        session,
        Task,
        dedupe_key=key,
        site_id=site_id,
        participant_id=message.participant_id,
        alert_id=message.alert_id,
        kind=kind,
        tier=Tier.ROUTINE.value,
        owner_role=study_versions.whose(
            session, Work.ORGANISING, message.study_version_id
        ),
        detail={"message": message.id, "purpose": message.purpose},
        created_at=now,
        due_at=now + LOOK_WITHIN,
        state=TaskState.OPEN,
    )


def _site_of(session: Session, message: Message) -> int | None:
    if message.participant_id is not None:
        return session.get_one(Participant, message.participant_id).site_id
    contact = session.get_one(Contact, message.contact_id)
    if contact.staff_id is not None:
        return session.get_one(Staff, contact.staff_id).site_id
    return contact.site_id
