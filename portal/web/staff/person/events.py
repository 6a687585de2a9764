"""Recording on which day an event of the study, such as a second dose, happened."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.enrolment import events
from portal.enrolment.events import RecordedDay
from portal.errors import InvalidInput
from portal.web.frame import access, forms, own_paths
from portal.web.staff import fields
from portal.web.staff.frame import blueprint, case_of, named, viewer
from portal.web.staff.person import participants


@blueprint.post("/participants/<code>/event")
def event(code: str) -> ResponseReturnValue:
    """Record the day, correct it, or say that it did not happen after all."""
    which = forms.text("event", longest=40)
    try:
        _record(code, which)
    except InvalidInput as error:
        field = f"{error.field or 'day'}-{which}"
        refused = named(InvalidInput(error.message, field=field))
        return participants.person(code, refused, 400)
    return own_paths.go(f"/staff/participants/{code.upper()}")


def _record(code: str, which: str) -> None:
    happened = request.form.get("act") != "none"
    day = fields.day(f"day-{which}") if happened else None
    said = RecordedDay(which, day, forms.text(f"why-{which}", longest=500))
    with access.runtime().writing() as db:
        events.record(case_of(db, code), said, viewer().staff_id or 0)
