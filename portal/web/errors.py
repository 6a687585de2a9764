"""Refusals and failures, each mapped to a page in one table.

Every such page shows the numbers to call. When nothing could be saved, the page says so
in every language: nobody may believe that a report went out when it did not.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask import Flask, Response, jsonify, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DatabaseError, DataError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, SecurityError

from portal.errors import (
    AlertClosed,
    AlreadyAcknowledged,
    ChangedMeanwhile,
    CodeRefused,
    ConflictingEntry,
    InvalidInput,
    NotAllowed,
    NotFound,
    PortalError,
    TooManyTries,
)
from portal.languages import LANGUAGES
from portal.people.access.limits import TryLater
from portal.web.diary import database_away
from portal.web.frame import origin, own_paths, try_later
from portal.web.frame.access import SignInNeeded
from portal.web.frame.language import (
    Later,
    gettext,
    language,
    lazy_gettext,
    sentence_of,
    speaking,
    tongue,
)
from portal.web.frame.origin import ForeignRequest, StaleForm
from portal.web.parts.advice import unsent

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Refusal:
    """A status, a heading, and what to do; without a text, the error's own sentence."""

    status: int
    title: Later
    text: Later | None = None


NOTHING_HERE = Refusal(
    404,
    lazy_gettext("This page does not exist"),
    lazy_gettext("It may have moved, or you may not see it."),
)
TOO_OLD = Refusal(
    400,
    lazy_gettext("Nothing was saved"),
    lazy_gettext("This page was open for too long. Open it again and send it again."),
)
UNREADABLE = Refusal(
    400,
    lazy_gettext("Nothing was saved"),
    lazy_gettext("What was sent could not be read. Please go back and try again."),
)
TOO_LARGE = Refusal(
    413,
    lazy_gettext("Nothing was saved"),
    lazy_gettext("That was too much at once. Please shorten it and send it again."),
)
NOT_ALLOWED = Refusal(403, lazy_gettext("This is not for your account"))
SIGN_IN = Refusal(
    401,
    lazy_gettext("You are signed out"),
    lazy_gettext("Please sign in, and then send it again."),
)
WAIT = Refusal(429, lazy_gettext("Please wait a little"))
ANOTHER_WAS_FIRST = Refusal(409, lazy_gettext("This has changed in the meantime"))
CANNOT = Refusal(400, lazy_gettext("This cannot be done"))

TABLE: dict[type[PortalError], Refusal] = {
    NotFound: NOTHING_HERE,
    NotAllowed: NOT_ALLOWED,
    SignInNeeded: SIGN_IN,
    ForeignRequest: TOO_OLD,
    TooManyTries: WAIT,
    AlreadyAcknowledged: ANOTHER_WAS_FIRST,
    AlertClosed: ANOTHER_WAS_FIRST,
    ChangedMeanwhile: ANOTHER_WAS_FIRST,
    ConflictingEntry: ANOTHER_WAS_FIRST,
    CodeRefused: CANNOT,
    InvalidInput: CANNOT,
    PortalError: CANNOT,
}
HTTP = {404: NOTHING_HERE, 405: NOTHING_HERE, 413: TOO_LARGE}


def install(app: Flask) -> None:
    """Have ``app`` answer every error with a page."""
    app.register_error_handler(PortalError, refuse)
    app.register_error_handler(HTTPException, refuse_http)
    for unreachable in (DatabaseError, InterfaceError, PoolTimeout):
        app.register_error_handler(unreachable, database_is_away)
    app.register_error_handler(DataError, unusable_value)


def refuse(error: PortalError) -> ResponseReturnValue:
    """An expected refusal."""
    if unsent.was_refused(error):
        return unsent.page()
    if isinstance(error, SignInNeeded) and _may_be_sent_to_sign_in():
        return _to_sign_in(error)
    refusal = next(TABLE[kind] for kind in type(error).__mro__ if kind in TABLE)
    text = sentence_of(error) if refusal.text is None else refusal.text
    if isinstance(error, StaleForm):
        return _page(refusal.status, str(refusal.title), str(text), _again())
    if not isinstance(error, TryLater):
        return _page(refusal.status, str(refusal.title), str(text))
    response = _page(refusal.status, str(refusal.title), try_later.sentence(error))
    response.headers["Retry-After"] = str(try_later.seconds(error))
    return response


def _may_be_sent_to_sign_in() -> bool:
    return request.method in origin.SAFE and not _wants_json()


def _to_sign_in(error: SignInNeeded) -> ResponseReturnValue:
    if error.audience == "siren":
        return redirect("/siren/set-up", 303)
    if request.method == "GET" and not request.headers.get("If-None-Match"):
        session["next"] = request.path
    if error.audience == "staff":
        return redirect("/staff/sign-in", 303)
    return redirect(own_paths.way_in(), 303)


def refuse_http(error: HTTPException) -> ResponseReturnValue:
    """What Flask itself refuses: no such page, too large, unreadable."""
    if isinstance(error, SecurityError):  # a host that is not ours: no address fits
        return Response("This address is not ours.", 400, mimetype="text/plain")
    code = error.code or 500
    if code < 400:
        return error  # a redirect to the address with or without a slash
    if code >= 500:
        return _unwell(500)  # Flask has logged what it was
    refusal = HTTP.get(code, UNREADABLE)
    response = _page(code, str(refusal.title), str(refusal.text))
    if code == 405:
        response.headers["Allow"] = ", ".join(getattr(error, "valid_methods", []) or [])
    return response


def unusable_value(error: DataError) -> ResponseReturnValue:
    """A value that the database refuses: the last check after the forms."""
    logger.warning("the database refused a value", exc_info=error)
    return _page(400, str(UNREADABLE.title), str(UNREADABLE.text))


def database_is_away(error: Exception) -> ResponseReturnValue:
    """The database is locked, full, damaged or gone: no report may be lost by it."""
    logger.error("the database does not answer", exc_info=error)
    return _unwell(503, kept=database_away.keep())


def _unwell(status: int, *, kept: bool = False) -> Response:
    if _wants_json():
        return _json(status, "not_saved")
    said = []
    for key in LANGUAGES:
        with speaking(key):
            said.append((tongue(key), *_unwell_words(kept)))
    said.sort(key=lambda words: words[0].key != language())
    return Response(
        render_template("unwell.html", said=said), status, {"Retry-After": "30"}
    )


def _unwell_words(kept: bool) -> tuple[str, str]:
    if kept:
        return (
            gettext("Your report is NOT in our system yet"),
            gettext(
                "It was written down, and we are calling the study team another way. "
                "Nobody has answered yet. Do not wait: phone now."
            ),
        )
    if request.method in origin.SAFE:
        return (
            gettext("This page cannot be shown now"),
            gettext("Our system is not working. If you feel unwell, phone now."),
        )
    return (
        gettext("Your report was NOT saved"),
        gettext("Nobody has been told. If you feel unwell, phone now."),
    )


def _page(
    status: int, title: str, text: str, onward: dict[str, str] | None = None
) -> Response:
    if _wants_json():
        return _json(status, text)
    onward = onward or {"label": gettext("Back to the start"), "href": "/"}
    page = render_template("refusal.html", title=title, text=text, next=onward)
    return Response(page, status)


def _again() -> dict[str, str] | None:
    """The link to the same page, if it can be opened."""
    here = own_paths.known(request.path, "")
    return {"label": gettext("Open it again"), "href": here} if here else None


def _json(status: int, text: str) -> Response:
    response = jsonify(error=text)
    response.status_code = status
    return response


def _wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.is_json or best == "application/json"
