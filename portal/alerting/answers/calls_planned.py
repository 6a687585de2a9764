"""Planned calls: reading which one delays an alert's ladder at the moment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.alerts import Alert, AlertFinding, PlannedCall
from portal.vocabulary.alerts import AlertState


def active(session: Session, alert: Alert, *, now: datetime) -> PlannedCall | None:
    """The call that the alert's holder still plans to make."""
    found = of_round(session, alert)
    holds = found is not None and alert.state == AlertState.ACKED and found.until > now
    return found if holds and found and found.staff_id == alert.acked_by else None


def of_round(session: Session, alert: Alert) -> PlannedCall | None:
    """The call planned in this round of an alert, made or not."""
    query = select(PlannedCall).filter_by(alert_id=alert.id, round=alert.round)
    return session.scalar(query)


def known_rules(session: Session, alert: Alert) -> set[str]:
    """Every rule that has fired for an alert: what the planned call is about."""
    query = select(AlertFinding.rule).where(AlertFinding.alert_id == alert.id)
    return set(session.scalars(query))
