"""Signing in with a number and a code: participants and caregivers."""

from __future__ import annotations

from flask import render_template, request, session
from flask.typing import ResponseReturnValue

from portal.errors import InvalidInput
from portal.people import reporters
from portal.people.access import codes, paper_codes
from portal.people.access.limits import TryLater
from portal.people.reporters import Person
from portal.phone_numbers import LONGEST, masked
from portal.web.frame import access, forms, own_paths, reporting, sites, try_later
from portal.web.frame.access import GuardedBlueprint
from portal.web.frame.language import gettext, language, sentence_of
from portal.web.sign_in import signing_in
from portal.web.sign_in.demonstrated import demonstrated

blueprint = GuardedBlueprint("auth", __name__, guard="open")
Errors = list[tuple[str, str]]
STEP = "sign_in"  # the key in the session of a sign-in in progress


@blueprint.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    if access.viewer() and "other" not in request.args:
        return own_paths.go(own_paths.home())
    return _sign_in_page("", [], 200)


def _sign_in_page(number: str, errors: Errors, status: int) -> ResponseReturnValue:
    phone = reporting.reporter()
    page = render_template(
        "auth/sign_in.html",
        number=number,
        errors=errors,
        phone_enrolled=phone is not None,
        has_pin=phone is not None and phone.has_pin,
        demonstrated=demonstrated(),
    )
    return page, status


@blueprint.post("/sign-in")
def ask_for_code() -> ResponseReturnValue:
    typed = forms.text("number", longest=LONGEST + 1)
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
        return _sign_in_page(typed, [("number", sentence_of(refusal))], 400)
    except TryLater as limit:
        return _sign_in_page(typed, [("number", try_later.sentence(limit))], 429)
    session.permanent = True
    session[STEP] = {"handle": asked.handle, "shown": masked(asked.number)}
    return own_paths.go("/sign-in/code")


@blueprint.get("/sign-in/code")
def code() -> ResponseReturnValue:
    return _code_page([], 200) if STEP in session else own_paths.go("/sign-in")


def _code_page(errors: Errors, status: int) -> ResponseReturnValue:
    shown = session[STEP]["shown"]
    return render_template("auth/code.html", number=shown, errors=errors), status


@blueprint.post("/sign-in/code")
def try_code() -> ResponseReturnValue:
    if STEP not in session:
        return own_paths.go("/sign-in")
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
        return _code_page([("code", try_later.sentence(limit))], 429)
    match outcome:
        case codes.RejectedCode():
            return _code_page([("code", _why(outcome))], 400)
        case codes.AcceptedCode(people=(person,)):
            return signing_in.sign_in(person, by_code=True, by_text=True)
        case codes.AcceptedCode():
            session[STEP] = {**session[STEP], "passed": True}
            return own_paths.go("/sign-in/who")


def _why(refused: codes.RejectedCode) -> str:
    match refused.reason:
        case "malformed":
            return gettext(
                "Type the %(digits)s digits of the code.", digits=codes.DIGITS
            )
        case "wrong":
            return gettext(
                "That is not the code. Tries left: %(left)s.", left=refused.left
            )
        case "used_up":
            return gettext("Too many wrong tries with this code. Ask for a new one.")
        case _:
            return gettext("This code has expired. Ask for a new one.")


@blueprint.get("/sign-in/who")
def who() -> ResponseReturnValue:
    people = _people_to_choose()
    return _who_page(people, []) if people else own_paths.go("/sign-in")


@blueprint.post("/sign-in/who")
def choose_who() -> ResponseReturnValue:
    people = _people_to_choose()
    if not people:
        return own_paths.go("/sign-in")
    chosen = {_key(person): person for person in people}.get(
        forms.text("who", longest=40)
    )
    if chosen is None:
        return _who_page(people, [("who", gettext("Choose one."))])
    return signing_in.sign_in(chosen, by_code=True, by_text=True)


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


def _label(choice: reporters.NamedPerson) -> str:
    if choice.person.caregiver_id is None:
        return gettext("I am %(name)s", name=choice.name)
    return gettext("I help %(name)s", name=choice.name)


@blueprint.get("/sign-in/done")
def done() -> ResponseReturnValue:
    viewer = access.viewer()
    if viewer is None or viewer.is_staff:
        return own_paths.go(own_paths.home())
    found = reporting.reporter()
    offered = found is not None and found.device_id is not None and not found.has_pin
    return render_template("auth/done.html", choose_pin=offered, errors=[])


@blueprint.get("/sign-in/paper")
def paper() -> ResponseReturnValue:
    return _paper_page("", [], 200)


def _paper_page(typed: str, errors: Errors, status: int) -> ResponseReturnValue:
    return render_template("auth/paper.html", typed=typed, errors=errors), status


@blueprint.post("/sign-in/paper")
def try_paper() -> ResponseReturnValue:
    typed, runtime = forms.text("paper", longest=60), access.runtime()
    try:
        with runtime.writing() as db:
            outcome = paper_codes.try_code(
                db,
                access.keyring(),
                typed,
                address=access.address(),
                real_now=runtime.real_now(),
            )
    except TryLater as limit:
        return _paper_page(typed, [("paper", try_later.sentence(limit))], 429)
    if isinstance(outcome, paper_codes.RejectedPaperCode):
        return _paper_page(typed, [("paper", _why_not_paper(outcome))], 400)
    return signing_in.sign_in(outcome, by_code=True)


def _why_not_paper(refused: paper_codes.RejectedPaperCode) -> str:
    match refused.reason:
        case "malformed":
            return gettext(
                "Type the %(digits)s digits on the paper.", digits=paper_codes.DIGITS
            )
        case "unknown":
            return gettext("This code does not exist. Compare it with the paper.")
        case _:
            return gettext(
                "This code has been used, or has expired. Ask your study team for another."
            )
