"""Known, call planned: whoever has an alert says by when they will phone, and why.

At most an hour, once a round, and never a mute: the ladder starts again when the time
is over, and a report of anything new or worse pages at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.alerting import answering, calls_planned
from portal.alerting.log import note
from portal.db.alerts import Alert, PlannedCall
from portal.db.people import Staff
from portal.errors import ChangedMeanwhile, InvalidInput
from portal.vocabulary.alerts import Happening

LONGEST = 60  # minutes
CHOICES = (15, 30, 60)
LONGEST_REASON = 500


def plan(
    session: Session,
    alert_id: int,
    staff: Staff,
    *,
    minutes: int,
    reason: str,
    now: datetime,
) -> Alert:
    """Take an alert, or keep it, until a call is made; then it comes back to everybody.

    Raises:
        NotFound, NotAllowed, AlertClosed, AlreadyAcknowledged: as ``alerts.acknowledge``.
        InvalidInput: no reason, or more than an hour.
        ChangedMeanwhile: a call was planned in this round already.
    """
    if not 1 <= minutes <= LONGEST:
        raise InvalidInput("Choose when you will call, within an hour.", field="within")
    if not reason.strip():
        raise InvalidInput("Write one sentence on why it can wait.", field="why")
    alert = answering.acknowledge(session, alert_id, staff, source="planned", now=now)
    if calls_planned.of_round(session, alert) is not None:
        raise ChangedMeanwhile(
            "A call was planned already. Make it, or close the alert."
        )
    until = now + timedelta(minutes=minutes)
    alert.next_due_at = until
    session.add(
        PlannedCall(
            alert_id=alert.id,
            round=alert.round,
            staff_id=staff.id,
            at=now,
            until=until,
            reason=reason.strip()[:LONGEST_REASON],
        )
    )
    note(session, alert, Happening.CALL_PLANNED, staff=staff, now=now, minutes=minutes)
    return alert
