"""The history of alerts: who was told, when and how, who had it, and the outcome."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.alerts import Alert, AlertEvent
from portal.db.tables.people import Participant, Staff
from portal.records.staff.fired_rules import (
    AlertRule,
    FiredRule,
    findings_of,
    fired_rules,
    titled,
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
    found = fired_rules(session, study_of, [alert for alert, _ in rows])
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
