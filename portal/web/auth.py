"""Signing in with a number and a code: participants and caregivers."""

from __future__ import annotations

from typing import cast

from flask import render_template, session
from flask.typing import ResponseReturnValue

from portal.core.errors import InvalidInput
from portal.core.phone import masked
from portal.services import codes, devices, reporters, sessions
from portal.services.limits import TryLater
from portal.services.reporters import Person
from portal.services.sessions import Viewer
from portal.web import access, cookies, forms, places, sites, waiting
from portal.web.access import GuardedBlueprint
from portal.web.language import gettext, language

blueprint = GuardedBlueprint("auth", __name__, guard="open")
Errors = list[tuple[str, str]]
STEP = "sign_in"  # where in the session the sign-in under way stands


@blueprint.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    return places.go(places.home()) if access.viewer() else _sign_in_page("", [], 200)


def _sign_in_page(number: str, errors: Errors, status: int) -> ResponseReturnValue:
    enrolled = access.reporter() is not None
    page = render_template(
        "auth/sign_in.html", number=number, errors=errors, phone_enrolled=enrolled
    )
    return page, status


@blueprint.post("/sign-in")
def ask_for_code() -> ResponseReturnValue:
    typed = forms.text("number", longest=60)
    runtime = access.runtime()
    try:
        with runtime.writing() as db:
            asked = codes.request_code(
                db,
                access.keyring(),
                typed,
                region=sites.site_card(language()).country,
                address=access.address(),
                now=runtime.now(),
                real_now=runtime.real_now(),
            )
    except InvalidInput as refusal:
        return _sign_in_page(typed, [("number", gettext(refusal.message))], 400)
    except TryLater as limit:
        return _sign_in_page(typed, [("number", waiting.sentence(limit))], 429)
    session.permanent = True
    session[STEP] = {"handle": asked.handle, "shown": masked(asked.number)}
    return places.go("/sign-in/code")


@blueprint.get("/sign-in/code")
def code() -> ResponseReturnValue:
    return _code_page([], 200) if STEP in session else places.go("/sign-in")


def _code_page(errors: Errors, status: int) -> ResponseReturnValue:
    shown = session[STEP]["shown"]
    return render_template("auth/code.html", number=shown, errors=errors), status


@blueprint.post("/sign-in/code")
def try_code() -> ResponseReturnValue:
    if STEP not in session:
        return places.go("/sign-in")
    runtime = access.runtime()
    try:
        with runtime.writing() as db:
            outcome = codes.try_code(
                db,
                access.keyring(),
                session[STEP]["handle"],
                forms.text("code", longest=40),
                address=access.address(),
                real_now=runtime.real_now(),
            )
    except TryLater as limit:
        return _code_page([("code", waiting.sentence(limit))], 429)
    match outcome:
        case codes.Refused():
            return _code_page([("code", _why(outcome))], 400)
        case codes.Accepted(people=(person,)):
            return _sign_person_in(person)
        case codes.Accepted():
            session[STEP] = {**session[STEP], "passed": True}
            return places.go("/sign-in/who")


def _why(refused: codes.Refused) -> str:
    match refused.reason:
        case "malformed":
            return gettext("Type the 6 digits of the code.")
        case "wrong":
            return gettext(
                "That is not the code. Tries left: %(left)s.", left=refused.left
            )
        case "used_up":
            return gettext("Too many wrong tries with this code. Ask for a new one.")
        case _:
            return gettext("This code is over. Ask for a new one.")


@blueprint.get("/sign-in/who")
def who() -> ResponseReturnValue:
    people = _people_to_choose()
    return _who_page(people, []) if people else places.go("/sign-in")


@blueprint.post("/sign-in/who")
def choose_who() -> ResponseReturnValue:
    people = _people_to_choose()
    if not people:
        return places.go("/sign-in")
    chosen = {_key(person): person for person in people}.get(
        forms.text("who", longest=40)
    )
    if chosen is None:
        return _who_page(people, [("who", gettext("Choose one."))])
    return _sign_person_in(chosen)


def _people_to_choose() -> tuple[Person, ...]:
    step = session.get(STEP, {})
    if not step.get("passed"):
        return ()
    runtime = access.runtime()
    with runtime.reading() as db:
        return codes.people_to_choose(
            db, access.keyring(), step["handle"], real_now=runtime.real_now()
        )


def _key(person: Person) -> str:
    return f"{person.participant_id}-{person.caregiver_id or 0}"


def _who_page(people: tuple[Person, ...], errors: Errors) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        choices = [reporters.choice(db, person) for person in people]
    options = [(_key(choice.person), _label(choice)) for choice in choices]
    page = render_template("auth/who.html", options=options, errors=errors)
    return page, 400 if errors else 200


def _label(choice: reporters.Choice) -> str:
    if choice.person.caregiver_id is None:
        return gettext("I am %(name)s", name=choice.name)
    return gettext("I help %(name)s", name=choice.name)


def _sign_person_in(person: Person) -> ResponseReturnValue:
    runtime = access.runtime()
    now, real_now = runtime.now(), runtime.real_now()
    held = cookies.read_cookie(cookies.DEVICE)
    before = access.viewer()
    with runtime.writing() as db:
        if before is not None:
            sessions.end(db, before.session_id, real_now=real_now)
        token = sessions.open_for_person(db, person, now=now, real_now=real_now)
        secret, is_new = devices.enrol(db, person, held=held, real_now=real_now)
        viewer = sessions.find(db, token, real_now=real_now)
    wanted = session.get("next", "")
    access.begin_session(token, cast(Viewer, viewer))
    response = places.go("/sign-in/done" if is_new else places.known(wanted, "/today"))
    cookies.set_cookie(response, cookies.DEVICE, secret)
    cookies.set_cookie(response, cookies.LANGUAGE, person.language)
    return response


@blueprint.get("/sign-in/done")
def done() -> ResponseReturnValue:
    viewer = access.viewer()
    if viewer is None or viewer.is_staff:
        return places.go(places.home())
    return render_template("auth/done.html")
