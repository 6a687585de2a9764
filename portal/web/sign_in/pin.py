"""An enrolled phone's PIN: it opens what the phone's owner may read.

Reporting needs no PIN: the report comes first on the page.
"""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.errors import NotFound
from portal.people.access import pins
from portal.people.access.limits import TryLater
from portal.people.access.pins import PinTry
from portal.web.frame import access, forms, own_paths, reporting, try_later
from portal.web.frame.access import GuardedBlueprint
from portal.web.frame.language import gettext
from portal.web.frame.reporting import Reporter
from portal.web.sign_in import signing_in

blueprint = GuardedBlueprint("pin", __name__, guard="reporter")
Errors = list[tuple[str, str]]


@blueprint.get("/pin")
def ask() -> ResponseReturnValue:
    if access.viewer() is not None:
        return own_paths.go("/today")
    return _page([], 200) if _phone().has_pin else own_paths.go("/sign-in")


def _phone() -> Reporter:
    found = reporting.reporter()
    if found is None:
        raise NotFound("There is nothing here.")
    return found


def _page(errors: Errors, status: int) -> ResponseReturnValue:
    return render_template("auth/pin.html", errors=errors), status


@blueprint.post("/pin")
def enter() -> ResponseReturnValue:
    phone, typed = _phone(), forms.text("pin", longest=40)
    if phone.device_id is None or not phone.has_pin:
        return own_paths.go("/sign-in")
    if not pins.is_pin(typed):
        sentence = gettext(
            "Type the %(digits)s digits of your PIN.", digits=pins.LENGTH
        )
        return _page([("pin", sentence)], 400)
    try:
        attempt = _count(phone.device_id)
    except TryLater as limit:
        return _page([("pin", try_later.sentence(limit))], 429)
    if not (pins.fits(attempt, typed) and _passed(attempt)):
        sentence = gettext("That is not the PIN. Forgotten? Get a code instead.")
        return _page([("pin", sentence)], 400)
    return signing_in.sign_in(phone.person, by_code=False)


def _count(device_id: int) -> PinTry:
    runtime = access.runtime()
    with runtime.writing() as db:
        return pins.begin_try(
            db, access.keyring(), device_id, real_now=runtime.real_now()
        )


def _passed(attempt: PinTry) -> bool:
    with access.runtime().writing() as db:
        return pins.passed(db, attempt)
