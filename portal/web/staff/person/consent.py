"""A new consent: which version of the form somebody signed, and when."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.enrolment import reconsent
from portal.errors import InvalidInput
from portal.people.access import visible
from portal.people.accounts.accounts import acting
from portal.web.frame import access, forms, own_paths
from portal.web.frame.access import needs
from portal.web.staff import fields
from portal.web.staff.frame import (
    Errors,
    blueprint,
    named,
    now,
    staff_page,
    typed,
    viewer,
    zone,
)

PATH = "/participants/<code>/consent"


@blueprint.get(PATH)
@needs("enrol")
def consent(code: str) -> ResponseReturnValue:
    return _page(code, {}, 200)


@blueprint.post(PATH)
@needs("enrol")
def record_consent(code: str) -> ResponseReturnValue:
    """Write down the new consent; the task that asked for it is done."""
    try:
        signed_at = fields.moment("consented_at", zone())
        version = forms.text("consent_version", longest=reconsent.LONGEST_VERSION)
        with access.runtime().writing() as db:
            person = visible.participant(db, viewer(), code)
            staff = acting(db, viewer())
            reconsent.record(db, person, version, signed_at, staff, now=now())
    except InvalidInput as error:
        return _page(code, named(error), 400)
    return own_paths.go(f"/staff/participants/{code.upper()}")


def _page(code: str, errors: Errors, status: int) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        person = visible.participant(db, viewer(), code)
        newest = reconsent.signed(db, person)
        asked = reconsent.asked(db, person)
        signed = newest.version if newest is not None else ""
    return staff_page(
        "staff/consent.html",
        "participants",
        status,
        code=person.code,
        signed=signed,
        asked=asked,
        errors=errors,
        typed={"consent_version": asked or "", **typed()},
    )
