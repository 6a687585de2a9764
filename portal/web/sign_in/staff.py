"""Signing in with a name, a password and a code from an app: the study team."""

from __future__ import annotations

from typing import cast

from flask import render_template, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.people.access import sessions
from portal.people.access.limits import TryLater
from portal.people.access.sessions import Viewer
from portal.people.accounts import accounts, second_factor
from portal.people.accounts.second_factor import CodeResult, SecondStep
from portal.web.frame import access, cookies, forms, own_paths, try_later
from portal.web.frame.access import GuardedBlueprint
from portal.web.frame.language import gettext
from portal.web.sign_in import second_step, signing_out
from portal.web.sign_in.demonstrated import demonstrated

blueprint = GuardedBlueprint("staff_auth", __name__, guard="open")
Errors = list[tuple[str, str]]
NEXT = {
    SecondStep.CODE: "/staff/sign-in/code",
    SecondStep.SET_UP: "/staff/sign-in/set-up",
}


@blueprint.get("/staff/sign-in")
def staff_sign_in() -> ResponseReturnValue:
    viewer = access.viewer()
    if viewer is not None and viewer.is_staff:
        return own_paths.go("/staff")
    return _staff_page("", [], 200)


def _staff_page(username: str, errors: Errors, status: int) -> ResponseReturnValue:
    page = render_template(
        "auth/staff_sign_in.html",
        username=username,
        errors=errors,
        demonstrated=demonstrated(),
    )
    return page, status


@blueprint.post("/staff/sign-in")
def try_password() -> ResponseReturnValue:
    username = forms.text("username", longest=accounts.LONGEST_NAME * 2)
    password = request.form.get("password", "")
    try:
        going_on = _after_password(username, password)
    except TryLater as limit:
        return _staff_page(username, [("username", try_later.sentence(limit))], 429)
    if going_on is None:
        wrong = gettext("User name and password do not match.")
        return _staff_page(username, [("username", wrong)], 400)
    return going_on


def _after_password(username: str, password: str) -> ResponseReturnValue | None:
    """Where a right password leads; None: the password is wrong."""
    runtime = access.runtime()
    real_now = runtime.real_now()
    with runtime.writing() as db:
        attempt = accounts.begin_sign_in(
            db, access.keyring(), username, address=access.address(), real_now=real_now
        )
    if not accounts.fits(attempt, password):
        return None
    with runtime.writing() as db:
        staff = accounts.pass_password(db, attempt, password)
        if staff is None:
            return None
        wanted = second_factor.wanted(staff, required=second_step.required())
        passed = accounts.passed(staff, access.keyring())
        token = _token_or_offer(db, staff.id, wanted)
    if token is not None:
        return _sign_staff_in(token)
    second_step.begin(passed)
    return own_paths.go(NEXT[wanted])


def _token_or_offer(db: Session, staff_id: int, wanted: SecondStep) -> str | None:
    """A session's token if the password is enough; else a new secret, if there is none."""
    runtime = access.runtime()
    if wanted is SecondStep.NOTHING:
        return accounts.sign_in(
            db, staff_id, now=runtime.now(), real_now=runtime.real_now()
        )
    if wanted is SecondStep.SET_UP:
        second_factor.offer(db, second_step.seals(), staff_id)
    return None


@blueprint.get("/staff/sign-in/code")
def staff_code() -> ResponseReturnValue:
    return _code_page([], 200)


@blueprint.get("/staff/sign-in/set-up")
def staff_set_up() -> ResponseReturnValue:
    return _code_page([], 200)


def _code_page(errors: Errors, status: int) -> ResponseReturnValue:
    """The page that asks for a code, or first for the app if none is set up."""
    with access.runtime().reading() as db:
        staff_id = second_step.under_way(db)
        if staff_id is None:
            return own_paths.go("/staff/sign-in")
        shown = second_step.shown(db, staff_id)
    page = render_template("auth/staff_code.html", shown=shown, errors=errors)
    return page, status


@blueprint.post("/staff/sign-in/code")
def try_staff_code() -> ResponseReturnValue:
    try:
        answer, token = _after_code(forms.text("code", longest=40))
    except TryLater as limit:
        return _code_page([("code", try_later.sentence(limit))], 429)
    if token is not None:
        return _sign_staff_in(token)
    if answer is None:
        return own_paths.go("/staff/sign-in")
    return _code_page([("code", second_step.why(answer))], 400)


def _after_code(typed: str) -> tuple[CodeResult | None, str | None]:
    """The result of a code, and the session's token; None: no password was right yet."""
    runtime = access.runtime()
    times = {"now": runtime.now(), "real_now": runtime.real_now()}
    with runtime.writing() as db:
        staff_id = second_step.under_way(db)
        if staff_id is None:
            return None, None
        seals, keyring = second_step.seals(), access.keyring()
        answer = second_factor.try_code(db, seals, keyring, staff_id, typed, **times)
        if answer is not CodeResult.RIGHT:
            return answer, None
        return answer, accounts.sign_in(db, staff_id, **times)


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
    response = own_paths.go(own_paths.known(wanted, "/staff"))
    cookies.set_cookie(response, cookies.LANGUAGE, viewer.language)
    return response


@blueprint.post("/staff/sign-out")
def staff_sign_out() -> ResponseReturnValue:
    return signing_out.sign_out("/staff/sign-in")
