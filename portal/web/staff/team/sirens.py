"""The screens that ring on the ward: made, checked for life, and removed again."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.alerting import sirens as rules
from portal.errors import InvalidInput
from portal.people.accounts.accounts import acting
from portal.web.frame import access, forms, own_paths
from portal.web.frame.access import needs
from portal.web.staff.frame import Errors, blueprint, named, staff_page, typed, viewer


@blueprint.get("/sirens")
@needs("enter")
def sirens() -> ResponseReturnValue:
    return _page({}, "", 200)


@blueprint.post("/sirens")
@needs("rota")
def make_siren() -> ResponseReturnValue:
    """Make a screen; its code is shown in this answer and never again."""
    runtime = access.runtime()
    try:
        name = forms.text("name", longest=rules.LONGEST_NAME)
        with runtime.writing() as db:
            now, real_now = runtime.now(), runtime.real_now()
            code = rules.make(
                db, acting(db, viewer()), name, now=now, real_now=real_now
            )
    except InvalidInput as error:
        return _page(named(error), "", 400)
    return _page({}, "-".join((code[:4], code[4:8], code[8:])), 200)


@blueprint.post("/sirens/<int:siren_id>/revoke")
@needs("rota")
def revoke_siren(siren_id: int) -> ResponseReturnValue:
    """Remove a screen's credential: it shows nothing any more."""
    runtime = access.runtime()
    with runtime.writing() as db:
        now, real_now = runtime.now(), runtime.real_now()
        rules.revoke(db, acting(db, viewer()), siren_id, now=now, real_now=real_now)
    return own_paths.go("/staff/sirens")


def _page(errors: Errors, code: str, status: int) -> ResponseReturnValue:
    runtime = access.runtime()
    with runtime.reading() as db:
        found = rules.listed(db, viewer().site_id, real_now=runtime.real_now())
    return staff_page(
        "staff/sirens.html",
        "rota",
        status,
        screens=found,
        fresh_code=code,
        errors=errors,
        typed={} if code else typed(),
    )
