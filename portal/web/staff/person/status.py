"""Whether somebody is in follow-up, and before it changes a plain word on what stops."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from sqlalchemy import select

from portal.db.people import Participant, StatusChange
from portal.enrolment import status as statuses
from portal.errors import InvalidInput
from portal.records.staff.alerts import staff_names
from portal.web.frame import access, forms, own_paths
from portal.web.staff.change_words import STATUS_MEANS
from portal.web.staff.frame import Errors, blueprint, me, named, now, page, typed
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
            row = access.scoped(db, Participant, code=code.upper())
            wanted = forms.text("status", longest=20)
            reason = forms.text("reason", longest=500)
            statuses.change_status(db, row, wanted, reason, me(db), now=now())
    except InvalidInput as error:
        return _page(code, named(error), 400)
    return own_paths.go(f"/staff/participants/{code.upper()}")


def _page(code: str, errors: Errors, status: int) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        row = access.scoped(db, Participant, code=code.upper())
        query = select(StatusChange).filter_by(participant_id=row.id)
        changes = db.scalars(query.order_by(StatusChange.id.desc())).all()
        names = staff_names(db, {one.staff_id for one in changes if one.staff_id})
    options = [
        (name, STATUSES[name], STATUS_MEANS[name])
        for name in statuses.STATUSES
        if name != row.status
    ]
    return page(
        "staff/status.html",
        "participants",
        status,
        code=row.code,
        current=row.status,
        options=options,
        changes=[(one, names.get(one.staff_id or 0, "")) for one in changes],
        errors=errors,
        typed=typed(),
    )
