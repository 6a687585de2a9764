"""How an alert is closed: outcome, reason, and whether it was an adverse event."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.alerting.answers.answering import acknowledge, to_act_on
from portal.alerting.log import note
from portal.db.tables.alerts import Alert
from portal.db.tables.people import Staff
from portal.errors import AlertClosed, Faults, InvalidInput
from portal.vocabulary.alerts import AlertState, Happening

OUTCOMES = (
    "spoke",
    "told_to_attend",
    "sent_to_emergency",
    "admitted",
    "unreachable",
    "data_error",
)


@dataclass(frozen=True)
class Closing:
    """The outcome of an alert. ``grade`` is CTCAE 1 to 5, given by a clinician.

    ``adverse_event`` None: not answered, so the closing is refused.
    """

    outcome: str
    reason: str
    adverse_event: bool | None
    term: str = ""
    grade: int | None = None


def close(
    session: Session, alert_id: int, staff: Staff, closing: Closing, *, now: datetime
) -> Alert:
    """Close with outcome, reason and whether it was an adverse event.

    If nobody has acknowledged the alert, the closer acknowledges it first. An alert
    that somebody else has must be taken over first. A second closing is refused.

    Raises:
        NotFound: no such alert at this person's site.
        NotAllowed: their role may not close alerts.
        AlertClosed: it is closed already.
        AlreadyAcknowledged: somebody else has it.
        Faults: outcome, reason, adverse event, term or grade is missing or impossible.
    """
    _check(closing)
    alert = to_act_on(session, alert_id, staff)
    if alert.state == AlertState.CLOSED:
        raise AlertClosed("This alert is closed.")
    acknowledge(session, alert_id, staff, source="closing", now=now)
    alert.state, alert.closed_at, alert.closed_by = AlertState.CLOSED, now, staff.id
    alert.next_due_at = None
    alert.outcome, alert.reason = closing.outcome, closing.reason.strip()
    alert.adverse_event = {
        "is": closing.adverse_event,
        "term": closing.term.strip(),
        "grade": closing.grade,
    }
    note(
        session, alert, Happening.CLOSED, staff=staff, now=now, outcome=closing.outcome
    )
    return alert


def _check(closing: Closing) -> None:
    faults = list(_faults(closing))
    if faults:
        raise Faults(faults)


def _faults(closing: Closing) -> Iterator[InvalidInput]:
    if closing.outcome not in OUTCOMES:
        yield InvalidInput("Choose what came of it.", field="outcome")
    if not closing.reason.strip():
        yield InvalidInput("Write one sentence on what was done.", field="reason")
    if closing.adverse_event is None:
        yield InvalidInput(
            "Say whether it was an adverse event.", field="adverse_event"
        )
    if closing.adverse_event and not closing.term.strip():
        yield InvalidInput("Name the adverse event.", field="term")
    if closing.adverse_event and closing.grade not in range(1, 6):
        yield InvalidInput("Give the grade, 1 to 5.", field="grade")
