"""Who is on call now and the next two weeks, the gaps, and changing it."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from flask.typing import ResponseReturnValue
from sqlalchemy import select

from portal.core.errors import InvalidInput
from portal.db.people import Staff
from portal.services import shifts
from portal.services.rota import DUTIES
from portal.web import access, forms, places
from portal.web.access import needs
from portal.web.staff import fields
from portal.web.staff.frame import (
    Errors,
    blueprint,
    me,
    named,
    now,
    page,
    typed,
    viewer,
    zone,
)

AHEAD = timedelta(days=14)


@blueprint.get("/rota")
@needs("enter")
def rota() -> ResponseReturnValue:
    return _page({}, 200)


def _page(errors: Errors, status: int) -> ResponseReturnValue:
    moment = now()
    until = moment + AHEAD
    with access.runtime().reading() as db:
        found = shifts.between(db, viewer().site_id, moment, until)
        colleagues = [
            (staff.id, staff.display_name)
            for staff in db.scalars(
                select(Staff)
                .where(Staff.site_id == viewer().site_id, Staff.active)
                .order_by(Staff.display_name)
            )
        ]
    local = moment.astimezone(ZoneInfo(zone()))
    return page(
        "staff/rota.html",
        "rota",
        status,
        duties=DUTIES,
        shifts=found,
        gaps=shifts.gaps(found, moment, until),
        colleagues=colleagues,
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
            shifts.plan(
                db,
                me(db),
                staff_id=fields.number("staff_id") or 0,
                role=forms.text("role", longest=30),
                starts_at=starts_at,
                ends_at=ends_at,
                now=now(),
            )
    except InvalidInput as error:
        return _page(named(error), 400)
    return places.go("/staff/rota")


@blueprint.post("/rota/<int:shift_id>/end")
@needs("rota")
def end(shift_id: int) -> ResponseReturnValue:
    """End a shift now."""
    with access.runtime().writing() as db:
        shifts.end(db, me(db), shift_id, now=now())
    return places.go("/staff/rota")
