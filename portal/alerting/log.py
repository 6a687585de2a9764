"""What happened to an alert: its own log, and the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal import audit
from portal.db.tables.alerts import Alert, AlertEvent
from portal.db.tables.people import Staff
from portal.vocabulary.alerts import Happening
from portal.vocabulary.people import ActorKind


def note(
    session: Session,
    alert: Alert,
    kind: Happening,
    *,
    now: datetime,
    staff: Staff | None = None,
    **detail: Any,
) -> None:
    """Record one event. ``detail`` holds only ids, codes and states."""
    alert.updated_at = now
    staff_id = staff.id if staff else None
    event = AlertEvent(
        alert_id=alert.id, at=now, kind=kind, staff_id=staff_id, detail=detail
    )
    session.add(event)
    actor = audit.Actor(ActorKind.STAFF, str(staff.id)) if staff else audit.ENGINE
    subject = ("alert", alert.id)
    audit.record(session, actor, f"alert.{kind}", subject, now=now, **detail)
