"""Correcting a past entry: one's own at once, somebody else's by the investigator."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from portal.diary import correction_requests, corrections
from portal.diary.corrections import Correction
from portal.diary.entries import Receipt
from portal.errors import InvalidInput
from portal.records.own import history as entries
from portal.records.own.history import OwnEntry
from portal.web.frame import access, filters, forms, own_paths, reporting
from portal.web.frame.forms import usable_uuid
from portal.web.frame.language import language, sentence_of
from portal.web.participant.blueprint import Subject, blueprint, subject
from portal.web.parts import correction_form
from portal.web.parts.navigation import navigation

PATH = "/history/<int:entry_id>/correct"


@blueprint.get(PATH)
def correct(entry_id: int) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        about = subject(db).of_entry(entry_id)
        found = entries.one(db, about.case.participant, entry_id)
        own = _is_own(about, found)
    return _page(about, found, found.answers, {}, own=own)


@blueprint.post(PATH)
def send_correction(entry_id: int) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        about = subject(db).of_entry(entry_id)
        found = entries.one(db, about.case.participant, entry_id)
        own = _is_own(about, found)
    items = correction_form.questions(about.study, found.answers)
    told = correction_form.given(items)
    errors = correction_form.wrong(items, told)
    if not errors:
        try:
            return _go(entry_id, _save(entry_id, told))
        except InvalidInput as error:
            errors = {error.field or "reason": sentence_of(error)}
    return _page(about, found, {**found.answers, **told}, errors, own=own)


def _is_own(about: Subject, found: OwnEntry) -> bool:
    case = about.case
    entry = corrections.entry_of(case.session, case.participant, found.id)
    return corrections.is_own(case.session, entry, access.signed_in().actor)


def _save(entry_id: int, told: dict[str, Any]) -> Receipt | None:
    found = reporting.reporter()
    with access.runtime().writing() as db:
        correction = Correction(
            entry_id=entry_id,
            version_id=usable_uuid(request.form.get("version", "")),
            answers=told,
            reason=forms.text("reason", longest=correction_form.LONGEST_REASON),
            actor=access.signed_in().actor,
            language=language(),
            device_id=found.device_id if found else None,
        )
        return correction_requests.correct_or_ask(subject(db).case, correction)


def _go(entry_id: int, receipt: Receipt | None) -> ResponseReturnValue:
    if receipt is None:
        return own_paths.go(f"/history/{entry_id}")
    return own_paths.go(own_paths.carried(f"/diary/sent/{receipt.version_id}"))


def _page(
    about: Subject,
    found: OwnEntry,
    known: dict[str, Any],
    errors: dict[str, str],
    *,
    own: bool,
) -> ResponseReturnValue:
    items = correction_form.questions(about.study, found.answers)
    page = render_template(
        "participant/correct.html",
        title=filters.day(found.day),
        own=own,
        fields=correction_form.fields(items, known, errors),
        reason=forms.text("reason", longest=correction_form.LONGEST_REASON),
        errors=list(errors.items()),
        reason_error=errors.get("reason"),
        asked=correction_form.asked(items, known) if errors else [],
        version=usable_uuid(request.form.get("version", "")),
        action=f"/history/{found.id}/correct",
        back=f"/history/{found.id}",
        navigation=navigation("/history"),
    )
    return page, 400 if errors else 200
