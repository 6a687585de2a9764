"""Who is paged about a silent participant: one duty, at once, beside any ladder."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.alerting import pages
from portal.alerting.log import note
from portal.alerting.tasks.tasks import page_key
from portal.db.tables.alerts import Alert, Task
from portal.db.tables.people import Contact, Participant
from portal.languages import FIRST
from portal.messages.outbox import NewMessage, enqueue
from portal.people import contacts, rota
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Step, Tier
from portal.vocabulary.alerts import Happening
from portal.vocabulary.messages import Channel, Purpose

PAGED_LATE = timedelta(hours=24)


def page_task(
    session: Session,
    participant: Participant,
    task: Task,
    role: str,
    now: datetime,
) -> None:
    """Text the person on duty that the call is still open; else the site's own number."""
    task.overdue_paged_at = task.overdue_paged_at or now
    reached = False
    for staff in rota.on_call(session, task.site_id, role, now=now):
        contact = contacts.mobile(session, staff_id=staff.id)
        if contact is not None:
            _text(session, participant, task, contact, staff.language, now)
            reached = True
    everybody = contacts.mobile(session, site_id=task.site_id)
    if not reached and everybody is not None:
        _text(session, participant, task, everybody, FIRST, now)


def _text(
    session: Session,
    participant: Participant,
    task: Task,
    contact: Contact,
    language: str,
    now: datetime,
) -> None:
    who = contact.staff_id or f"site{contact.site_id}"
    letter = NewMessage(
        dedupe_key=f"{page_key(task)}:{who}",
        purpose=Purpose.TASK,
        channel=Channel.TEXT,
        contact=contact,
        study_version_id=participant.study_version_id,
        template="task_overdue",
        language=language,
        variables={"code": participant.code},
        not_after=now + PAGED_LATE,
        participant_id=participant.id,
        staff_id=contact.staff_id,
    )
    enqueue(session, letter, now=now)


def page_rung(
    session: Session, study: Study, alert: Alert, role: str, now: datetime
) -> None:
    """Page the person on this duty about a new alert, before its ladder gets there."""
    steps = study.policies[Tier.URGENT].steps
    channels = [step.channels for step in steps if role in step.roles]
    rung = Step(0, (role,), channels[0] if channels else ("call", "text"))
    until = now + timedelta(minutes=2 * alert.ack_minutes)
    page = pages.Page(alert, alert.round, alert.step, until)
    if not pages.page_who_is_on_call(session, study, page, (rung,), now=now):
        note(session, alert, Happening.NOBODY_ON_CALL, now=now, step=alert.step)
