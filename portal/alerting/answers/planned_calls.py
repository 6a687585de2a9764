"""Known, call planned: the holder of an alert says by when they will phone, and why.

At most an hour, and once a round. It never silences an alert: the ladder starts again
when the time is over, and a report of anything new or worse pages at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.alerting.answers import answering, calls_planned
from portal.alerting.log import note
from portal.db.tables.alerts import Alert, PlannedCall
from portal.db.tables.people import Staff
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
    """Take or keep an alert until the planned call; then the ladder climbs again.

    Raises:
        NotFound, NotAllowed, AlertClosed, AlreadyAcknowledged: as ``acknowledge``.
        InvalidInput: there is no reason, or the time is not 1 to 60 minutes.
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
