"""Same-day and routine work: one row per matter, with an owner role and a due time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal import audit
from portal.db.dialect import insert_unless_present
from portal.db.tables.alerts import Task
from portal.db.tables.people import Participant, Staff
from portal.engine import one_by_one
from portal.errors import InvalidInput, NotFound
from portal.messages.outbox import NewMessage, enqueue
from portal.people import contacts, rota
from portal.people.case import Case
from portal.protocol.calendar.due import due_at as due_by_rule
from portal.protocol.study.tiers import Tier
from portal.study_versions import StudyOf
from portal.vocabulary.messages import Channel, Purpose
from portal.vocabulary.people import ActorKind
from portal.vocabulary.tasks import TaskKind, TaskState

PAGED_LATE = timedelta(hours=24)
AT_ONCE = 50


def open_task(
    case: Case,
    kind: TaskKind,
    *,
    key: str,
    tier: Tier,
    owner_role: str,
    due_at: datetime | None = None,
    alert_id: int | None = None,
    entry_version_id: str | None = None,
    **detail: Any,
) -> bool:
    """Open a task unless ``key`` was used before; return whether it was opened.

    ``due_at`` None: the tier's own time in the site's zone.
    """
    site = case.site
    rule = case.study.policies[tier].due
    if due_at is None:
        due_at = due_by_rule(rule, case.now, site.time_zone) if rule else case.now
    return insert_unless_present(
        case.session,
        Task,
        dedupe_key=key,
        site_id=case.participant.site_id,
        participant_id=case.participant.id,
        alert_id=alert_id,
        entry_version_id=entry_version_id,
        kind=kind,
        tier=tier.value,
        owner_role=owner_role,
        detail=detail,
        created_at=case.now,
        due_at=due_at,
        state=TaskState.OPEN,
    )


def finish_task(
    session: Session, task_id: int, staff: Staff, outcome: str, *, now: datetime
) -> Task:
    """Close a task with its outcome; a repeat changes nothing.

    Raises:
        InvalidInput: the outcome is empty.
        NotFound: no such task at this person's site.
    """
    if not outcome.strip():
        raise InvalidInput("Write one sentence on what was done.", field="outcome")
    task = session.get(Task, task_id, with_for_update=True)
    if task is None or task.site_id != staff.site_id:
        raise NotFound("There is no such task.")
    if task.state == TaskState.OPEN:
        task.state, task.outcome = TaskState.DONE, outcome.strip()
        task.done_at, task.done_by = now, staff.id
        actor = audit.Actor(ActorKind.STAFF, str(staff.id))
        audit.record(session, actor, "task.done", ("task", task.id), now=now)
    return task


def page_overdue(session: Session, study_of: StudyOf, *, now: datetime) -> int:
    """Text whoever is on call once for each overdue same-day task; return how many.

    A task that fails does not stop the paging for others: see ``one_by_one``.
    """
    query = select(Task).where(*_overdue(now)).order_by(Task.due_at).limit(AT_ONCE)

    def page(task: Task) -> None:
        task.overdue_paged_at = now
        _page(session, task, study_of, now)

    tasks = session.scalars(query).all()
    return one_by_one.each(session, "task", tasks, page, now=now)


def anything_overdue(session: Session, *, now: datetime) -> bool:
    """Whether any same-day task is overdue and not paged yet."""
    return session.scalar(select(Task.id).where(*_overdue(now)).limit(1)) is not None


def page_key(task: Task) -> str:
    """The key of a page about a task; tasks that belong together share one page."""
    return str(task.detail.get("page_key") or f"T:{task.id}")


def _overdue(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Task.state == TaskState.OPEN,
        Task.tier == Tier.SAME_DAY.value,
        Task.due_at <= now,
        Task.overdue_paged_at.is_(None),
        Task.participant_id.is_not(None),
        Task.kind
        != TaskKind.WORDS_TO_READ,  # paged for everybody at once: ``unread_pages``
        one_by_one.free("task", Task.id, now=now),
    )


def _page(session: Session, task: Task, study_of: StudyOf, now: datetime) -> None:
    participant = session.get_one(Participant, task.participant_id)
    study = study_of(participant.study_version_id)
    steps = study.policies[Tier.SAME_DAY].steps or study.policies[Tier.URGENT].steps
    on_call = {
        staff.id: staff
        for role in steps[0].roles
        for staff in rota.on_call(session, task.site_id, role, now=now)
    }
    for staff in on_call.values():
        contact = contacts.mobile(session, staff_id=staff.id)
        if contact is not None:
            letter = NewMessage(
                dedupe_key=f"{page_key(task)}:{staff.id}",
                purpose=Purpose.TASK,
                channel=Channel.TEXT,
                contact=contact,
                study_version_id=participant.study_version_id,
                template="task_overdue",
                language=staff.language,
                variables={"code": participant.code},
                not_after=now + PAGED_LATE,
                participant_id=participant.id,
                staff_id=staff.id,
            )
            enqueue(session, letter, now=now)
