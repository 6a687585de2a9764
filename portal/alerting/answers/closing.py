"""How an alert is closed: outcome, reason, and whether it was an adverse event."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, Select, select
from sqlalchemy.orm import Session

from portal.alerting.answers.answering import acknowledge, hand_over, to_act_on
from portal.alerting.log import note
from portal.alerting.tasks import tasks
from portal.db.tables.alerts import Alert, AlertFinding, Task
from portal.db.tables.people import Staff
from portal.errors import AlertClosed, Faults, InvalidInput
from portal.people.roles import ANSWERING
from portal.vocabulary.alerts import AlertState, Happening
from portal.vocabulary.tasks import TaskKind, TaskState

OUTCOMES = (
    "spoke",
    "told_to_attend",
    "sent_to_emergency",
    "admitted",
    "unreachable",
    "data_error",
)
REACHED = OUTCOMES[:4]
"""The outcomes that say that somebody spoke to the person, or that they are cared for."""


@dataclass(frozen=True)
class Closing:
    """The outcome of an alert. ``grade`` is CTCAE 1 to 5, given by a clinician.

    ``adverse_event`` None: not answered, so that somebody's closing is refused.
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
    whose = select(Alert.participant_id).where(Alert.id == alert_id).scalar_subquery()
    session.scalars(_calls(whose)).all()  # locked first, as whoever reports does
    alert = to_act_on(session, alert_id, staff)
    if alert.state == AlertState.CLOSED:
        raise AlertClosed("This alert is closed.")
    acknowledge(session, alert_id, staff, source="closing", now=now)
    _end(session, alert, staff, closing, now)
    return alert


def close_silence(
    session: Session, participant_id: int, staff: Staff, said: str, *, now: datetime
) -> None:
    """Somebody was heard from: close an alert that is about their silence alone.

    Nothing was reported, so nobody has to say whether it was an adverse event.
    """
    query = select(Alert).where(
        Alert.participant_id == participant_id, Alert.state != AlertState.CLOSED
    )
    alert = session.scalar(query.with_for_update())
    if alert is None or staff.role not in ANSWERING or not _is_silence(session, alert):
        return
    hand_over(session, alert.id, staff, now=now)
    _end(session, alert, staff, Closing("spoke", said, adverse_event=None), now)


def _is_silence(session: Session, alert: Alert) -> bool:
    """Whether an alert is about nothing but a diary that did not come."""
    query = select(AlertFinding.facts).where(AlertFinding.alert_id == alert.id)
    found = session.scalars(query).all()
    return bool(found) and all("missing_on" in facts for facts in found)


def _end(
    session: Session, alert: Alert, staff: Staff, closing: Closing, now: datetime
) -> None:
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
    _settle_calls(session, alert, staff, closing, now)


def _settle_calls(
    session: Session, alert: Alert, staff: Staff, closing: Closing, now: datetime
) -> None:
    """End the call about a missing diary, if the alert answers it.

    Whoever spoke to the person need not phone them. An alert about silence is the end
    of its call, whatever came of it; another alert says nothing about it.
    """
    if closing.outcome not in REACHED and not _is_silence(session, alert):
        return
    for task in session.scalars(_calls(alert.participant_id)).all():
        tasks.finish_task(session, task.id, staff, closing.reason, now=now)


def _calls(participant_id: int | ScalarSelect[int]) -> Select[Task]:
    """The open call about a missing diary, locked.

    Everybody locks it before the alert: else two could wait for one another.
    """
    return (
        select(Task)
        .where(
            Task.participant_id == participant_id,
            Task.kind == TaskKind.MISSING_DIARY,
            Task.state == TaskState.OPEN,
        )
        .with_for_update()
    )


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
