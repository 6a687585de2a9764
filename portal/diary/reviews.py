"""What an entry needs from staff beside an alert: reviews, and who owns them.

Same-day findings are reviewed by the nurse, unless an alert already carries them;
leaving the two-hour circle goes to the coordinator, a possible pregnancy to the
investigator, data quality to the coordinator.
"""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.alerting.tasks import deviations, tasks
from portal.db.alerts import AlertFinding, Task
from portal.people.case import Case
from portal.protocol.demands.rules import RULES
from portal.protocol.study.model import Tier
from portal.protocol.triage.verdict import Verdict
from portal.vocabulary.tasks import TaskKind, TaskState

OWNERS = {rule.id: rule.owner for rule in RULES}
KINDS = {rule.id: rule.kind for rule in RULES}
NEVER_IN_AN_ALERT = frozenset(OWNERS)


def open_tasks(case: Case, verdict: Verdict, entry_id: int, version_id: str) -> None:
    """Open one task per kind and entry; a later version adds its rules to it.

    A protocol deviation is noted beside it, once.
    """
    for (kind, tier), rules in grouped(verdict).items():
        key = f"E:{entry_id}:{kind}:{tier.value}"
        opened = tasks.open_task(
            case,
            kind,
            key=key,
            tier=tier,
            owner_role=OWNERS.get(rules[0], "nurse"),
            entry_version_id=version_id,
            rules=rules,
        )
        if not opened:
            _add_rules(case.session, key, rules)
    deviations.reported(case, verdict, version_id)


def is_open(session: Session, entry_id: int) -> bool:
    """Whether a nurse's review of an entry waits to be done."""
    query = select(Task.id).where(
        Task.dedupe_key.startswith(f"E:{entry_id}:review:"),
        Task.state == TaskState.OPEN,
    )
    return session.scalar(query.limit(1)) is not None


def grouped(verdict: Verdict) -> dict[tuple[TaskKind, Tier], list[str]]:
    """The rules of each task that a verdict asks for, by the task's kind and tier."""
    grouped: dict[tuple[TaskKind, Tier], list[str]] = defaultdict(list)
    for finding in verdict.findings:
        carried = verdict.tier.pages and finding.rule not in NEVER_IN_AN_ALERT
        if finding.tier in (Tier.SAME_DAY, Tier.ROUTINE) and not carried:
            kind = KINDS.get(finding.rule, TaskKind.REVIEW)
            grouped[kind, finding.tier].append(finding.rule)
    return grouped


def _add_rules(session: Session, key: str, rules: list[str]) -> None:
    query = select(Task).where(Task.dedupe_key == key).with_for_update()
    task = session.scalars(query).one()
    known = task.detail.get("rules", [])
    fresh = [rule for rule in rules if rule not in known]
    if fresh:
        task.detail = {**task.detail, "rules": [*known, *fresh]}
        if task.state == TaskState.DONE:
            task.state = TaskState.OPEN


def alert_of(session: Session, version_id: str) -> int | None:
    """The alert that a version opened or joined, or None."""
    query = select(AlertFinding.alert_id).where(
        AlertFinding.entry_version_id == version_id
    )
    return session.scalar(query.limit(1))
