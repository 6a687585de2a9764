"""Everybody at the site, one person's timeline, and what staff record about a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import request
from flask.typing import ResponseReturnValue

from portal.enrolment import caregivers, stays
from portal.errors import InvalidInput, NotFound
from portal.people import contacts
from portal.people.access import visible
from portal.records.staff import record
from portal.records.staff.work import roster
from portal.web.frame import access, forms, own_paths
from portal.web.frame.access import needs
from portal.web.staff import change_words, fields, message_words
from portal.web.staff.fields import UnreadFields
from portal.web.staff.frame import (
    Errors,
    blueprint,
    case_of,
    country,
    named,
    named_languages,
    note_viewing,
    now,
    staff_page,
    study_of,
    typed,
    viewer,
    zone,
)


@blueprint.get("/participants")
def participants() -> ResponseReturnValue:
    search = request.args.get("q", "").strip()[:20]
    with access.runtime().reading() as db:
        found = roster.roster(
            db,
            study_of(db),
            viewer().site_id,
            zone=zone(),
            now=now(),
            search=search,
        )
    exact = [row.code for row in found.rows if row.code == search.upper()]
    if exact:
        return own_paths.go(f"/staff/participants/{exact[0]}")
    return staff_page(
        "staff/participants.html", "participants", roster=found, search=search
    )


@blueprint.get("/participants/<code>")
def participant(code: str) -> ResponseReturnValue:
    return person(code, {}, 200)


def person(
    code: str, errors: Errors, status: int, asked: Sequence[str] = ()
) -> ResponseReturnValue:
    """The page of one participant, with what was refused of a form."""
    with access.runtime().reading() as db:
        row = visible.participant(db, viewer(), code)
        whole = "all" in request.args
        found = record.record(db, study_of(db), row, now=now(), whole=whole)
    note_viewing("participant", found.card.id)
    return staff_page(
        "staff/participant.html",
        "participants",
        status,
        record=found,
        card=found.card,
        drawings=found.drawings,
        whole=whole,
        message_words=message_words,
        change_words=change_words,
        errors=errors,
        asked=asked,
        typed=typed(),
    )


@blueprint.post("/participants/<code>/stay")
def stay(code: str) -> ResponseReturnValue:
    """Record that a person went home, was or is in hospital, or correct such a record."""
    act = request.form.get("act")
    field = "right" if act in ("correct", "reopen") else "on"
    try:
        on = None if act == "reopen" else fields.day(field)
        _record_stay(code, str(act), on)
    except InvalidInput as error:
        return person(code, named(InvalidInput(error.message, field=field)), 400)
    return own_paths.go(f"/staff/participants/{code.upper()}")


def _record_stay(code: str, act: str, on: date | None) -> None:
    actor = viewer().actor
    with access.runtime().writing() as db:
        case = case_of(db, code)
        if on is None or act == "correct":
            stays.correct_discharge(case, on=on, actor=actor)
        elif act == "admit":
            stays.admit(db, case.participant, on=on, actor=actor, now=case.now)
        else:
            stays.discharge(case, on=on, actor=actor)


@blueprint.get("/participants/<code>/caregiver")
@needs("work")
def caregiver(code: str) -> ResponseReturnValue:
    return _caregiver_form(code, {}, 200)


def _caregiver_form(
    code: str, errors: Errors, status: int, asked: Sequence[str] = ()
) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        row = visible.participant(db, viewer(), code)
        shown = {
            "code": row.code,
            "name": contacts.name(db, participant_id=row.id) or "",
        }
        study = access.runtime().study(db, row.study_version_id)
    if not study.has_caregivers:
        raise NotFound("There are no caregivers in this study.")
    given = {"language": study.spoken(viewer().language), **typed()}
    return staff_page(
        "staff/caregiver.html",
        "participants",
        status,
        shown=shown,
        languages=named_languages(study),
        typed=given,
        errors=errors,
        asked=asked,
    )


@blueprint.post("/participants/<code>/caregiver")
def add_caregiver(code: str) -> ResponseReturnValue:
    """Add a caregiver who may report, after their own consent."""
    unread = UnreadFields()
    try:
        with access.runtime().writing() as db:
            row = visible.participant(db, viewer(), code)
            caregivers.add_caregiver(
                db,
                row,
                number=unread.read(fields.mobile, "number", country())
                or fields.typed_number("number"),
                name=forms.text("name", longest=60),
                language=forms.text("language", longest=5),
                consent_version=forms.text("consent_version", longest=30),
                consented_at=unread.read(fields.moment, "consented_at", zone()),
                actor=viewer().actor,
                now=now(),
            )
            unread.refuse()
    except InvalidInput as error:
        asked = fields.asked(error, *unread.found)
        return _caregiver_form(code, named(error, *unread.found), 400, asked)
    return own_paths.go(f"/staff/participants/{code.upper()}")
