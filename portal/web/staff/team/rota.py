"""Who is on call now and the next two weeks, the gaps, and changing it."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.alerting import sirens
from portal.db.people import Staff
from portal.errors import InvalidInput
from portal.people import shifts
from portal.people.roles import ANSWERING
from portal.protocol.study.duties import Duty
from portal.web.frame import access, forms, own_paths
from portal.web.frame.access import needs
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
    site_id, real_now = viewer().site_id, access.runtime().real_now()
    with access.runtime().reading() as db:
        found = shifts.between(db, site_id, moment, until)
        siren = sirens.any_live(db, site_id, real_now=real_now)
        colleagues = _colleagues(db)
    local = moment.astimezone(ZoneInfo(zone()))
    return page(
        "staff/rota.html",
        "rota",
        status,
        duties=tuple(Duty),
        shifts=found,
        gaps=shifts.gaps(found, moment, until),
        colleagues=colleagues,
        siren_live=siren,
        resting=shifts.resting(found, moment),
        errors=errors,
        typed={"starts_at": f"{local:%Y-%m-%dT%H:%M}", **typed()},
    )


def _colleagues(db: Session) -> list[tuple[int, str]]:
    query = select(Staff).where(Staff.site_id == viewer().site_id, Staff.active)
    query = query.where(Staff.role.in_(ANSWERING))
    ordered = db.scalars(query.order_by(Staff.display_name))
    return [(staff.id, staff.display_name) for staff in ordered]


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
                duty=forms.text("role", longest=30),
                starts_at=starts_at,
                ends_at=ends_at,
                override=forms.text("override", longest=3) == "yes",
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
        shifts.end(db, me(db), shift_id, now=now())
    return own_paths.go("/staff/rota")
