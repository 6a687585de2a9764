"""Where a request that changes something comes from: our own pages and nowhere else.

The browser says so itself (Sec-Fetch-Site, Origin); a form also carries a token that
never grows old, because a diary may be written slowly; JSON carries a header that no
other site can send without asking first.
"""

from __future__ import annotations

import flask_wtf.csrf
from flask import current_app, request, session
from wtforms import ValidationError

from portal.core.errors import PortalError

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORMS = frozenset({"", "application/x-www-form-urlencoded", "multipart/form-data"})
HEADER = "X-Portal"


class ForeignRequest(PortalError):
    """A request that did not come from a page of ours, or from one grown stale."""


def csrf_token() -> str:
    """The token of this browser's forms; it holds as long as the browser's cookie."""
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
    elif request.mimetype not in FORMS or not _token_holds():
        raise ForeignRequest("without a token that holds")


def _fetched_by_us() -> bool:
    return request.headers.get("Sec-Fetch-Site", "none") in {"same-origin", "none"}


def _origin_is_ours() -> bool:
    # Under "Referrer-Policy: no-referrer" browsers send "null" for our own forms:
    # those stand by Sec-Fetch-Site and their token.
    origin = request.headers.get("Origin", "null")
    return origin in {"null", request.host_url.rstrip("/"), _public_origin()}


def _public_origin() -> str:
    return str(current_app.config["PUBLIC_ORIGIN"])


def _token_holds() -> bool:
    token = request.form.get("csrf_token", "")
    keys = [current_app.secret_key, *(current_app.config["SECRET_KEY_FALLBACKS"] or [])]
    return any(_fits(token, key) for key in keys)


def _fits(token: str, key: object) -> bool:
    try:
        flask_wtf.csrf.validate_csrf(token, secret_key=key)
    except ValidationError:
        return False
    return True
