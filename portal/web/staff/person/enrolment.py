"""Enrolling somebody: one form, the visits shown before it is saved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import request
from flask.typing import ResponseReturnValue

from portal import study_versions
from portal.enrolment import enrolment
from portal.enrolment.enrolment_form import Enrolment
from portal.errors import InvalidInput, NotFound
from portal.protocol.calendar import study_days
from portal.protocol.study.model import Study
from portal.web.frame import access, forms, own_paths
from portal.web.frame.access import needs
from portal.web.staff import fields
from portal.web.staff.fields import UnreadFields
from portal.web.staff.frame import (
    Errors,
    blueprint,
    country,
    named,
    named_languages,
    now,
    staff_page,
    study_of,
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
    """Show the visits of a D0, or enrol."""
    unread = UnreadFields()
    try:
        if request.form.get("act") == "preview":
            return _form({}, 200, fields.day("d0"))
        wanted = _wanted(unread)
        code = _enrolled(wanted, unread)
    except InvalidInput as error:
        errors = named(error, *unread.found)
        return _form(errors, 400, asked=fields.asked(error, *unread.found))
    return own_paths.go(f"/staff/participants/{code}")


def _enrolled(wanted: Enrolment, unread: UnreadFields) -> str:
    with access.runtime().writing() as db:
        where, who = viewer().site_id, viewer().actor
        found = enrolment.enrol_in_newest(
            db, study_of(db), where, wanted, actor=who, now=now()
        )
        unread.refuse()
        return found.code


def _wanted(unread: UnreadFields) -> Enrolment:
    return Enrolment(
        code=forms.text("code", longest=20),
        number=unread.read(fields.mobile, "number", country())
        or fields.typed_number("number"),
        name=forms.text("name", longest=60),
        d0=unread.read(fields.day, "d0"),
        discharged_on=unread.read(fields.day_or_none, "discharged_on"),
        language=forms.text("language", longest=5),
        time_zone=forms.text("time_zone", longest=60) or None,
        consent_version=forms.text("consent_version", longest=30),
        consented_at=unread.read(fields.moment, "consented_at", zone()),
        ahead=fields.sure("d0"),
    )


def _form(
    errors: Errors,
    status: int,
    d0: date | None = None,
    asked: Sequence[str] | None = None,
) -> ResponseReturnValue:
    study = _study()
    return staff_page(
        "staff/enrol.html",
        "enrol",
        status,
        errors=errors,
        typed={"language": study.languages[0], "time_zone": zone(), **typed()},
        languages=named_languages(study),
        asked=fields.asked() if asked is None else asked,
        preview=_preview(d0) if d0 else [],
        ward=study.ward is not None,
    )


def _preview(d0: date) -> list[dict[str, object]]:
    study = _study()
    titles = {visit.code: visit.title for visit in study.visits}
    try:
        windows = study_days.planned_visits(study, d0)
    except OverflowError:
        raise InvalidInput("This D0 is too far from today.", field="d0") from None
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
        version = study_versions.newest(db)
        if version is None:
            raise NotFound("No study is installed.")
        return access.runtime().study(db, version.id)
