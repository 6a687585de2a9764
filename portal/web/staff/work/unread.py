"""What people wrote, read at one sitting: one form for everybody, each of them ticked."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.diary import reading_together
from portal.diary.reading_together import ReadTick
from portal.errors import InvalidInput
from portal.people.accounts.accounts import acting
from portal.records.staff.work.unread_page import unread_people
from portal.web.frame import access, forms, own_paths
from portal.web.frame.access import needs
from portal.web.staff.frame import (
    Errors,
    blueprint,
    named,
    now,
    staff_page,
    study_of,
    viewer,
)

READ, HEARD, SEEN = "read-", "heard-", "seen-"


@blueprint.get("/words")
@needs("work")
def unread() -> ResponseReturnValue:
    return _form({}, (), 200)


@blueprint.post("/words")
def read_together() -> ResponseReturnValue:
    """Record whose words were read; who wrote more meanwhile stays on the page."""
    try:
        with access.runtime().writing() as db:
            staff = acting(db, viewer())
            left = reading_together.read_together(db, staff, _ticks(), now=now())
    except InvalidInput as error:
        return _form(named(error), (), 400)
    return _form({}, left, 409) if left else own_paths.go("/staff")


def _ticks() -> list[ReadTick]:
    """Who was ticked; that somebody was heard from says that the words were read."""
    found = {
        name.removeprefix(start)
        for name in request.form
        for start in (READ, HEARD)
        if name.startswith(start)
    }
    return [
        ReadTick(
            task_id=int(number),
            seen=forms.text(f"{SEEN}{number}", longest=16),
            heard_from=bool(forms.text(f"{HEARD}{number}", longest=1)),
        )
        for number in found
        if number.isascii() and number.isdecimal() and len(number) < 16
    ]


def _form(errors: Errors, left: tuple[int, ...], status: int) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        people = unread_people(db, study_of(db), viewer().site_id, now=now())
    ticked = set(request.form) if errors else set()
    return staff_page(
        "staff/words.html",
        "worklist",
        status,
        people=people,
        left=left,
        ticked=ticked,
        errors=errors,
    )
