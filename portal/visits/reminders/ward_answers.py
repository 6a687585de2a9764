"""Silence if nobody knows whether a person is home: the ward is asked, and answers.

Nobody should phone a person who is on the ward, and a person who went home must not be
taken to be on the ward. So at the hour of the call the nurse is asked whether the
person is still on the ward. Without an answer, the later rungs follow as for anybody.
"Still here" ends it. "Went home" turns it into the usual call, with the same rungs to
follow.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.db.tables.alerts import Task
from portal.db.tables.people import Participant
from portal.people.case import Case
from portal.protocol.calendar.silence_plans import plan_on
from portal.protocol.study.plan_model import CallTask
from portal.protocol.study.text import worded
from portal.visits.reminders.stopping import retract_keys
from portal.vocabulary.people import ActorKind
from portal.vocabulary.tasks import TaskKind, TaskState

ASKS_WARD = "asks_ward"
TO_PHONE = timedelta(hours=1)
"""What the call has at least, once the ward has said that the person is home."""

QUESTION = worded(
    "No diary, and not known whether home: ask the ward first. "
    "If they are not there, phone them twice, then the caregiver."
)


def question(participant: Participant, day: date) -> dict[str, Any]:
    """What the task of a silent day holds while the ward is asked.

    ``page_key``: the nurse is paged once a day, however many people are asked about.
    """
    key = f"T:ward:{participant.site_id}:{day}"
    return {ASKS_WARD: True, "page_key": key, **QUESTION}


def is_here(
    session: Session,
    participant: Participant,
    on: date,
    actor: audit.Actor,
    *,
    now: datetime,
) -> None:
    """The person was on the ward ``on``: their silence up to then needs no call."""
    for task in _questions(session, participant):
        if _newest(task) <= str(on):
            _finish(session, task, "The ward: still here.", actor, now)
    _take_back_texts(session, participant, on, now)


def went_home(case: Case, on: date, actor: audit.Actor) -> None:
    """The person went home ``on``: staff phone about their silence of the days after."""
    for task in _questions(case.session, case.participant):
        if _newest(task) <= str(on):
            _finish(case.session, task, "The ward: went home.", actor, case.now)
        else:
            _phone(task, _call_of(case, task), case.now)


def _call_of(case: Case, task: Task) -> CallTask:
    """The usual call of the plan of a question's newest day."""
    day = date.fromisoformat(_newest(task))
    plan = plan_on(case.study, case.milestones, day)
    return (plan or case.study.missing[task.detail["phase"]]).task


def _questions(session: Session, participant: Participant) -> Iterator[Task]:
    query = select(Task).where(
        Task.participant_id == participant.id,
        Task.kind == TaskKind.MISSING_DIARY,
        Task.state == TaskState.OPEN,
    )
    for task in session.scalars(query.with_for_update()).all():
        if task.detail.get(ASKS_WARD):
            yield task


def _newest(task: Task) -> str:
    """The newest silent day that a call is about."""
    return str(max(task.detail.get("days") or [task.detail["day"]]))


def _finish(
    session: Session, task: Task, outcome: str, actor: audit.Actor, now: datetime
) -> None:
    task.state, task.done_at, task.outcome = TaskState.DONE, now, outcome
    task.done_by = int(actor.id) if actor.kind == ActorKind.STAFF else None
    audit.record(session, actor, "task.done", ("task", task.id), now=now)


def _phone(task: Task, plan: CallTask, now: datetime) -> None:
    asked = (ASKS_WARD, "page_key", *QUESTION)
    kept = {k: v for k, v in task.detail.items() if k not in asked}
    task.detail = {**kept, **plan.title}
    task.owner_role = plan.role
    if task.due_at < now + TO_PHONE:
        task.due_at, task.overdue_paged_at = now + TO_PHONE, None


def _take_back_texts(
    session: Session, participant: Participant, on: date, now: datetime
) -> None:
    """Withdraw unsent diary texts about a day on the ward."""
    prefix = f"D:{participant.id}:{on}:"
    reason = "in hospital that day"
    retract_keys(session, participant.id, prefix, reason, now=now, but=("recheck",))
