"""Reading at one sitting what several people wrote: each of them is ticked.

A tick says what stood on the page. Where somebody wrote more meanwhile, their task stays
open, so that no words end unread behind a tick that was made before they came.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.db.tables.alerts import Task
from portal.db.tables.people import Participant, Staff
from portal.diary.unread_words import finish_reading
from portal.errors import InvalidInput, NotFound
from portal.vocabulary.tasks import TaskKind, TaskState

NOTHING_TO_DO = "Read: nothing to do."
"""The outcome of a tick; ``web.staff.words`` has it in other languages."""


@dataclass(frozen=True)
class ReadTick:
    """A task whose words were read. ``seen``: the mark of the words on the page.

    ``heard_from``: whoever read them knows how the person is today.
    """

    task_id: int
    seen: str
    heard_from: bool = False


def mark_of(task: Task) -> str:
    """The mark of a task's words: another one as soon as more words join."""
    said = json.dumps(task.detail.get("by", {}), sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def read_together(
    session: Session, staff: Staff, ticks: Collection[ReadTick], *, now: datetime
) -> tuple[int, ...]:
    """End the tasks that were ticked; return those that stay, as more words joined.

    A repeat changes nothing.

    Raises:
        InvalidInput: nobody was ticked.
        NotFound: one of them is no such task at this person's site.
    """
    if not ticks:
        raise InvalidInput("Tick at least one person.", field="words")
    left = []
    for tick in sorted(ticks, key=lambda one: one.task_id):
        task = _locked(session, tick.task_id, staff)
        if task.state != TaskState.OPEN:
            continue
        if mark_of(task) != tick.seen:
            left.append(task.id)
            continue
        finish_reading(
            session, task.id, staff, NOTHING_TO_DO, heard_from=tick.heard_from, now=now
        )
    return tuple(left)


def _locked(session: Session, task_id: int, staff: Staff) -> Task:
    """The task, locked after its person, as whoever writes locks them."""
    found = session.get(Task, task_id)
    mine = found is not None and found.site_id == staff.site_id
    if found is None or not mine or found.kind != TaskKind.WORDS_TO_READ:
        raise NotFound("There is no such task.")
    session.get(Participant, found.participant_id or 0, with_for_update=True)
    session.refresh(found, with_for_update=True)
    return found
