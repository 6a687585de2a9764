"""Whether something that a person waits for is late, for monitoring from outside."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.dialect import literals
from portal.db.tables.alerts import Alert
from portal.db.tables.outbox import Message
from portal.messages.states import WAITING
from portal.operating.health import health
from portal.vocabulary.alerts import AlertState

GRACE = timedelta(seconds=60)
ALERTS = 0  # the priority of an alert's page


def nothing_overdue(session: Session, real_now: datetime, *, now: datetime) -> bool:
    """Whether every part is well and no alert or page is a minute late at ``now``."""
    if not health(session, real_now, now=now).well:
        return False
    limit = now - GRACE
    alert = select(Alert.id).where(
        Alert.state != AlertState.CLOSED, Alert.next_due_at < limit
    )
    page = select(Message.id).where(
        Message.state.in_(literals(WAITING)),
        Message.priority == ALERTS,
        Message.next_try_at < limit,
    )
    late = (session.scalar(query.limit(1)) for query in (alert, page))
    return all(found is None for found in late)
