"""One alert: take it, take it over, close it with its outcome."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.alerting.answers import answering, closing
from portal.alerting.answers import planned_calls as known_alerts
from portal.alerting.answers.closing import Closing
from portal.errors import AlertClosed, AlreadyAcknowledged, InvalidInput
from portal.people.accounts.accounts import acting
from portal.records.staff.work.work_pages import alert_page
from portal.web.frame import access, forms, own_paths
from portal.web.staff import fields, message_words
from portal.web.staff.fields import UnreadFields
from portal.web.staff.frame import (
    Errors,
    blueprint,
    named,
    note_viewing,
    now,
    staff_page,
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
        found = alert_page(db, study_of(db), viewer(), alert_id, now=now())
    note_viewing("alert", alert_id)
    return staff_page(
        "staff/alert.html",
        "worklist",
        status,
        page=found,
        alert=found.alert,
        message_words=message_words,
        call_within=known_alerts.CHOICES,
        second="second" in request.args,
        errors=errors,
        typed=typed(),
    )


@blueprint.post("/alerts/<int:alert_id>/ack")
def acknowledge(alert_id: int) -> ResponseReturnValue:
    """One tap: I have this. A second person is shown who has it."""
    try:
        with access.runtime().writing() as db:
            answering.acknowledge(
                db, alert_id, acting(db, viewer()), source="page", now=now()
            )
    except (AlreadyAcknowledged, AlertClosed):
        return own_paths.go(f"/staff/alerts/{alert_id}?second=1")
    return own_paths.go(f"/staff/alerts/{alert_id}")


@blueprint.post("/alerts/<int:alert_id>/take")
def take_over(alert_id: int) -> ResponseReturnValue:
    """Take it over from the person who has it."""
    try:
        with access.runtime().writing() as db:
            answering.hand_over(db, alert_id, acting(db, viewer()), now=now())
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
                acting(db, viewer()),
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
    unread = UnreadFields()
    ending = _closing(unread)
    try:
        with access.runtime().writing() as db:
            closing.close(db, alert_id, acting(db, viewer()), ending, now=now())
    except InvalidInput as error:
        return _page(alert_id, named(error, *unread.found), 400)
    except AlreadyAcknowledged:
        return _page(alert_id, {}, 409)
    except AlertClosed:
        return own_paths.go(f"/staff/alerts/{alert_id}?second=1")
    return own_paths.go("/staff")


def _closing(unread: UnreadFields) -> Closing:
    answered = {"yes": True, "no": False}.get(forms.text("adverse_event", longest=5))
    return Closing(
        outcome=forms.text("outcome", longest=30),
        reason=forms.text("reason", longest=LONGEST_REASON),
        adverse_event=answered,
        term=forms.text("term", longest=120) if answered else "",
        grade=unread.read(fields.number, "grade") if answered else None,
    )
