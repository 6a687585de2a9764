"""What an entry needs from staff beside an alert: reviews, and who owns them.

Same-day findings are reviewed by the owner that the rule names, unless an alert already
carries them. A rule with a kind of review of its own never hides in an alert.
"""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.alerting.tasks import deviations, tasks
from portal.db.tables.alerts import AlertFinding, Task
from portal.people.case import Case
from portal.protocol.demands.rules import ReviewKind
from portal.protocol.study.model import Study
from portal.protocol.study.rules import Rule
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.verdict import Verdict
from portal.vocabulary.tasks import TaskKind, TaskState


def open_tasks(case: Case, verdict: Verdict, entry_id: int, version_id: str) -> None:
    """Open one task per kind, owner and entry; a later version adds its rules to it.

    A protocol deviation is noted beside it, once.
    """
    for (kind, tier, owner), rules in grouped(case.study, verdict).items():
        key = _key(case.study, entry_id, kind, tier, owner)
        opened = tasks.open_task(
            case,
            kind,
            key=key,
            tier=tier,
            owner_role=owner,
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


def grouped(
    study: Study, verdict: Verdict
) -> dict[tuple[TaskKind, Tier, str], list[str]]:
    """The rules of each task that a verdict asks for, by its kind, tier and owner."""
    grouped: dict[tuple[TaskKind, Tier, str], list[str]] = defaultdict(list)
    known = {rule.id: rule for rule in study.rules}
    for finding in verdict.findings:
        rule = known[finding.rule]
        carried = verdict.tier.pages and rule.review is None
        if not finding.tier.pages and not carried:
            grouped[_kind(rule), finding.tier, rule.owner].append(rule.id)
    return grouped


def _kind(rule: Rule) -> TaskKind:
    return TaskKind(rule.review or ReviewKind.REVIEW)


def _key(study: Study, entry_id: int, kind: TaskKind, tier: Tier, owner: str) -> str:
    """What makes a task unique; who owns the kind's first rule is understood."""
    first = next(rule.owner for rule in study.rules if _kind(rule) is kind)
    other = "" if owner == first else f":{owner}"
    return f"E:{entry_id}:{kind}:{tier.value}{other}"


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
