"""What fired for an alert: rules with their titles, and what each saw."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.alerts import Alert, AlertFinding
from portal.db.tables.diary import EntryVersion
from portal.people import timeline
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.answer_words import (
    AnswerInWords,
    is_doubtful,
    rule_titles,
    seen,
    typed,
)
from portal.study_versions import StudyOf


@dataclass(frozen=True)
class FiredRule:
    """A rule that fired for an alert, when, and what it saw."""

    at: datetime
    rule: str
    tier: str
    title: Text
    seen: tuple[AnswerInWords, ...]


@dataclass(frozen=True)
class AlertRule:
    """A rule that fired: its id, tier, and title as the study writes it."""

    rule: str
    tier: str
    title: Text


def fired_rules(
    session: Session, study_of: StudyOf, alerts: list[Alert]
) -> dict[int, list[FiredRule]]:
    """What fired: for each rule the newest finding at its highest tier."""
    studies = {alert.id: study_of(alert.study_version_id) for alert in alerts}
    query = select(AlertFinding).where(AlertFinding.alert_id.in_(list(studies)))
    newest: dict[int, dict[str, AlertFinding]] = defaultdict(dict)
    for one in session.scalars(query.order_by(AlertFinding.id)):
        known = newest[one.alert_id].get(one.rule)
        if known is None or Tier(one.tier).rank >= Tier(known.tier).rank:
            newest[one.alert_id][one.rule] = one
    found: dict[int, list[FiredRule]] = defaultdict(list)
    for number, rules in newest.items():
        titles = rule_titles(studies[number])
        ordered = sorted(rules.values(), key=lambda f: (-Tier(f.tier).rank, f.rule))
        found[number] = [
            FiredRule(
                one.found_at,
                one.rule,
                one.tier,
                titles.get(one.rule, Text({})),
                _saw(session, studies[number], one),
            )
            for one in ordered
        ]
    return found


def findings_of(session: Session, ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """For each alert, every rule that fired, with its highest tier."""
    query = select(AlertFinding).where(AlertFinding.alert_id.in_(list(ids)))
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for one in session.scalars(query.order_by(AlertFinding.id)):
        known = found[one.alert_id].get(one.rule)
        if known is None or Tier(one.tier).rank > Tier(known).rank:
            found[one.alert_id][one.rule] = one.tier
    return found


def titled(study: Study, rules: dict[str, str]) -> tuple[AlertRule, ...]:
    """Rules with their titles, the most dangerous first."""
    titles = rule_titles(study)
    ordered = sorted(rules.items(), key=lambda one: (-Tier(one[1]).rank, one[0]))
    return tuple(
        AlertRule(rule, tier, titles.get(rule, Text({}))) for rule, tier in ordered
    )


def _saw(
    session: Session, study: Study, one: AlertFinding
) -> tuple[AnswerInWords, ...]:
    """What a rule saw, together with a doubtful reading as it was typed."""
    said = seen(study, one.facts)
    if not is_doubtful(one.facts) or one.entry_version_id is None:
        return said
    version = session.get_one(EntryVersion, one.entry_version_id)
    versions = list(timeline.versions_of(session, version.entry_id))
    answers = timeline.merged(versions[: versions.index(version) + 1])
    return said + typed(study, one.facts, answers)
