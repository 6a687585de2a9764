"""Changing D0: first show what it moves, then sign."""

from __future__ import annotations

from datetime import date

from flask import request
from flask.typing import ResponseReturnValue

from portal.enrolment import adoption, day_zero, day_zero_history
from portal.enrolment.day_zero import SignedDay
from portal.errors import InvalidInput
from portal.people.access.limits import TryLater
from portal.records import day_zero_preview
from portal.web.frame import access, forms, own_paths, try_later
from portal.web.frame.access import needs
from portal.web.staff import fields, signing
from portal.web.staff.frame import (
    Errors,
    blueprint,
    case_of,
    named,
    now,
    staff_page,
    study_of,
    typed,
    viewer,
)
from portal.web.staff.words import REHEARSED

PATH = "/participants/<code>/day-zero"


@blueprint.get(PATH)
@needs("amend")
def day_zero_page(code: str) -> ResponseReturnValue:
    """The form; with a day, what that day would do."""
    if "d0" not in request.args:
        return _page(code, None, {}, 200)
    try:
        return _page(code, _asked(), {}, 200)
    except InvalidInput as error:
        return _page(code, None, named(error), 400)


@blueprint.post(PATH)
@needs("amend")
def change_day_zero(code: str) -> ResponseReturnValue:
    """Sign, and move everything that is computed from the day."""
    on: date | None = None
    try:
        on = fields.day("d0")
        signed = _signed(code, on)
        with access.runtime().writing() as db:
            day_zero.change(db, study_of(db), code, signed, now=now())
    except TryLater as limit:
        return _page(code, on, {"password": try_later.sentence(limit)}, 429)
    except InvalidInput as error:
        unfit = error.field == "d0"
        return _page(code, None if unfit else on, named(error), 400)
    return own_paths.go(f"/staff/participants/{code.upper()}/day-zero")


def _asked() -> date:
    try:
        return date.fromisoformat(request.args["d0"])
    except ValueError:
        raise InvalidInput("Write the day like 2026-03-10.", field="d0") from None


def _signed(code: str, on: date) -> SignedDay:
    """Check the form before the signature: a wrong form costs no try."""
    why = forms.text("why", longest=adoption.LONGEST_REASON)
    signed = SignedDay(on, viewer().staff_id or 0, why)
    with access.runtime().reading() as db:
        day_zero.refuse_unfit(case_of(db, code), on)
        adoption.signer(db, signed.staff_id, why)
    signing.sign()
    return signed


def _page(
    code: str, on: date | None, errors: Errors, status: int
) -> ResponseReturnValue:
    """Show what was reported only to a viewer who may read it."""
    with access.runtime().reading() as db:
        case = case_of(db, code)
        found = day_zero_preview.preview(case, on) if on else None
        asks_code = signing.asks_code(db)
        changes = day_zero_history.changes_of(db, case.participant)
    return staff_page(
        "staff/day_zero.html",
        "participants",
        status,
        code=case.participant.code,
        d0=case.participant.d0,
        found=found,
        changes=changes,
        titles={one.code: one.title for one in case.study.visits},
        phases={one.code: one.title for one in case.study.phases},
        rehearsed=REHEARSED,
        asks_code=asks_code,
        errors=errors,
        typed={"d0": request.args.get("d0", ""), **typed(), "password": "", "code": ""},
    )
