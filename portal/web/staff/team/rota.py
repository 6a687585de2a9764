"""Who is on call now and the next two weeks, the gaps, and changing it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask.typing import ResponseReturnValue

from portal import study_versions
from portal.errors import InvalidInput
from portal.people import duties, shifts
from portal.people.accounts.accounts import acting
from portal.records.staff.work.rota_page import rota_page
from portal.web.frame import access, forms, own_paths
from portal.web.frame.access import needs
from portal.web.staff import fields
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

LONGEST_DUTY = 40  # of an id in a study file


@blueprint.get("/rota")
@needs("enter")
def rota() -> ResponseReturnValue:
    return _page({}, 200)


def _page(errors: Errors, status: int) -> ResponseReturnValue:
    moment, real_now = now(), access.runtime().real_now()
    with access.runtime().reading() as db:
        found = rota_page(
            db, study_of(db), viewer().site_id, now=moment, real_now=real_now
        )
    local = moment.astimezone(ZoneInfo(zone()))
    return staff_page(
        "staff/rota.html",
        "rota",
        status,
        rota=found,
        errors=errors,
        typed={"starts_at": f"{local:%Y-%m-%dT%H:%M}", **typed()},
    )


@blueprint.post("/rota")
@needs("rota")
def plan() -> ResponseReturnValue:
    """Put a colleague on call."""
    try:
        starts_at = fields.moment("starts_at", zone())
        ends_at = fields.moment_or_none("ends_at", zone())
        with access.runtime().writing() as db:
            studies = study_versions.in_use(db, study_of(db))
            shifts.plan(
                db,
                acting(db, viewer()),
                staff_id=fields.number("staff_id") or 0,
                duty=forms.text("role", longest=LONGEST_DUTY),
                starts_at=starts_at,
                ends_at=ends_at,
                override=forms.text("override", longest=3) == "yes",
                known=duties.known(studies),
                now=now(),
            )
    except InvalidInput as error:
        return _page(named(error), 400)
    return own_paths.go("/staff/rota")


@blueprint.post("/rota/<int:shift_id>/end")
@needs("rota")
def end(shift_id: int) -> ResponseReturnValue:
    """End a shift now."""
    with access.runtime().writing() as db:
        shifts.end(db, acting(db, viewer()), shift_id, now=now())
    return own_paths.go("/staff/rota")
