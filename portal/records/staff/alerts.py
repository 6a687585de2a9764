"""The history of alerts: who was told, when and how, who had it, and the outcome."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.alerts import Alert, AlertEvent, AlertFinding
from portal.db.diary import EntryVersion
from portal.db.people import Participant, Staff
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
from portal.vocabulary.alerts import AlertState, Happening


@dataclass(frozen=True)
class EventLine:
    """One event: ``by`` who acted, ``person`` who was paged, and what else is kept."""

    at: datetime
    kind: Happening
    by: str
    person: str
    detail: Mapping[str, Any]


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


@dataclass(frozen=True)
class AlertItem:
    """One alert, whole. ``adverse_event`` is {is, term, grade} once it is closed."""

    id: int
    code: str
    participant: str
    participant_id: int
    tier: str
    state: AlertState
    at: datetime
    ack_due_at: datetime
    next_at: datetime | None
    holder_id: int | None
    holder: str
    acked_at: datetime | None
    closed_at: datetime | None
    closed_by: str
    outcome: str
    reason: str
    adverse_event: Mapping[str, Any]
    said: tuple[AlertRule, ...]
    found: tuple[FiredRule, ...]
    events: tuple[EventLine, ...]

    @property
    def kind(self) -> str:
        """Its kind among the items of a timeline."""
        return "alert"

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has taken it yet."""
        return self.state == AlertState.OPEN

    @property
    def is_taken(self) -> bool:
        """Whether somebody has it and the outcome is still to come."""
        return self.state == AlertState.ACKED


def alert_items(
    session: Session, study_of: StudyOf, *which: object
) -> tuple[AlertItem, ...]:
    """The alerts that ``which`` names, newest first, each with its whole log."""
    query = (
        select(Alert, Participant.code)
        .join(Participant, Participant.id == Alert.participant_id)
        .where(*which)  # type: ignore[arg-type]
        .order_by(Alert.id.desc())
    )
    rows = session.execute(query).all()
    numbers = [alert.id for alert, _ in rows]
    logs = _logs(session, numbers)
    names = staff_names(session, _people(alert for alert, _ in rows) | _named(logs))
    rules = findings_of(session, numbers)
    found = _found(session, study_of, [alert for alert, _ in rows])
    return tuple(
        _item(
            alert,
            code,
            titled(study_of(alert.study_version_id), rules[alert.id]),
            found[alert.id],
            tuple(_event(event, names) for event in logs[alert.id]),
            names,
        )
        for alert, code in rows
    )


def _item(
    alert: Alert,
    code: str,
    said: tuple[AlertRule, ...],
    found: list[FiredRule],
    events: tuple[EventLine, ...],
    names: Mapping[int, str],
) -> AlertItem:
    return AlertItem(
        id=alert.id,
        code=alert.code,
        participant=code,
        participant_id=alert.participant_id,
        tier=alert.tier,
        state=alert.state,
        at=alert.opened_at,
        ack_due_at=alert.ack_due_at,
        next_at=alert.next_due_at,
        holder_id=alert.acked_by,
        holder=names.get(alert.acked_by or 0, ""),
        acked_at=alert.acked_at,
        closed_at=alert.closed_at,
        closed_by=names.get(alert.closed_by or 0, ""),
        outcome=alert.outcome or "",
        reason=alert.reason or "",
        adverse_event=alert.adverse_event or {},
        said=said,
        found=tuple(found),
        events=events,
    )


def _logs(session: Session, numbers: list[int]) -> dict[int, list[AlertEvent]]:
    query = select(AlertEvent).where(AlertEvent.alert_id.in_(numbers))
    logs: dict[int, list[AlertEvent]] = defaultdict(list)
    for event in session.scalars(query.order_by(AlertEvent.id)):
        logs[event.alert_id].append(event)
    return logs


def _people(alerts: Iterable[Alert]) -> set[int]:
    ids = {number for a in alerts for number in (a.acked_by, a.closed_by)}
    return {number for number in ids if number is not None}


def _named(logs: Mapping[int, list[AlertEvent]]) -> set[int]:
    events = [event for log in logs.values() for event in log]
    ids = {event.staff_id for event in events}
    ids |= {event.detail.get("person") for event in events}
    return {number for number in ids if isinstance(number, int)}


def staff_names(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """What colleagues are called."""
    query = select(Staff.id, Staff.display_name).where(Staff.id.in_(list(ids)))
    return {number: name for number, name in session.execute(query)}  # noqa: C416


def _event(event: AlertEvent, names: Mapping[int, str]) -> EventLine:
    return EventLine(
        at=event.at,
        kind=event.kind,
        by=names.get(event.staff_id or 0, ""),
        person=names.get(event.detail.get("person", 0), ""),
        detail=event.detail,
    )


def _found(
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
