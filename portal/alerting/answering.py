"""Alerts: opened with the entry, joined by later ones, answered and closed by people.

At most one alert per participant is open. A calmer entry never lowers or closes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.alerting import codes, ladder, repeated_reports
from portal.alerting.escalation import from_data, is_worse, plan_for, to_data
from portal.alerting.ladder import escalate_due, rearm
from portal.alerting.log import note
from portal.db.alerts import Alert, AlertFinding
from portal.db.people import Participant, Staff
from portal.errors import (
    AlertClosed,
    AlreadyAcknowledged,
    Faults,
    InvalidInput,
    NotAllowed,
    NotFound,
)
from portal.people.case import Case
from portal.people.roles import ANSWERING
from portal.protocol.study.model import Study
from portal.protocol.triage.verdict import Verdict
from portal.vocabulary.alerts import AlertState, Happening

UNANSWERED_TOO_LONG = timedelta(minutes=60)
__all__ = [
    "Closing",
    "acknowledge",
    "close",
    "escalate_due",
    "hand_over",
    "open_from",
    "rearm",
]
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
    """What came of an alert. ``grade`` is CTCAE 1 to 5, given by a clinician.

    ``adverse_event`` is None where nobody said: refused.
    """

    outcome: str
    reason: str
    adverse_event: bool | None
    term: str = ""
    grade: int | None = None


def open_from(case: Case, verdict: Verdict, *, entry_version_id: str | None) -> Alert:
    """Open an alert for an urgent verdict, or join the one that is open.

    Either way every finding is kept, and the first rung's messages are queued in
    this transaction where somebody must be paged.
    """
    alert = _open_alert_of(case.session, case.participant)
    if alert is None:
        alert = _opened(case, verdict)
        ladder.fire_due_rungs(case.session, case.study, alert, now=case.now)
    else:
        _join(case.session, case.study, alert, verdict, entry_version_id, case.now)
    for finding in verdict.findings:
        case.session.add(
            AlertFinding(
                alert_id=alert.id,
                entry_version_id=entry_version_id,
                rule=finding.rule,
                tier=finding.tier.value,
                facts=dict(finding.facts),
                found_at=case.now,
            )
        )
    return alert


def _open_alert_of(session: Session, participant: Participant) -> Alert | None:
    session.get_one(Participant, participant.id, with_for_update=True)
    query = select(Alert).where(
        Alert.participant_id == participant.id, Alert.state != AlertState.CLOSED
    )
    return session.scalar(query.with_for_update())


def _opened(case: Case, verdict: Verdict) -> Alert:
    plan = plan_for(case.study.policies[verdict.tier], verdict.ack_minutes)
    alert = Alert(
        code=codes.unused(case.session),
        participant_id=case.participant.id,
        site_id=case.participant.site_id,
        study_version_id=case.participant.study_version_id,
        tier=verdict.tier.value,
        state=AlertState.OPEN,
        plan=to_data(plan),
        round=0,
        step=-1,
        paging_since=case.now,
        next_due_at=case.now,
        opened_at=case.now,
        ack_minutes=plan.ack_minutes,
        ack_due_at=case.now + timedelta(minutes=plan.ack_minutes),
        updated_at=case.now,
    )
    case.session.add(alert)
    case.session.flush()
    note(case.session, alert, Happening.OPENED, now=case.now, tier=alert.tier)
    return alert


def _join(
    session: Session,
    study: Study,
    alert: Alert,
    verdict: Verdict,
    entry_version_id: str | None,
    now: datetime,
) -> None:
    note(
        session,
        alert,
        Happening.JOINED,
        now=now,
        tier=verdict.tier.value,
        entry=entry_version_id,
    )
    worse = is_worse(from_data(alert.plan), verdict.tier, verdict.ack_minutes)
    if worse:
        plan = plan_for(study.policies[verdict.tier], verdict.ack_minutes)
        alert.plan, alert.tier = to_data(plan), verdict.tier.value
        alert.ack_minutes = plan.ack_minutes
        note(session, alert, Happening.RAISED, now=now, tier=alert.tier)
    unanswered = (
        alert.state == AlertState.OPEN
        and now - alert.paging_since > UNANSWERED_TOO_LONG
    )
    left_again = alert.state == AlertState.ACKED and repeated_reports.pages_again(
        session, alert, verdict, entry_version_id, now=now
    )
    if worse or left_again or unanswered:
        rearm(session, study, alert, now=now)


def acknowledge(
    session: Session, alert_id: int, staff: Staff, *, source: str, now: datetime
) -> Alert:
    """A named person takes the alert; the ladder stops.

    ``source`` says how (page, call, text, command). The same person again changes
    nothing.

    Raises:
        NotFound: no such alert at this person's site.
        NotAllowed: their role takes no alerts.
        AlertClosed: it is closed.
        AlreadyAcknowledged: somebody else has it.
    """
    alert = _to_act_on(session, alert_id, staff)
    if alert.state == AlertState.CLOSED:
        raise AlertClosed("This alert is closed.")
    if alert.state == AlertState.ACKED:
        if alert.acked_by == staff.id:
            return alert
        holder = session.get_one(Staff, alert.acked_by)
        raise AlreadyAcknowledged(f"{holder.display_name} already has this alert.")
    alert.state, alert.acked_at, alert.acked_by = AlertState.ACKED, now, staff.id
    plan = from_data(alert.plan)
    alert.next_due_at = now + timedelta(minutes=plan.rearm_minutes)
    ladder.cancel_pages(session, alert.id, "acknowledged", now=now)
    note(session, alert, Happening.ACKNOWLEDGED, staff=staff, now=now, source=source)
    return alert


def hand_over(session: Session, alert_id: int, staff: Staff, *, now: datetime) -> Alert:
    """Take an alert over from whoever has it; the 30 minutes start again.

    Who has it already gains no time by asking again.

    Raises:
        NotFound: no such alert at this person's site.
        NotAllowed: their role takes no alerts.
        AlertClosed: it is closed.
    """
    alert = _to_act_on(session, alert_id, staff)
    if alert.state != AlertState.ACKED:
        return acknowledge(session, alert_id, staff, source="page", now=now)
    if alert.acked_by == staff.id:
        return alert
    alert.acked_at, alert.acked_by = now, staff.id
    plan = from_data(alert.plan)
    alert.next_due_at = now + timedelta(minutes=plan.rearm_minutes)
    note(session, alert, Happening.HANDED_OVER, staff=staff, now=now)
    return alert


def close(
    session: Session, alert_id: int, staff: Staff, closing: Closing, *, now: datetime
) -> Alert:
    """Close with outcome, reason and whether it was an adverse event.

    An alert nobody had acknowledged is acknowledged by the closer first; one that
    somebody else has must be taken over before. A second closing is refused.

    Raises:
        NotFound: no such alert at this person's site.
        NotAllowed: their role closes no alerts.
        AlertClosed: it is closed already.
        AlreadyAcknowledged: somebody else has it.
        Faults: outcome, reason, adverse event, term or grade is missing or impossible.
    """
    _check(closing)
    alert = _to_act_on(session, alert_id, staff)
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


def _to_act_on(session: Session, alert_id: int, staff: Staff) -> Alert:
    alert = at_site(session, alert_id, staff)
    if staff.role not in ANSWERING:
        raise NotAllowed("Your role may not acknowledge or close an alert.")
    return alert


def at_site(session: Session, alert_id: int, staff: Staff) -> Alert:
    """The alert, locked for a change, if it is at this person's site.

    Raises:
        NotFound: it does not exist, or is another site's: the same answer.
    """
    alert = session.get(Alert, alert_id, with_for_update=True)
    if alert is None or alert.site_id != staff.site_id:
        raise NotFound("There is no such alert.")
    return alert
