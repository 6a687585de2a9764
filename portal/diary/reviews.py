"""What an entry needs from staff beside an alert: reviews, and who owns them.

Same-day findings are reviewed by the owner that the rule names, unless an alert already
carries them. A rule with a kind of review of its own never hides in an alert. Where all
that an owner would review is only said again, it joins the person's weekly line instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.alerting.tasks import deviations, tasks
from portal.db.tables.alerts import AlertFinding, Task
from portal.diary import weekly_lines
from portal.people import timeline
from portal.people.case import Case
from portal.protocol.demands.rules import ReviewKind
from portal.protocol.study.model import Study
from portal.protocol.study.rules import Rule
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.facts.same_again import said_again
from portal.protocol.triage.verdict import Verdict
from portal.vocabulary.tasks import TaskKind, TaskState


@dataclass(frozen=True)
class JudgedEntry:
    """An entry as a version left it: its day and phase, and the whole of its answers."""

    entry_id: int
    version_id: str
    day: date
    phase: str
    answers: Mapping[str, Any]
    verdict: Verdict


def open_tasks(case: Case, judged: JudgedEntry) -> None:
    """Open one task per kind, owner and entry; a later version adds its rules to it.

    What was only said again joins the weekly line. A protocol deviation is noted beside
    it, once.
    """
    verdict, same = judged.verdict, same_again(case, judged)
    for (kind, tier, owner), rules in grouped(case.study, verdict, same).items():
        if kind is TaskKind.SAME_AGAIN:
            weekly_lines.open_or_join(case, owner, tier, rules, judged.day)
        else:
            _open(case, judged, (kind, tier, owner), rules)
    deviations.reported(case, verdict, judged.version_id)


def _open(
    case: Case, judged: JudgedEntry, asked: tuple[TaskKind, Tier, str], rules: list[str]
) -> None:
    kind, tier, owner = asked
    key = _key(case.study, judged.entry_id, kind, tier, owner)
    opened = tasks.open_task(
        case,
        kind,
        key=key,
        tier=tier,
        owner_role=owner,
        entry_version_id=judged.version_id,
        rules=rules,
    )
    if not opened:
        _add_rules(case.session, key, rules)


def same_again(case: Case, judged: JudgedEntry) -> frozenset[str]:
    """The rules that only say again what was said before in the same phase."""
    if not any(rule.same_again for rule in case.study.rules):
        return frozenset()
    before = timeline.entries_before(
        case.session,
        case.participant,
        judged.entry_id,
        today=judged.day,
        phase=judged.phase,
    )
    return said_again(case.study, judged.verdict, judged.answers, before)


def is_open(session: Session, entry_id: int) -> bool:
    """Whether a nurse's review of an entry waits to be done."""
    query = select(Task.id).where(
        Task.dedupe_key.startswith(f"E:{entry_id}:review:"),
        Task.state == TaskState.OPEN,
    )
    return session.scalar(query.limit(1)) is not None


def grouped(
    study: Study, verdict: Verdict, same: Collection[str] = ()
) -> dict[tuple[TaskKind, Tier, str], list[str]]:
    """The rules of each task that a verdict asks for, by its kind, tier and owner.

    ``same`` are the rules that only say again what was said. A review of nothing else is
    of the kind ``SAME_AGAIN``: the weekly line.
    """
    grouped: dict[tuple[TaskKind, Tier, str], list[str]] = defaultdict(list)
    known = {rule.id: rule for rule in study.rules}
    for finding in verdict.findings:
        rule = known[finding.rule]
        carried = verdict.tier.pages and rule.review is None
        if not finding.tier.pages and not carried:
            grouped[_kind(rule), finding.tier, rule.owner].append(rule.id)
    return {
        (TaskKind.SAME_AGAIN if set(rules) <= set(same) else kind, tier, owner): rules
        for (kind, tier, owner), rules in grouped.items()
    }


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
