"""The study clock: how far study time runs ahead of real time.

It only moves forward. If it went back, a reminder could leave twice and an alert could
be older than its entry. Leases, codes and sessions never follow it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.db.dialect import insert_unless_present, literals, notify
from portal.db.tables.alerts import Alert, Task
from portal.db.tables.diary import Draft
from portal.db.tables.engine import StudyClock
from portal.db.tables.outbox import Message
from portal.db.tables.people import Participant
from portal.diary.writing.unfinished import LEFT_AFTER
from portal.errors import InvalidInput
from portal.messages.states import WAITING
from portal.protocol.study.tiers import Tier
from portal.vocabulary.alerts import AlertState
from portal.vocabulary.people import ParticipantStatus
from portal.vocabulary.tasks import TaskState

ONLY_ROW = 1
FURTHEST = timedelta(days=366)  # in one move; a typing mistake then does no damage


@dataclass(frozen=True)
class NextEvent:
    """What the engine does next by itself, and when.

    ``kind`` is alert, task, draft, message or reminder.
    """

    kind: str
    at: datetime


def ahead(session: Session) -> timedelta:
    """How far study time runs ahead of real time."""
    row = session.get(StudyClock, ONLY_ROW)
    return timedelta(seconds=row.offset_seconds if row else 0)


def move(session: Session, by: timedelta) -> timedelta:
    """Move study time forward, by whole seconds rounded up; how far it is ahead now.

    A repeat moves it again. The engine wakes when this is committed.

    Raises:
        InvalidInput: it would go back, stand still, or jump more than a year.
    """
    if not timedelta(0) < by <= FURTHEST:
        raise InvalidInput(
            "The study clock moves forward only, a year at most.", field="move"
        )
    insert_unless_present(session, StudyClock, id=ONLY_ROW, offset_seconds=0)
    row = session.get_one(StudyClock, ONLY_ROW, with_for_update=True)
    row.offset_seconds += ceil(by.total_seconds())
    notify(session)
    return timedelta(seconds=row.offset_seconds)


def next_event(session: Session, *, now: datetime) -> NextEvent | None:
    """The next moment at which the engine will do something; None: nothing is due."""
    first = {kind: session.scalar(query) for kind, query in _queries(now).items()}
    if (written := first["draft"]) is not None:
        first["draft"] = written + LEFT_AFTER
    events = [NextEvent(kind, at) for kind, at in first.items() if at is not None]
    return min(events, key=lambda event: event.at, default=None)


def _queries(now: datetime) -> dict[str, Select[Any]]:
    rung = select(func.min(Alert.next_due_at)).where(
        Alert.state != AlertState.CLOSED, Alert.next_due_at > now
    )
    task = select(func.min(Task.due_at)).where(
        Task.state == TaskState.OPEN,
        Task.tier == Tier.SAME_DAY.value,
        Task.overdue_paged_at.is_(None),
        Task.due_at > now,
    )
    draft = select(func.min(Draft.updated_at)).where(
        Draft.unsent, Draft.updated_at > now - LEFT_AFTER
    )
    message = select(func.min(Message.next_try_at)).where(
        Message.state.in_(literals(WAITING)), Message.next_try_at > now
    )
    reminder = select(func.min(Participant.remind_at)).where(
        Participant.status == ParticipantStatus.ACTIVE, Participant.remind_at > now
    )
    return {
        "alert": rung,
        "task": task,
        "draft": draft,
        "message": message,
        "reminder": reminder,
    }
