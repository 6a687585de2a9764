"""Signing out of this browser, for every kind of user."""

from __future__ import annotations

from flask import Response

from portal.people.access import sessions
from portal.web.frame import access, own_paths


def sign_out(then: str) -> Response:
    """End the session, here and in the database, and go to ``then``.

    The phone stays enrolled: a report that waits on it must still get through.
    """
    viewer = access.viewer()
    if viewer is not None:
        runtime = access.runtime()
        with runtime.writing() as db:
            sessions.end(db, viewer.session_id, real_now=runtime.real_now())
    access.end_session()
    response = own_paths.go(then)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
