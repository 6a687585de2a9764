"""A person's own phones: which may report, switching one off, and this phone's PIN."""

from __future__ import annotations

from typing import Any

from flask import render_template, session
from flask.typing import ResponseReturnValue

from portal.enrolment import numbers
from portal.enrolment.numbers import NumberOwner
from portal.errors import InvalidInput, NotFound
from portal.people.access import enrolled_phones, pins
from portal.people.access.enrolled_phones import KnownPhone
from portal.people.access.limits import TryLater
from portal.web.frame import (
    access,
    filters,
    forms,
    own_paths,
    reporting,
    sites,
    try_later,
)
from portal.web.frame.access import GuardedBlueprint
from portal.web.frame.language import gettext, language, sentence_of
from portal.web.frame.reporting import Reporter
from portal.web.sign_in import signing_in

blueprint = GuardedBlueprint("phones", __name__, guard="participant")
Errors = list[tuple[str, str]]


@blueprint.get("/phones")
def phones() -> ResponseReturnValue:
    return _page([], 200)


def _page(errors: Errors, status: int) -> ResponseReturnValue:
    here, viewer = _here(), access.signed_in()
    with access.runtime().reading() as db:
        rows = enrolled_phones.of_person(
            db, viewer.participant_id or 0, viewer.caregiver_id
        )
    page = render_template(
        "auth/phones.html",
        phones=[_shown(row, here) for row in rows],
        enrolled=here.device_id is not None,
        has_pin=here.has_pin,
        asks_old=_asks_old(here),
        errors=errors,
    )
    return page, status


def _here() -> Reporter:
    found = reporting.reporter()
    if found is None:
        raise NotFound("There is nothing here.")
    return found


def _shown(row: KnownPhone, here: Reporter) -> dict[str, Any]:
    zone = sites.site_card(language()).time_zone
    return {
        "id": row.id,
        "kind": signing_in.PHONES[row.kind],
        "here": row.id == here.device_id,
        "since": filters.moment(row.created_at, zone),
        "used": filters.moment(row.last_used_at, zone),
    }


def _asks_old(here: Reporter) -> bool:
    """Whether a new PIN needs the old one: not when a code has just opened this."""
    return here.has_pin and not session.get(signing_in.FRESH)


@blueprint.post("/phones/<int:device_id>/off")
def switch_off(device_id: int) -> ResponseReturnValue:
    """End one of one's own phones; this browser stays signed in."""
    viewer, runtime = access.signed_in(), access.runtime()
    with runtime.writing() as db:
        own = NumberOwner(viewer.participant_id or 0, viewer.caregiver_id)
        numbers.revoke_phone(
            db,
            own,
            device_id,
            actor=viewer.actor,
            now=runtime.now(),
            real_now=runtime.real_now(),
            but=viewer.session_id,
        )
    return own_paths.go("/phones")


@blueprint.post("/phones/pin")
def choose_pin() -> ResponseReturnValue:
    here, runtime = _here(), access.runtime()
    if here.device_id is None:
        return own_paths.go("/sign-in")
    try:
        if _asks_old(here) and not _knows_old(here.device_id):
            return _page([("old", gettext("That is not the PIN."))], 400)
        pin_hash = pins.hashed(forms.text("pin", longest=40))
    except TryLater as limit:
        return _page([("old", try_later.sentence(limit))], 429)
    except InvalidInput as error:
        return _page([("pin", sentence_of(error))], 400)
    with runtime.writing() as db:
        now, real_now = runtime.now(), runtime.real_now()
        pins.choose(
            db, here.person, here.device_id, pin_hash, now=now, real_now=real_now
        )
    return own_paths.go("/today")


def _knows_old(device_id: int) -> bool:
    runtime, typed = access.runtime(), forms.text("old", longest=40)
    with runtime.writing() as db:
        attempt = pins.begin_try(
            db, access.keyring(), device_id, real_now=runtime.real_now()
        )
    if not pins.fits(attempt, typed):
        return False
    with runtime.writing() as db:
        return pins.passed(db, attempt)
