"""Where a person may be sent on to: pages of ours, by path, and nowhere else."""

from __future__ import annotations

from typing import cast

from flask import Response, current_app, redirect
from werkzeug.exceptions import HTTPException

from portal.web import access


def go(path: str) -> Response:
    """Send on to a page; the browser asks for it anew."""
    return cast(Response, redirect(path, 303))


def home() -> str:
    """Where whoever is looking starts."""
    viewer = access.viewer()
    if viewer is None:
        return way_in()
    return "/staff" if viewer.is_staff else "/today"


def way_in() -> str:
    """Where a participant signs in: by the PIN of this phone, else by a code."""
    phone = access.reporter()
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
