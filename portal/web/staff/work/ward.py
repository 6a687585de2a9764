"""Asking the ward: everybody whose place is not known, on one form."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.enrolment import ward as wards
from portal.enrolment.ward import WardAnswer
from portal.errors import InvalidInput
from portal.protocol.calendar.study_days import local_date
from portal.web.frame import access, own_paths
from portal.web.staff import fields
from portal.web.staff.fields import UnreadFields
from portal.web.staff.frame import (
    Errors,
    blueprint,
    named,
    now,
    staff_page,
    study_of,
    typed,
    viewer,
    zone,
)

PLACE, ON = "place-", "on-"


@blueprint.get("/ward")
def ward() -> ResponseReturnValue:
    return _form({}, 200)


@blueprint.post("/ward")
def answer_for_ward() -> ResponseReturnValue:
    """Record for each person whether they are still here, or went home and when."""
    unread = UnreadFields()
    words = _words(unread)
    try:
        unread.refuse()
        with access.runtime().writing() as db:
            wards.answer(
                db,
                study_of(db),
                viewer().site_id,
                words,
                actor=viewer().actor,
                now=now(),
            )
    except InvalidInput as error:
        return _form(named(error), 400)
    return own_paths.go("/staff")


def _words(unread: UnreadFields) -> list[WardAnswer]:
    """What was ticked, once a person; a person without a tick is asked about again."""
    found = []
    for name, said in request.form.items():
        if name.startswith(PLACE) and said in (wards.HERE, wards.HOME):
            code = name.removeprefix(PLACE)[:20]
            on = unread.read(fields.day, f"{ON}{code}") if said == wards.HOME else None
            found.append(WardAnswer(code, said, on))
    _ask_about_loose_days(unread)
    return found


def _ask_about_loose_days(unread: UnreadFields) -> None:
    """A day without a tick at "Went home" is no answer, but it is kept on the form."""
    today = str(local_date(now(), zone()))
    for name, day in request.form.items():
        code = name.removeprefix(ON)
        ticked = request.form.get(f"{PLACE}{code}")
        if name.startswith(ON) and day not in ("", today) and not ticked:
            unread.found.append(
                InvalidInput(
                    "Choose whether they are still here or went home that day.",
                    field=name,
                )
            )


def _form(errors: Errors, status: int) -> ResponseReturnValue:
    moment = now()
    with access.runtime().reading() as db:
        site_id = viewer().site_id
        asked = wards.asked_at(db, study_of(db), site_id, zone=zone(), now=moment)
    return staff_page(
        "staff/ward.html",
        "worklist",
        status,
        asked=asked,
        today=local_date(moment, zone()),
        errors=errors,
        typed=typed(),
    )
