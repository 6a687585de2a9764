"""How a person is reached: another number, their phones, a caregiver who leaves."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.enrolment import caregivers, numbers
from portal.enrolment.numbers import NumberOwner
from portal.errors import InvalidInput
from portal.people.access import visible
from portal.people.accounts.accounts import acting
from portal.protocol.study.model import Study
from portal.records.staff import ways_in
from portal.web.frame import access, own_paths
from portal.web.frame.access import needs
from portal.web.staff import fields
from portal.web.staff.fields import UnreadFields
from portal.web.staff.frame import (
    Errors,
    blueprint,
    country,
    named,
    now,
    staff_page,
    study_of,
    typed,
    viewer,
)

PATH = "/participants/<code>/contacts"


@blueprint.get(PATH)
@needs("contacts")
def reachable(code: str) -> ResponseReturnValue:
    return _page(code, {}, 200)


@blueprint.post(PATH)
@needs("contacts")
def change_contact(code: str) -> ResponseReturnValue:
    """Change or confirm a number, allow texts, revoke phones, let a caregiver go."""
    try:
        with access.runtime().writing() as db:
            person = visible.participant(db, viewer(), code)
            owner = numbers.owner_of(db, person, fields.number("caregiver"))
            _act(db, study_of(db)(person.study_version_id), owner)
    except InvalidInput as error:
        return _page(code, named(error), 400, fields.asked(error))
    return own_paths.go(f"/staff/participants/{code.upper()}/contacts")


def _act(db: Session, study: Study, owner: NumberOwner) -> None:
    real_now, actor = access.runtime().real_now(), viewer().actor
    match request.form.get("act"):
        case "number":
            _change_number(db, study, owner)
        case "confirm":
            _require_call("answered")
            numbers.confirm_number(db, owner, actor=actor, now=now())
        case "revoke":
            numbers.revoke_phones(db, owner, actor=actor, now=now(), real_now=real_now)
        case "phone":
            _end_phone(db, owner)
        case "texts":
            _allow_texts(db, owner)
        case "remove":
            caregivers.remove_caregiver(
                db,
                owner,
                staff_id=acting(db, viewer()).id,
                now=now(),
                real_now=real_now,
            )
        case _:
            raise InvalidInput("Choose what to change.", field="form")


def _end_phone(db: Session, owner: NumberOwner) -> None:
    numbers.revoke_phone(
        db,
        owner,
        fields.number("phone") or 0,
        actor=viewer().actor,
        now=now(),
        real_now=access.runtime().real_now(),
    )


def _change_number(db: Session, study: Study, owner: NumberOwner) -> None:
    unread = UnreadFields()
    unread.read(_require_call, "verified")
    number = unread.read(fields.mobile, "number", country())
    unread.refuse()
    numbers.change_number(
        db,
        study,
        owner,
        number or "",
        revoke="lost" in request.form,
        actor=viewer().actor,
        now=now(),
        real_now=access.runtime().real_now(),
    )


def _require_call(tick: str) -> None:
    if tick not in request.form:
        raise InvalidInput(
            "Phone the number first, and tick that they answered.", field=tick
        )


def _allow_texts(db: Session, owner: NumberOwner) -> None:
    if "agreed" not in request.form:
        raise InvalidInput(
            "Phone them first, and tick that they want texts again.", field="agreed"
        )
    numbers.allow_texts(db, owner, actor=viewer().actor, now=now())


def _page(
    code: str, errors: Errors, status: int, asked: Sequence[str] = ()
) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        row = visible.participant(db, viewer(), code)
        people = ways_in.of(db, row, real_now=access.runtime().real_now())
        study = study_of(db)(row.study_version_id)
    return staff_page(
        "staff/contacts.html",
        "participants",
        status,
        code=row.code,
        people=people,
        caregivers=study.has_caregivers,
        errors=errors,
        typed=typed(),
        asked=asked,
    )
