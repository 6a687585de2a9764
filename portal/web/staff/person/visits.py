"""One visit: what was agreed, and the forms that record its outcome."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.errors import ChangedMeanwhile, InvalidInput
from portal.people.accounts.accounts import acting
from portal.records.staff import visit_record
from portal.visits import appointments, unscheduled
from portal.visits.appointments import VisitForm
from portal.visits.unscheduled import VisitWish
from portal.web.frame import access, forms, own_paths
from portal.web.frame.language import sentence_of
from portal.web.staff import fields
from portal.web.staff.frame import (
    Errors,
    blueprint,
    case_of,
    named,
    staff_page,
    typed,
    viewer,
    zone,
)
from portal.web.staff.person import participants

PATH = "/participants/<code>/visits/<visit>"


@blueprint.post("/participants/<code>/visits")
def book_unscheduled(code: str) -> ResponseReturnValue:
    """Book a visit that the study does not plan."""
    try:
        wish = VisitWish(
            title=forms.text("title", longest=100),
            place=forms.text("place", longest=100),
            at=_agreed(),
            sure=fields.sure("at"),
        )
        with access.runtime().writing() as db:
            booked = unscheduled.book(case_of(db, code), acting(db, viewer()), wish)
            visit = booked.code
    except InvalidInput as error:
        return participants.person(code, named(error), 400, fields.asked(error))
    return own_paths.go(f"/staff/participants/{code.upper()}/visits/{visit}")


@blueprint.get(PATH)
def visit(code: str, visit: str) -> ResponseReturnValue:
    return _page(code, visit, {}, 200)


@blueprint.post(PATH)
def change_visit(code: str, visit: str) -> ResponseReturnValue:
    """Book, move, attend, miss, cancel or take back, as the button says."""
    try:
        with access.runtime().writing() as db:
            _act(_form(db, code, visit))
    except ChangedMeanwhile as error:
        return _page(code, visit, {"form": sentence_of(error)}, 409)
    except InvalidInput as error:
        return _page(code, visit, named(error), 400, fields.asked(error))
    return own_paths.go(f"/staff/participants/{code.upper()}/visits/{visit}")


def _form(db: Session, code: str, visit: str) -> VisitForm:
    version = fields.number("version") or 0
    return VisitForm(case_of(db, code), acting(db, viewer()), visit, version)


def _act(form: VisitForm) -> None:
    match request.form.get("act"):
        case "book":
            at, reason = _agreed(), forms.text("reason", longest=500)
            appointments.book(form, at=at, reason=reason, sure=fields.sure("at"))
        case "attend":
            on, reason = fields.day("on"), forms.text("on_reason", longest=500)
            appointments.attend(form, on=on, reason=reason)
        case "miss":
            appointments.miss(form, reason=forms.text("note", longest=500))
        case "cancel":
            appointments.cancel(form, reason=forms.text("why", longest=500))
        case "reopen":
            appointments.reopen(form, reason=forms.text("back", longest=500))
        case _:
            raise InvalidInput("Choose what became of the visit.", field="form")


def _agreed() -> datetime:
    """The time typed, which must exist on that day in the site's zone."""
    at = fields.moment("at", zone())
    shown = at.astimezone(ZoneInfo(zone()))
    if f"{shown:%Y-%m-%dT%H:%M}" != forms.text("at", longest=25)[:16]:
        raise InvalidInput(
            "The clocks change that day and skip this hour. Choose another.",
            field="at",
        )
    return at


def _page(
    code: str, visit: str, errors: Errors, status: int, asked: Sequence[str] = ()
) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        found = case_of(db, code)
        shown = visit_record.page(found, acting(db, viewer()), visit)
    return staff_page(
        "staff/visit.html",
        "participants",
        status,
        code=found.participant.code,
        visit=shown,
        today=shown.today,
        errors=errors,
        asked=asked,
        typed=typed(),
        agreed=_as_typed(shown.booked_at),
    )


def _as_typed(at: datetime | None) -> str:
    return f"{at.astimezone(ZoneInfo(zone())):%Y-%m-%dT%H:%M}" if at else ""
