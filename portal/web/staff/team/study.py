"""Versions of the study: what one changes, and moving people to it with a signature."""

from __future__ import annotations

from collections import Counter

from flask import request
from flask.typing import ResponseReturnValue

from portal.enrolment import adoption, amendments
from portal.enrolment.adoption import SignedMove
from portal.errors import InvalidInput
from portal.people.access.limits import TryLater
from portal.protocol.amendment import printed_changes
from portal.protocol.amendment.change import Part
from portal.web.frame import access, forms, own_paths, try_later
from portal.web.frame.access import needs
from portal.web.staff import signing
from portal.web.staff.frame import (
    Errors,
    blueprint,
    named,
    now,
    staff_page,
    study_of,
    typed,
    viewer,
)


@blueprint.get("/study")
@needs("amend")
def study_versions() -> ResponseReturnValue:
    with access.runtime().reading() as db:
        lines = amendments.versions(db, viewer().site_id)
    return staff_page("staff/versions.html", "study", lines=lines)


@blueprint.get("/study/<int:study_version_id>")
@needs("amend")
def study_version(study_version_id: int) -> ResponseReturnValue:
    return _page(study_version_id, {}, 200)


@blueprint.post("/study/<int:study_version_id>")
@needs("amend")
def adopt_version(study_version_id: int) -> ResponseReturnValue:
    """Move the chosen people, each in a separate transaction."""
    codes = request.form.getlist("people")
    try:
        move = _signed(study_version_id, codes)
        for code in codes:
            with access.runtime().writing() as db:
                adoption.adopt(db, study_of(db), code, move, now=now())
    except TryLater as limit:
        return _page(study_version_id, {"password": try_later.sentence(limit)}, 429)
    except InvalidInput as error:
        return _page(study_version_id, named(error), 400)
    return own_paths.go(f"/staff/study/{study_version_id}#moved")


def _signed(version_id: int, codes: list[str]) -> SignedMove:
    """Check the form before the signature: a wrong form costs no try.

    Raises:
        InvalidInput: nobody is chosen, no reason is given, or the signature is wrong.
    """
    why = forms.text("why", longest=adoption.LONGEST_REASON)
    runtime = access.runtime()
    move = SignedMove(version_id, viewer().staff_id or 0, why, runtime.settings.demo)
    with runtime.reading() as db:
        adoption.check(db, move)
    if not codes:
        raise InvalidInput("Choose whom to move.", field="people")
    signing.sign()
    return move


def _page(version_id: int, errors: Errors, status: int) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        found = amendments.page(db, study_of(db), version_id, viewer().site_id)
        asks_code = signing.asks_code(db)
    return staff_page(
        "staff/amendment.html",
        "study",
        status,
        found=found,
        counts=[Counter(c.bearing for c in one.changes) for one in found.comparisons],
        parts=[(part, printed_changes.PARTS[part]) for part in Part],
        said_of=printed_changes.said_of,
        wordings=printed_changes.wordings,
        before=printed_changes.BEFORE,
        after=printed_changes.NOW,
        asks_code=asks_code,
        chosen=request.form.getlist("people"),
        errors=errors,
        typed={**typed(), "password": "", "code": ""},
    )
