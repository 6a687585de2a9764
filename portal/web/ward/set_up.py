"""Setting up a ward screen: a code that the team made, typed once."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.alerting import siren_codes
from portal.people.access.limits import TryLater
from portal.web.frame import access, cookies, forms, own_paths, try_later
from portal.web.frame.access import GuardedBlueprint
from portal.web.frame.language import gettext

blueprint = GuardedBlueprint("siren_set_up", __name__, guard="open")
PATH = "/siren/set-up"


@blueprint.get(PATH)
def ask() -> ResponseReturnValue:
    return _page("", 200)


@blueprint.post(PATH)
def set_up() -> ResponseReturnValue:
    """Exchange the code for the credential that this browser keeps."""
    runtime = access.runtime()
    try:
        with runtime.writing() as db:
            secret = siren_codes.try_code(
                db,
                access.keyring(),
                forms.text("code", longest=40),
                address=access.address(),
                now=runtime.now(),
                real_now=runtime.real_now(),
            )
    except TryLater as limit:
        return _page(try_later.sentence(limit), 429)
    if secret is None:
        wrong = gettext("This code is not valid. Ask for a new one.")
        return _page(wrong, 400)
    response = own_paths.go("/siren")
    cookies.set_cookie(response, cookies.SIREN, secret)
    return response


def _page(error: str, status: int) -> tuple[str, int]:
    return render_template("siren/set_up.html", error=error), status
