"""The weekly line: one task a person for what stays as it was.

A sign that is neither new nor worse opens no review of its own. It opens this line, or
joins it while it is open, so that a nurse looks at it once a week. The week is counted
from when she last looked: from the newest review, or from the end of the line before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from portal.alerting.tasks import tasks
from portal.db.tables.alerts import Task
from portal.people.case import Case
from portal.protocol.calendar.due import due_at
from portal.protocol.study.tiers import Tier
from portal.vocabulary.tasks import TaskKind, TaskState

WEEK = timedelta(days=7)
LOOKED = (TaskKind.REVIEW, TaskKind.SAME_AGAIN)
"""Tasks for which a nurse looks at how somebody is."""


def open_or_join(
    case: Case, owner: str, tier: Tier, rules: Sequence[str], day: date
) -> None:
    """Add what a day's entry says again to its person's line; a repeat changes nothing."""
    case.lock()
    mine = (
        Task.participant_id == case.participant.id,
        Task.kind == TaskKind.SAME_AGAIN,
        Task.owner_role == owner,
    )
    query = select(Task).where(*mine, Task.state == TaskState.OPEN)
    line = case.session.scalars(query.with_for_update()).first()
    if line is not None:
        _join(line, tier, rules, str(day))
        return
    before = case.session.scalar(select(func.count(Task.id)).where(*mine)) or 0
    tasks.open_task(
        case,
        TaskKind.SAME_AGAIN,
        key=f"S:{case.participant.id}:{owner}:{before + 1}",
        tier=tier,
        owner_role=owner,
        due_at=_due(case, tier),
        rules=list(rules),
        days=[str(day)],
    )


def days_of(task: Task) -> tuple[date, ...]:
    """The days on which a weekly line was joined; of any other task none."""
    days = task.detail.get("days", []) if task.kind == TaskKind.SAME_AGAIN else []
    return tuple(date.fromisoformat(day) for day in days)


def _join(line: Task, tier: Tier, rules: Sequence[str], day: str) -> None:
    said, days = line.detail["rules"], line.detail["days"]
    line.detail = {
        **line.detail,
        "rules": list(dict.fromkeys([*said, *rules])),
        "days": sorted({*days, day}),
    }
    if tier.rank > Tier(line.tier).rank:
        line.tier = tier.value


def _due(case: Case, tier: Tier) -> datetime:
    """A week after somebody last looked, by the hours of the tier; at once if overdue."""
    query = select(func.max(func.coalesce(Task.done_at, Task.created_at))).where(
        Task.participant_id == case.participant.id, Task.kind.in_(LOOKED)
    )
    looked = case.session.scalar(query) or case.now
    rule = case.study.policies[tier].due
    due = max(looked + WEEK, case.now)
    return due_at(rule, due, case.site.time_zone) if rule else due
