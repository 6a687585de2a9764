"""Whether a person is in follow-up, and, before it changes, what stops."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.enrolment import status as statuses
from portal.errors import InvalidInput
from portal.people.access import visible
from portal.people.accounts.accounts import acting
from portal.records.staff import changes
from portal.web.frame import access, forms, own_paths
from portal.web.staff.change_words import STATUS_MEANS
from portal.web.staff.frame import (
    Errors,
    blueprint,
    named,
    now,
    staff_page,
    typed,
    viewer,
)
from portal.web.staff.words import STATUSES

PATH = "/participants/<code>/status"


@blueprint.get(PATH)
def status(code: str) -> ResponseReturnValue:
    return _page(code, {}, 200)


@blueprint.post(PATH)
def change_status(code: str) -> ResponseReturnValue:
    """Pause, resume, withdraw, and the rest: all of it stops in this transaction."""
    try:
        with access.runtime().writing() as db:
            row = visible.participant(db, viewer(), code)
            wanted = forms.text("status", longest=20)
            reason = forms.text("reason", longest=500)
            statuses.change_status(
                db, row, wanted, reason, acting(db, viewer()), now=now()
            )
    except InvalidInput as error:
        return _page(code, named(error), 400)
    return own_paths.go(f"/staff/participants/{code.upper()}")


def _page(code: str, errors: Errors, status: int) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        row = visible.participant(db, viewer(), code)
        changed = changes.statuses(db, row)
    options = [
        (name, STATUSES[name], STATUS_MEANS[name])
        for name in statuses.STATUSES
        if name != row.status
    ]
    return staff_page(
        "staff/status.html",
        "participants",
        status,
        code=row.code,
        current=row.status,
        options=options,
        changes=changed[::-1],
        errors=errors,
        typed=typed(),
    )
