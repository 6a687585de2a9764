"""Who is paged about a silent participant: one duty, at once, beside any ladder."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.alerting import pages
from portal.alerting.log import note
from portal.alerting.tasks.tasks import page_key
from portal.db.tables.alerts import Alert, Task
from portal.db.tables.people import Contact
from portal.languages import FIRST
from portal.messages.outbox import NewMessage, enqueue
from portal.people import contacts, rota
from portal.people.case import Case
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Step, Tier
from portal.visits.reminders.rules.person import Occasion
from portal.vocabulary.alerts import Happening
from portal.vocabulary.messages import Channel, Purpose

PAGED_LATE = timedelta(hours=24)


def page_task(case: Case, task: Task, occasion: Occasion) -> None:
    """Text the person on duty that the call is still open; else the site's own number.

    A rung of a later day pages again whoever was paged on the day of the call.
    """
    session, now = case.session, case.now
    task.overdue_paged_at = task.overdue_paged_at or now
    later = occasion.detail.get("later")
    key = f"{page_key(task)}+{later}" if later else page_key(task)
    reached = False
    for staff in rota.on_call(session, task.site_id, occasion.detail["role"], now=now):
        contact = contacts.mobile(session, staff_id=staff.id)
        if contact is not None:
            _text(case, key, contact, staff.language)
            reached = True
    everybody = contacts.mobile(session, site_id=task.site_id)
    if not reached and everybody is not None:
        _text(case, key, everybody, FIRST)


def _text(case: Case, key: str, contact: Contact, language: str) -> None:
    participant, now = case.participant, case.now
    who = contact.staff_id or f"site{contact.site_id}"
    letter = NewMessage(
        dedupe_key=f"{key}:{who}",
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
    enqueue(case.session, letter, now=now)


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
