"""Alerts: an entry opens one, later entries join it, people answer it.

At most one alert per participant is open. A calmer entry never lowers or closes it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.alerting import codes, ladder
from portal.alerting.answers import repeated_reports
from portal.alerting.escalation import from_data, is_worse, plan_for, to_data
from portal.alerting.log import note
from portal.db.tables.alerts import Alert, AlertFinding
from portal.db.tables.people import Participant, Staff
from portal.errors import (
    AlertClosed,
    AlreadyAcknowledged,
    NotAllowed,
    NotFound,
)
from portal.people.case import Case
from portal.people.roles import ANSWERING
from portal.protocol.study.model import Study
from portal.protocol.triage.verdict import Verdict
from portal.vocabulary.alerts import AlertState, Happening

UNANSWERED_TOO_LONG = timedelta(minutes=60)


def open_from(case: Case, verdict: Verdict, *, entry_version_id: str | None) -> Alert:
    """Open an alert for an urgent verdict, or join the one that is open.

    In both cases every finding is stored. If somebody must be paged, the first rung's
    messages are queued in this transaction.
    """
    alert = _open_alert_of(case.session, case.participant)
    if alert is None:
        alert = _opened(case, verdict)
        ladder.fire_due_rungs(case.session, case.study, alert, now=case.now)
    else:
        study = case.under(alert.study_version_id).study  # it keeps its own
        _join(case.session, study, alert, verdict, entry_version_id, case.now)
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
        study_version_id=case.study_version_id,
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
        ladder.rearm(session, study, alert, now=now)


def acknowledge(
    session: Session, alert_id: int, staff: Staff, *, source: str, now: datetime
) -> Alert:
    """A named person takes the alert; the ladder stops.

    ``source`` says how (page, call, text, command). A repeat by the same person changes
    nothing.

    Raises:
        NotFound: no such alert at this person's site.
        NotAllowed: their role may not acknowledge alerts.
        AlertClosed: it is closed.
        AlreadyAcknowledged: somebody else has it.
    """
    alert = to_act_on(session, alert_id, staff)
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
    """Take an alert over from its holder; the 30 minutes start again.

    A repeat by the holder changes nothing and gives no more time.

    Raises:
        NotFound: no such alert at this person's site.
        NotAllowed: their role may not acknowledge alerts.
        AlertClosed: it is closed.
    """
    alert = to_act_on(session, alert_id, staff)
    if alert.state != AlertState.ACKED:
        return acknowledge(session, alert_id, staff, source="page", now=now)
    if alert.acked_by == staff.id:
        return alert
    alert.acked_at, alert.acked_by = now, staff.id
    plan = from_data(alert.plan)
    alert.next_due_at = now + timedelta(minutes=plan.rearm_minutes)
    note(session, alert, Happening.HANDED_OVER, staff=staff, now=now)
    return alert


def to_act_on(session: Session, alert_id: int, staff: Staff) -> Alert:
    """The alert, locked for a change, if this person may answer it.

    Raises:
        NotFound: no such alert at this person's site.
        NotAllowed: their role may not answer alerts.
    """
    alert = at_site(session, alert_id, staff)
    if staff.role not in ANSWERING:
        raise NotAllowed("Your role may not acknowledge or close an alert.")
    return alert


def at_site(session: Session, alert_id: int, staff: Staff) -> Alert:
    """The alert, locked for a change, if it is at this person's site.

    Raises:
        NotFound: it does not exist, or belongs to another site: the answer is the same.
    """
    alert = session.get(Alert, alert_id, with_for_update=True)
    if alert is None or alert.site_id != staff.site_id:
        raise NotFound("There is no such alert.")
    return alert
