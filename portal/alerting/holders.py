"""Who has acknowledged an alert, as the person who reported may know them: by role."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.alerts import Alert
from portal.db.people import Staff


def role(session: Session, alert: Alert) -> str | None:
    """The role of whoever acknowledged an alert, or None: nobody has."""
    if alert.acked_by is None:
        return None
    return session.scalar(select(Staff.role).filter_by(id=alert.acked_by))
