"""Alert codes by text: they count only from the paged person's own, verified number.

The person must have been paged about this alert; the code of a closed alert does
nothing. A code that has no effect is answered with that fact. Otherwise the sender
would believe that the alert is confirmed, and go back to sleep.
"""

from __future__ import annotations

from sqlalchemy import select

from portal.alerting.answers import answering
from portal.db.tables.alerts import Alert
from portal.db.tables.outbox import Message
from portal.db.tables.people import Contact, Staff
from portal.delivery.inbound.arrived_texts import (
    ArrivedText,
    TextAnswer,
    answer,
    task_at_sites,
)
from portal.errors import AlertClosed, AlreadyAcknowledged
from portal.people.roles import ANSWERING
from portal.vocabulary.tasks import TaskKind


def acknowledge_by_code(arrived: ArrivedText, code: str) -> Alert | None:
    """Acknowledge the alert with this code as the person paged at the sender's number.

    None if the sender was never paged about it. Otherwise the alert is returned, also
    when the acknowledgement failed; the answer to the sender says what happened.
    """
    alert = arrived.session.scalar(select(Alert).where(Alert.code == code))
    found = alert and next(
        (one for one in arrived.sender.staff if _was_paged(arrived, alert, one[0])),
        None,
    )
    if alert is None or not found:
        return None
    staff, contact = found
    arrived.row.staff_id = staff.id
    template = _acknowledged(arrived, alert, staff)
    _say(arrived, template, staff, contact, alert.study_version_id, code)
    return alert


def _acknowledged(arrived: ArrivedText, alert: Alert, staff: Staff) -> str:
    """Try to acknowledge; return the template of the answer that says what happened."""
    session, now = arrived.session, arrived.now
    try:
        answering.acknowledge(session, alert.id, staff, source="text", now=now)
    except AlreadyAcknowledged:
        return "ack_taken"
    except AlertClosed:
        return "ack_closed"
    return "ack_done"


def _was_paged(arrived: ArrivedText, alert: Alert, staff: Staff) -> bool:
    query = select(Message.id).where(
        Message.alert_id == alert.id,
        Message.staff_id == staff.id,
        Message.alert_round <= alert.round,
    )
    may = alert.site_id == staff.site_id and staff.role in ANSWERING
    return may and arrived.session.scalar(query.limit(1)) is not None


def not_understood(arrived: ArrivedText) -> None:
    """A colleague's text that confirms nothing: answer so, and let somebody read it."""
    staff, contact = arrived.sender.staff[0]
    arrived.row.staff_id = staff.id
    task_at_sites(arrived, TaskKind.STAFF_TEXT)
    query = select(Message.study_version_id).where(Message.staff_id == staff.id)
    newest = query.order_by(Message.id.desc()).limit(1)
    version_id = arrived.session.scalar(newest)
    if version_id is not None:
        _say(arrived, "ack_none", staff, contact, version_id)


def _say(
    arrived: ArrivedText,
    template: str,
    staff: Staff,
    contact: Contact,
    study_version_id: int,
    code: str = "",
) -> None:
    reply = TextAnswer(
        template=template,
        contact=contact,
        language=staff.language,
        study_version_id=study_version_id,
        variables={"code": code},
        staff_id=staff.id,
    )
    answer(arrived, reply)
