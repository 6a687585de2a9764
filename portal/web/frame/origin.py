"""Where a request that changes something comes from: only our own pages.

The browser says so itself (Sec-Fetch-Site, Origin); a form also carries a token that
never expires, because a diary may be written slowly. A report does not depend on a
session: its form may be accepted for what it says about its page (``opened``). JSON
carries a header that no other site can send without asking first.
"""

from __future__ import annotations

import flask_wtf.csrf
from flask import current_app, request, session
from wtforms import ValidationError

from portal.errors import PortalError
from portal.web.frame import opened_page

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORMS = frozenset({"", "application/x-www-form-urlencoded", "multipart/form-data"})
HEADER = "X-Portal"
HARMLESS = frozenset({"start.sign_out", "start.choose_language"})
"""Where the browser's own word is enough: whoever means to leave is not kept in."""


class ForeignRequest(PortalError):
    """A request that did not come from a page of ours, or came from an outdated page."""


class StaleForm(ForeignRequest):
    """A form whose token is not valid: the session under its page has changed."""


def csrf_token() -> str:
    """The token of this browser's forms; it is valid as long as the browser's cookie."""
    if not session.permanent:
        session.permanent = True
    return str(flask_wtf.csrf.generate_csrf())


def refuse_foreign() -> None:
    """Let safe requests through, and others only from our own pages.

    Raises:
        ForeignRequest: another site sent it, or it lacks token or header.
    """
    if request.method in SAFE:
        return
    if not (_fetched_by_us() and _origin_is_ours()):
        raise ForeignRequest("sent by another site")
    if request.is_json:
        if request.headers.get(HEADER) != "1":
            raise ForeignRequest("sent by another site")
    elif request.mimetype not in FORMS:
        raise ForeignRequest("without a token that holds")
    elif not (token_holds() or _report_holds() or _does_no_harm()):
        raise StaleForm("without a token that holds")


def _report_holds() -> bool:
    return opened_page.takes_report() and opened_page.page() is not None


def _does_no_harm() -> bool:
    return request.endpoint in HARMLESS and is_surely_ours()


def is_surely_ours() -> bool:
    """Whether the browser itself confirms that a page of ours sent this."""
    if request.headers.get("Sec-Fetch-Site") == "same-origin":
        return True
    return request.headers.get("Origin", "null") != "null" and _origin_is_ours()


def _fetched_by_us() -> bool:
    return request.headers.get("Sec-Fetch-Site", "none") in {"same-origin", "none"}


def _origin_is_ours() -> bool:
    # Under "Referrer-Policy: no-referrer" browsers send "null" for our own forms:
    # they are accepted by Sec-Fetch-Site and their token.
    origin = request.headers.get("Origin", "null")
    return origin in {"null", request.host_url.rstrip("/"), _public_origin()}


def _public_origin() -> str:
    return str(current_app.config["PUBLIC_ORIGIN"])


def token_holds() -> bool:
    """Whether the form's token belongs to this browser's session."""
    token = request.form.get("csrf_token", "")
    keys = [current_app.secret_key, *(current_app.config["SECRET_KEY_FALLBACKS"] or [])]
    return any(_fits(token, key) for key in keys)


def _fits(token: str, key: object) -> bool:
    try:
        flask_wtf.csrf.validate_csrf(token, secret_key=key)
    except ValidationError:
        return False
    return True
