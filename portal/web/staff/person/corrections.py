"""Corrections: staff ask for one of a report, the investigator accepts or declines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.diary import correction_requests
from portal.diary.corrections import Correction
from portal.errors import InvalidInput
from portal.people.accounts.accounts import acting
from portal.records.staff import changes
from portal.records.staff.changes import ToCorrect
from portal.web.frame import access, forms, own_paths
from portal.web.frame.access import needs
from portal.web.frame.forms import usable_uuid
from portal.web.frame.language import language
from portal.web.parts import correction_form
from portal.web.staff.change_words import ASKERS, CORRECTIONS
from portal.web.staff.frame import (
    Errors,
    blueprint,
    case_of,
    named,
    now,
    staff_page,
    study_of,
    typed,
    viewer,
)

ENTRY = "/entries/<int:entry_id>/correct"


@blueprint.get("/corrections")
def waiting_corrections() -> ResponseReturnValue:
    return _list({}, 200)


@blueprint.post("/corrections/<int:request_id>")
@needs("decide")
def decide_correction(request_id: int) -> ResponseReturnValue:
    """Accept or decline; either way both versions stay."""
    try:
        with access.runtime().writing() as db:
            _decide(db, request_id)
    except InvalidInput as error:
        return _list({**named(error), "request": str(request_id)}, 400)
    return own_paths.go("/staff/corrections")


def _decide(db: Session, request_id: int) -> None:
    staff = acting(db, viewer())
    correction_requests.at_site(db, request_id, staff)  # before what they typed
    match request.form.get("act"):
        case "accept":
            correction_requests.accept(db, study_of(db), request_id, staff, now=now())
        case "decline":
            why = forms.text("why", longest=500)
            correction_requests.decline(db, request_id, staff, why, now=now())
        case _:
            raise InvalidInput("Accept it or decline it.", field="form")


def _list(errors: Errors, status: int) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        shown = changes.waiting(db, study_of(db), viewer().site_id)
    return staff_page(
        "staff/corrections.html",
        "worklist",
        status,
        waiting=shown,
        states=CORRECTIONS,
        askers=ASKERS,
        errors=errors,
        typed=typed(),
    )


@blueprint.get(ENTRY)
@needs("work")
def correct_entry(entry_id: int) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        entry = changes.to_correct(db, study_of(db), viewer(), entry_id)
    return _form(entry, entry.said, {})


@blueprint.post(ENTRY)
def ask_correction(entry_id: int) -> ResponseReturnValue:
    """Ask for a correction on somebody's behalf; what is urgent in it pages now."""
    with access.runtime().reading() as db:
        entry = changes.to_correct(db, study_of(db), viewer(), entry_id)
    items = correction_form.questions(entry.study, entry.said)
    told = correction_form.given(items)
    errors = correction_form.wrong(items, told)
    if not errors:
        try:
            _ask(entry, told)
        except InvalidInput as error:
            errors = named(error)
        else:
            return own_paths.go(f"/staff/participants/{entry.participant}")
    return _form(entry, {**entry.said, **told}, errors)


def _ask(entry: ToCorrect, told: dict[str, Any]) -> None:
    with access.runtime().writing() as db:
        correction = Correction(
            entry_id=entry.id,
            version_id=usable_uuid(""),
            answers=told,
            reason=forms.text("reason", longest=correction_form.LONGEST_REASON),
            actor=viewer().actor,
            language=language(),
        )
        correction_requests.ask(case_of(db, entry.participant), correction)


def _form(
    entry: ToCorrect, known: Mapping[str, Any], errors: Errors
) -> ResponseReturnValue:
    items = correction_form.questions(entry.study, known)
    return staff_page(
        "staff/correct.html",
        "participants",
        400 if errors else 200,
        entry_id=entry.id,
        code=entry.participant,
        fields=correction_form.fields(items, known, errors),
        asked=correction_form.asked(items, known) if errors else [],
        errors=errors,
        typed=typed(),
    )
