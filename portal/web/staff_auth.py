"""Signing in with a name and a password: the study team."""

from __future__ import annotations

from typing import cast

from flask import render_template, request, session
from flask.typing import ResponseReturnValue

from portal.services import accounts, sessions
from portal.services.limits import TryLater
from portal.services.sessions import Viewer
from portal.web import access, cookies, forms, leaving, places, waiting
from portal.web.access import GuardedBlueprint
from portal.web.language import gettext

blueprint = GuardedBlueprint("staff_auth", __name__, guard="open")
Errors = list[tuple[str, str]]


@blueprint.get("/staff/sign-in")
def staff_sign_in() -> ResponseReturnValue:
    viewer = access.viewer()
    if viewer is not None and viewer.is_staff:
        return places.go("/staff")
    return _staff_page("", [], 200)


def _staff_page(username: str, errors: Errors, status: int) -> ResponseReturnValue:
    page = render_template("auth/staff_sign_in.html", username=username, errors=errors)
    return page, status


@blueprint.post("/staff/sign-in")
def try_password() -> ResponseReturnValue:
    username = forms.text("username", longest=accounts.LONGEST_NAME * 2)
    password = request.form.get("password", "")
    try:
        token = _staff_token(username, password)
    except TryLater as limit:
        return _staff_page(username, [("username", waiting.sentence(limit))], 429)
    if token is None:
        wrong = gettext("User name and password do not fit together.")
        return _staff_page(username, [("username", wrong)], 400)
    return _sign_staff_in(token)


def _staff_token(username: str, password: str) -> str | None:
    runtime = access.runtime()
    real_now = runtime.real_now()
    with runtime.writing() as db:
        attempt = accounts.begin_sign_in(
            db, access.keyring(), username, address=access.address(), real_now=real_now
        )
    if not accounts.fits(attempt, password):
        return None
    with runtime.writing() as db:
        return accounts.finish_sign_in(
            db, attempt, password, now=runtime.now(), real_now=real_now
        )


def _sign_staff_in(token: str) -> ResponseReturnValue:
    runtime = access.runtime()
    real_now = runtime.real_now()
    before = access.viewer()
    with runtime.writing() as db:
        if before is not None:
            sessions.end(db, before.session_id, real_now=real_now)
        viewer = cast(Viewer, sessions.find(db, token, real_now=real_now))
    wanted = session.get("next", "")
    access.begin_session(token, viewer)
    response = places.go(places.known(wanted, "/staff"))
    cookies.set_cookie(response, cookies.LANGUAGE, viewer.language)
    return response


@blueprint.post("/staff/sign-out")
def staff_sign_out() -> ResponseReturnValue:
    return leaving.sign_out("/staff/sign-in")
