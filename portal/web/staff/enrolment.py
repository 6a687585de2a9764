"""Enrolling somebody: one form, the visits shown before it is saved."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from flask import request
from flask.typing import ResponseReturnValue

from portal.core import calendar
from portal.core.errors import InvalidInput, NotFound
from portal.core.study.model import Study
from portal.db.people import Site
from portal.services import enrolment, studies
from portal.services.enrolment import Enrolment
from portal.web import access, forms, places
from portal.web.access import needs
from portal.web.staff import fields
from portal.web.staff.frame import (
    Errors,
    blueprint,
    named,
    now,
    page,
    typed,
    viewer,
    zone,
)


@blueprint.get("/enrol")
@needs("enrol")
def enrol() -> ResponseReturnValue:
    return _form({}, 200)


@blueprint.post("/enrol")
@needs("enrol")
def try_to_enrol() -> ResponseReturnValue:
    """Show the visits of the day of infusion, or enrol."""
    try:
        if request.form.get("act") == "preview":
            return _form({}, 200, fields.day("d0"))
        wanted = _wanted()
        with access.runtime().writing() as db:
            version = studies.newest(db)
            if version is None:
                raise NotFound("No study is installed.")
            study = access.runtime().study(db, version.id)
            site = db.get_one(Site, viewer().site_id)
            code = enrolment.enrol(
                db, version, study, site, wanted, actor=viewer().actor, now=now()
            ).code
    except InvalidInput as error:
        return _form(named(error), 400)
    return places.go(f"/staff/participants/{code}")


def _wanted() -> Enrolment:
    here = zone()
    return Enrolment(
        code=forms.text("code", longest=20),
        number=forms.text("number", longest=40),
        name=forms.text("name", longest=60),
        d0=fields.day("d0"),
        discharged_on=fields.day_or_none("discharged_on"),
        language=forms.text("language", longest=5),
        time_zone=forms.text("time_zone", longest=60) or None,
        consent_version=forms.text("consent_version", longest=30),
        consented_at=fields.moment("consented_at", here),
    )


def _form(errors: Errors, status: int, d0: date | None = None) -> ResponseReturnValue:
    here = zone()
    local = now().astimezone(ZoneInfo(here))
    given = {
        "language": "zh",
        "time_zone": here,
        "consented_at": f"{local:%Y-%m-%dT%H:%M}",
        **typed(),
    }
    return page(
        "staff/enrol.html",
        "enrol",
        status,
        errors=errors,
        typed=given,
        preview=_preview(d0) if d0 else [],
    )


def _preview(d0: date) -> list[dict[str, object]]:
    study = _study()
    titles = {visit.code: visit.title for visit in study.visits}
    try:
        windows = calendar.planned_visits(study, d0)
    except OverflowError:
        raise InvalidInput(
            "This infusion date is too far from today.", field="d0"
        ) from None
    return [
        {
            "code": window.code,
            "title": titles[window.code],
            "target": window.date,
            "opens": window.opens,
            "closes": window.closes,
        }
        for window in windows
    ]


def _study() -> Study:
    with access.runtime().reading() as db:
        version = studies.newest(db)
        if version is None:
            raise NotFound("No study is installed.")
        return access.runtime().study(db, version.id)
