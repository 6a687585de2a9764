"""One alert: take it, hand it over, close it with what came of it."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.alerting import answering, calls_planned
from portal.alerting import planned_calls as known_alerts
from portal.alerting.answering import Closing
from portal.db.alerts import Alert
from portal.db.outbox import Message
from portal.db.people import Participant
from portal.errors import AlertClosed, AlreadyAcknowledged, InvalidInput
from portal.records.staff import person_card, record
from portal.records.staff.alerts import AlertItem, alert_items
from portal.records.staff.messages import MessageItem, message_items
from portal.records.staff.worklist import alert_lines
from portal.web.frame import access, forms, own_paths
from portal.web.staff import fields, message_words
from portal.web.staff.fields import Unread
from portal.web.staff.frame import (
    Errors,
    blueprint,
    me,
    named,
    now,
    page,
    study_of,
    typed,
    viewer,
)

LONGEST_REASON = 2000


@blueprint.get("/alerts/<int:alert_id>")
def alert(alert_id: int) -> ResponseReturnValue:
    return _page(alert_id, {}, 200)


def _page(alert_id: int, errors: Errors, status: int) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        item, messages = _look(db, alert_id)
        planned = calls_planned.of_round(db, db.get_one(Alert, alert_id))
        lines = alert_lines(db, study_of(db), Alert.id == alert_id)
        row = access.scoped(db, Participant, id=item.participant_id)
        card = person_card.card(db, study_of(db)(row.study_version_id), row, now=now())
    with access.runtime().writing() as db:
        record.note_viewing(db, viewer().actor, "alert", alert_id, now=now())
    return page(
        "staff/alert.html",
        "worklist",
        status,
        alert=item,
        line=lines[0] if lines else None,
        card=card,
        messages=messages,
        message_words=message_words,
        mine=item.holder_id == viewer().staff_id,
        planned=planned,
        call_within=known_alerts.CHOICES,
        second="second" in request.args,
        errors=errors,
        typed=typed(),
    )


def _look(db: Session, alert_id: int) -> tuple[AlertItem, list[MessageItem]]:
    access.scoped(db, Alert, id=alert_id)
    item = alert_items(db, study_of(db), Alert.id == alert_id)[0]
    return item, list(message_items(db, Message.alert_id == alert_id))


@blueprint.post("/alerts/<int:alert_id>/ack")
def acknowledge(alert_id: int) -> ResponseReturnValue:
    """One tap: I have this. Who comes second is shown who has it."""
    try:
        with access.runtime().writing() as db:
            answering.acknowledge(db, alert_id, me(db), source="page", now=now())
    except (AlreadyAcknowledged, AlertClosed):
        return own_paths.go(f"/staff/alerts/{alert_id}?second=1")
    return own_paths.go(f"/staff/alerts/{alert_id}")


@blueprint.post("/alerts/<int:alert_id>/take")
def take_over(alert_id: int) -> ResponseReturnValue:
    """Take it from whoever has it."""
    try:
        with access.runtime().writing() as db:
            answering.hand_over(db, alert_id, me(db), now=now())
    except AlertClosed:
        return own_paths.go(f"/staff/alerts/{alert_id}?second=1")
    return own_paths.go(f"/staff/alerts/{alert_id}")


@blueprint.post("/alerts/<int:alert_id>/plan")
def plan_call(alert_id: int) -> ResponseReturnValue:
    """Known, call planned: keep it for an hour at most, with the reason."""
    try:
        with access.runtime().writing() as db:
            known_alerts.plan(
                db,
                alert_id,
                me(db),
                minutes=fields.number("within") or 0,
                reason=forms.text("why", longest=known_alerts.LONGEST_REASON),
                now=now(),
            )
    except InvalidInput as error:
        return _page(alert_id, named(error), 400)
    except (AlreadyAcknowledged, AlertClosed):
        return own_paths.go(f"/staff/alerts/{alert_id}?second=1")
    return own_paths.go(f"/staff/alerts/{alert_id}")


@blueprint.post("/alerts/<int:alert_id>/close")
def close(alert_id: int) -> ResponseReturnValue:
    """Close it with outcome, reason, and whether it was an adverse event."""
    unread = Unread()
    closing = _closing(unread)
    try:
        with access.runtime().writing() as db:
            answering.close(db, alert_id, me(db), closing, now=now())
    except InvalidInput as error:
        return _page(alert_id, named(error, *unread.found), 400)
    except AlreadyAcknowledged:
        return _page(alert_id, {}, 409)
    except AlertClosed:
        return own_paths.go(f"/staff/alerts/{alert_id}?second=1")
    return own_paths.go("/staff")


def _closing(unread: Unread) -> Closing:
    answered = {"yes": True, "no": False}.get(forms.text("adverse_event", longest=5))
    return Closing(
        outcome=forms.text("outcome", longest=30),
        reason=forms.text("reason", longest=LONGEST_REASON),
        adverse_event=answered,
        term=forms.text("term", longest=120) if answered else "",
        grade=unread.read(fields.number, "grade") if answered else None,
    )
