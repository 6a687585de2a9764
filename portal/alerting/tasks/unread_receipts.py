"""When the words of an entry are read, or were read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.alerts import Task
from portal.db.tables.diary import EntryConflict, EntryVersion
from portal.people import timeline
from portal.people.case import Case
from portal.protocol.calendar.whereabouts import Place
from portal.vocabulary.tasks import TaskKind, TaskState


@dataclass(frozen=True)
class Reading:
    """``read_at``: somebody has read them; ``by``: a time that is still ahead.

    With neither, the time has passed and nobody has read them. ``place`` is where the
    participant is now: on the ward somebody is near.
    """

    place: Place
    by: datetime | None = None
    read_at: datetime | None = None


def of_entry(case: Case, entry_id: int) -> Reading | None:
    """When the words of an entry are or were read; None: nobody needs to read any."""
    versions = timeline.versions_of(case.session, entry_id)
    if not versions:
        return None
    return _newest(case, _keys(case.session, versions))


def _keys(session: Session, versions: Sequence[EntryVersion]) -> set[str]:
    ids = [version.id for version in versions]
    query = select(EntryConflict.id).where(EntryConflict.entry_version_id.in_(ids))
    keys = {f"versions:{one}" for one in ids}
    return keys | {f"conflicts:{one}" for one in session.scalars(query)}


def _newest(case: Case, keys: set[str]) -> Reading | None:
    """The reading of the newest task with any of ``keys`` of ``unread_words``."""
    query = select(Task).filter_by(
        participant_id=case.participant.id, kind=TaskKind.WORDS_TO_READ
    )
    for task in case.session.scalars(query.order_by(Task.id.desc())):
        mine = [at for key, at in task.detail.get("by", {}).items() if key in keys]
        if mine:
            by = datetime.fromisoformat(max(mine))
            return _reading(task, by, case.place, case.now)
    return None


def _reading(task: Task, by: datetime, place: Place, now: datetime) -> Reading:
    if task.state != TaskState.OPEN:
        return Reading(place, read_at=task.done_at)
    coming = [at for at in (task.due_at, by) if at > now]
    return Reading(place, by=min(coming, default=None))
