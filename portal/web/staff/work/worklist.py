"""The first page of the team: what is to be done now, kept fresh by itself."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from portal import study_versions
from portal.alerting import sirens
from portal.engine import clock_steps
from portal.people import duties
from portal.records.staff.work import worklist
from portal.web.frame import access, origin, own_paths
from portal.web.frame.access import needs, passive
from portal.web.staff.frame import (
    blueprint,
    now,
    staff_page,
    study_of,
    surroundings,
    viewer,
    zone,
)


@blueprint.get("")
@needs("enter")
def start() -> ResponseReturnValue:
    if not access.may("read"):
        return own_paths.go("/staff/rota")
    return staff_page("staff/worklist.html", "worklist", **_shown())


@blueprint.get("/live")
@passive
def live() -> ResponseReturnValue:
    html = render_template("staff/live.html", **_shown(), **surroundings())
    # The form's token is new each time; it is no news.
    plain = html.replace(origin.csrf_token(), "")
    response = Response(html)
    response.set_etag(hashlib.sha256(plain.encode()).hexdigest()[:32])
    return response.make_conditional(request)


@blueprint.post("/clock/<int:step_id>/confirm")
def confirm_clock(step_id: int) -> ResponseReturnValue:
    """Say that the machine's clock is right now."""
    runtime = access.runtime()
    with runtime.writing() as db:
        clock_steps.confirm(
            db,
            step_id,
            f"staff:{viewer().staff_id}",
            lead=runtime.clocks.lead(),
            now=runtime.now(),
            real_now=runtime.real_now(),
        )
    return own_paths.go("/staff")


def _shown() -> dict[str, Any]:
    runtime, site_id = access.runtime(), viewer().site_id
    with runtime.reading() as db:
        paged = duties.paged(study_versions.in_use(db, study_of(db)))
        found = worklist.worklist(
            db, study_of(db), site_id, paged=paged, zone=zone(), now=now()
        )
        siren = sirens.any_live(db, site_id, real_now=runtime.real_now())
        step = clock_steps.open_step(db)
    shown: dict[str, Any] = {"list": found, "siren_live": siren, "clock_step": step}
    return {**shown, "clock_now": runtime.real_now() if step else None}
