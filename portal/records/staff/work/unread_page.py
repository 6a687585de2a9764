"""What people wrote and nobody has read: everybody of a site on one page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.alerts import Task
from portal.db.tables.people import Participant
from portal.diary.reading_together import mark_of
from portal.records.staff.tasks import TaskLine, Written, task_line, words_of_task
from portal.study_versions import StudyOf
from portal.vocabulary.tasks import TaskKind, TaskState

AT_ONCE = 50
"""How many are on the page; the next come when these are read."""


@dataclass(frozen=True)
class UnreadPerson:
    """A task about words, and the words, oldest first. ``seen`` is their mark."""

    line: TaskLine
    written: tuple[Written, ...]
    seen: str
    overdue: bool


def unread_people(
    session: Session, study_of: StudyOf, site_id: int, *, now: datetime
) -> tuple[UnreadPerson, ...]:
    """Whose words wait at a site, those that are due first on top."""
    query = (
        select(Task, Participant)
        .join(Participant, Participant.id == Task.participant_id)
        .where(
            Task.site_id == site_id,
            Task.kind == TaskKind.WORDS_TO_READ,
            Task.state == TaskState.OPEN,
        )
        .order_by(Task.due_at, Task.id)
        .limit(AT_ONCE)
    )
    return tuple(
        _unread(session, study_of, task, person, now)
        for task, person in session.execute(query).all()
    )


def _unread(
    session: Session, study_of: StudyOf, task: Task, person: Participant, now: datetime
) -> UnreadPerson:
    study = study_of(person.study_version_id)
    return UnreadPerson(
        line=task_line(task, person.code, study),
        written=words_of_task(session, study, task),
        seen=mark_of(task),
        overdue=task.due_at <= now,
    )
