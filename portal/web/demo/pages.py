"""The demonstration's pages: every simulated phone, and the clock that moves on.

They exist in demo mode alone. The page refreshes itself. Without script it works by
reloading.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from flask import Response, flash, render_template, request, session
from flask.typing import ResponseReturnValue

from portal.demo import clock, phones
from portal.demo.clock_moves import travel
from portal.demo.phone_list import phones as every_phone
from portal.demo.visitors import as_typed, visitors_here
from portal.demo.ward_screen import another_screen
from portal.errors import (
    AlertClosed,
    AlreadyAcknowledged,
    InvalidInput,
    NotFound,
    PortalError,
)
from portal.web.demo.words import WORDS
from portal.web.frame import access, cookies, forms, origin, own_paths, sites
from portal.web.frame.access import GuardedBlueprint, passive
from portal.web.frame.language import gettext, language

blueprint = GuardedBlueprint("demo", __name__, guard="demo", url_prefix="/demo")
HOME = "/demo/phones"
MOVES = {
    "quarter": timedelta(minutes=15),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
}


@blueprint.get("/phones")
def shelf() -> ResponseReturnValue:
    return render_template(
        "demo/phones.html",
        **{**_clock(), **_shelf(), **_newcomer()},
        here=HOME,
        words=WORDS,
        navigation=_places(),
    )


@blueprint.get("/phones/live")
@passive
def live_shelf() -> ResponseReturnValue:
    return _fresh(render_template("demo/shelf.html", **_shelf(), words=WORDS))


@blueprint.get("/clock")
def show_clock() -> ResponseReturnValue:
    return render_template(
        "demo/clock.html",
        **_clock(),
        here="/demo/clock",
        words=WORDS,
        navigation=_places(),
    )


@blueprint.get("/clock/live")
@passive
def live_clock() -> ResponseReturnValue:
    here = own_paths.known(request.args.get("here", ""), HOME)
    return _fresh(render_template("demo/time.html", **_clock(), here=here, words=WORDS))


@blueprint.post("/clock")
def move_clock() -> ResponseReturnValue:
    asked = forms.text("move", longest=20)
    runtime = access.runtime()
    by = MOVES.get(asked)
    if asked == "event":
        with runtime.reading() as db:
            coming = clock.next_event(db, now=runtime.now())
        by = coming.at - runtime.now() if coming else None
    if by is None:
        raise InvalidInput("There is nothing to wait for.", field="move")
    travel(runtime, by)
    return own_paths.go(own_paths.known(forms.text("next", longest=200), HOME))


@blueprint.post("/calls/<int:call>/answer")
def answer(call: int) -> ResponseReturnValue:
    with access.runtime().writing() as db:
        number = phones.answer(db, call)
    return _to_phone(number)


@blueprint.post("/calls/<int:call>/hang-up")
def hang_up(call: int) -> ResponseReturnValue:
    with access.runtime().writing() as db:
        number = phones.hang_up(db, call)
    return _to_phone(number)


@blueprint.post("/calls/<int:call>/key")
def press(call: int) -> ResponseReturnValue:
    key = forms.text("key", longest=1)
    runtime = access.runtime()
    try:
        with runtime.writing() as db:
            taken = phones.press(db, call, key, now=runtime.now())
    except PortalError as refused:
        flash(_sentence(refused))
        with runtime.writing() as db:
            phones.hang_up(db, call)
    else:
        if taken is None:
            session["pressed"] = [call, key]
        else:
            flash(gettext("Alert %(code)s is acknowledged.", code=taken.code))
    with runtime.reading() as db:
        return _to_phone(phones.number_of(db, call))


@blueprint.post("/phones/<number>/reply")
def reply(number: str) -> ResponseReturnValue:
    words = forms.text("text", longest=phones.LONGEST_REPLY)
    runtime = access.runtime()
    with runtime.writing() as db:
        study_of = runtime.studies(db)
        phones.write_text(db, study_of, number, words, now=runtime.now())
    return _to_phone(number)


@blueprint.post("/siren")
def siren() -> ResponseReturnValue:
    """Make this browser the screen on the team's desk."""
    runtime = access.runtime()
    with runtime.writing() as db:
        now, real_now = runtime.now(), runtime.real_now()
        secret = another_screen(db, now=now, real_now=real_now)
    response = own_paths.go("/siren")
    cookies.set_cookie(response, cookies.SIREN, secret)
    return response


def _to_phone(number: str) -> ResponseReturnValue:
    """Back to the page, at the phone that was used."""
    return own_paths.go(f"{HOME}#phone-{as_typed(number)}")


def _sentence(refused: PortalError) -> str:
    """Why nobody took an alert by this phone, in the page's language."""
    match refused:
        case AlreadyAcknowledged():
            return gettext("Somebody else already has this alert.")
        case AlertClosed():
            return gettext("This alert is closed.")
        case NotFound():
            return gettext("Nobody is known by this number: sign in to confirm.")
        case _:
            return gettext("This call is over.")


def _shelf() -> dict[str, Any]:
    runtime = access.runtime()
    with runtime.reading() as db:
        found = every_phone(runtime, db, now=runtime.now())
    busy = [phone for phone in found if phone.screen is not None]
    quiet = [phone for phone in found if phone.screen is None]
    pressed = session.get("pressed") or [None, ""]
    return {"busy": busy, "quiet": quiet, "zone": _zone(), "pressed": pressed}


def _clock() -> dict[str, Any]:
    runtime = access.runtime()
    now = runtime.now()
    with runtime.reading() as db:
        coming = clock.next_event(db, now=now)
        ahead = clock.ahead(db)
    return {"now": now, "coming": coming, "ahead": ahead, "zone": _zone()}


def _newcomer() -> dict[str, Any]:
    """Whom a newcomer is asked to be, and what to report; None: nobody is here."""
    runtime = access.runtime()
    with runtime.reading() as db:
        people = visitors_here(runtime, db)
    return {
        "people": people,
        "played": people.newcomer(language()) if people else None,
        "nurse": people.nurse(language()) if people else "",
    }


def _zone() -> str:
    return sites.site_card(language()).time_zone


def _places() -> list[dict[str, Any]]:
    shown = [
        (HOME, gettext("Phones")),
        ("/demo/clock", gettext("Clock")),
        ("/sign-in", gettext("As a participant")),
        ("/staff", gettext("As the study team")),
    ]
    return [
        {"href": href, "label": label, "current": href == request.path}
        for href, label in shown
    ]


def _fresh(html: str) -> Response:
    """A fragment, sent only when it is news. A form's token is not news, unless the
    browser's session changed: then the old token no longer fits.
    """
    plain = html.replace(origin.csrf_token(), str(session.get("csrf_token")))
    response = Response(html)
    response.set_etag(hashlib.sha256(plain.encode()).hexdigest()[:32])
    response.make_conditional(request)
    return response


@blueprint.app_template_filter()
def local_number(number: str) -> str:
    """A number as people in that country type it."""
    return as_typed(number)
