"""How somebody is reached: another number, their phones, a caregiver who leaves."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.people import Caregiver, Participant
from portal.enrolment import numbers
from portal.enrolment.numbers import Owner
from portal.errors import InvalidInput
from portal.people import contacts, optouts
from portal.people.access import enrolled_phones, paper_codes
from portal.phone_numbers import masked
from portal.web.frame import access, own_paths
from portal.web.frame.access import needs
from portal.web.staff import fields
from portal.web.staff.fields import Unread
from portal.web.staff.frame import (
    Errors,
    blueprint,
    country,
    me,
    named,
    now,
    page,
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
            row = access.scoped(db, Participant, code=code.upper())
            owner = numbers.owner_of(db, row, fields.number("caregiver"))
            _act(db, row, owner)
    except InvalidInput as error:
        return _page(code, named(error), 400, fields.asked(error))
    return own_paths.go(f"/staff/participants/{code.upper()}/contacts")


def _act(db: Session, row: Participant, owner: Owner) -> None:
    real_now, actor = access.runtime().real_now(), viewer().actor
    match request.form.get("act"):
        case "number":
            _change_number(db, row, owner)
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
            numbers.remove_caregiver(
                db, owner, staff_id=me(db).id, now=now(), real_now=real_now
            )
        case _:
            raise InvalidInput("Choose what to change.", field="form")


def _end_phone(db: Session, owner: Owner) -> None:
    numbers.revoke_phone(
        db,
        owner,
        fields.number("phone") or 0,
        actor=viewer().actor,
        now=now(),
        real_now=access.runtime().real_now(),
    )


def _change_number(db: Session, row: Participant, owner: Owner) -> None:
    unread = Unread()
    unread.read(_require_call, "verified")
    number = unread.read(fields.mobile, "number", country())
    unread.refuse()
    numbers.change_number(
        db,
        study_of(db)(row.study_version_id),
        row,
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


def _allow_texts(db: Session, owner: Owner) -> None:
    contact = contacts.current(db, "mobile", **owner.key)
    if "agreed" not in request.form:
        raise InvalidInput(
            "Phone them first, and tick that they want texts again.", field="agreed"
        )
    if contact is not None and contact.value is not None:
        source, actor = optouts.STAFF, viewer().actor
        optouts.start(db, contact.value, source=source, now=now(), actor=actor)


def _page(
    code: str, errors: Errors, status: int, asked: Sequence[str] = ()
) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        row = access.scoped(db, Participant, code=code.upper())
        query = select(Caregiver).filter_by(participant_id=row.id, active=True)
        people = [_person(db, Owner(row.id))]
        people += [_person(db, Owner(row.id, one.id)) for one in db.scalars(query)]
    return page(
        "staff/contacts.html",
        "participants",
        status,
        code=row.code,
        people=people,
        errors=errors,
        typed=typed(),
        asked=asked,
    )


def _person(db: Session, owner: Owner) -> dict[str, object]:
    contact = contacts.current(db, "mobile", **owner.key)
    return {
        "caregiver": owner.caregiver_id,
        "name": contacts.name(db, **owner.key) or "",
        "masked": masked(contact.value) if contact and contact.value else "",
        "status": optouts.standing(db, contact),
        "since": contact.created_at if contact else None,
        "phones": enrolled_phones.of_person(
            db, owner.participant_id, owner.caregiver_id
        ),
        "paper": _paper(db, owner),
    }


def _paper(db: Session, owner: Owner) -> dict[str, object] | None:
    """What became of the last code on paper: waits, used or over."""
    found = paper_codes.newest(db, owner.participant_id, owner.caregiver_id)
    if found is None:
        return None
    state = "waits" if access.runtime().real_now() < found.expires_at else "over"
    state = "used" if found.used_at else state
    at = found.used_at or found.expires_at
    return {"state": state, "made": found.created_at, "at": at}
