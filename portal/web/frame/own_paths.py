"""Where a person may be sent on to: only pages of ours, by path."""

from __future__ import annotations

from typing import cast

from flask import Response, current_app, redirect
from werkzeug.exceptions import HTTPException

from portal.web.frame import access, opened_page, reporting
from portal.web.frame.language import usual


def go(path: str) -> Response:
    """Send on to a page; the browser asks for it again."""
    return cast(Response, redirect(path, 303))


def carried(path: str) -> str:
    """``path``, for the person and in the language of the open page.

    Nothing is added if this browser would do so by itself.
    """
    page, found = opened_page.page(), reporting.reporter()
    if page is None or found is None:
        return path
    if found.usual and page.language == usual():
        return path
    return f"{path}{'&' if '?' in path else '?'}{opened_page.FIELD}={page.text}"


def home() -> str:
    """The viewer's first page."""
    viewer = access.viewer()
    if viewer is None:
        return way_in()
    return "/staff" if viewer.is_staff else "/today"


def way_in() -> str:
    """Where a participant signs in: by the PIN of this phone, else by a code."""
    phone = reporting.reporter()
    return "/pin" if phone is not None and phone.has_pin else "/sign-in"


def known(path: str, otherwise: str) -> str:
    """``path`` if it is a page of ours that can be opened, else ``otherwise``."""
    if not path.startswith("/") or path.startswith("//") or not path.isprintable():
        return otherwise
    if any(mark in path for mark in "\\?#:@%"):
        return otherwise
    try:
        endpoint, _ = current_app.url_map.bind("localhost").match(path, "GET")
    except HTTPException:
        return otherwise
    return otherwise if endpoint == "static" else path
