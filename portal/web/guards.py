"""Default deny: before every view, its blueprint's one guard says who may come in."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import flask_login
from flask import Flask, Response, current_app, g, request

from portal.errors import NotAllowed, NotFound
from portal.people.access import sessions
from portal.web.frame import access, opened_page, origin, reporting
from portal.web.frame.access import GuardedBlueprint, SignInNeeded
from portal.web.frame.origin import StaleForm
from portal.web.machines import signatures


def install(app: Flask) -> None:
    """Put the guard before every view of ``app``."""
    manager = flask_login.LoginManager(app, add_context_processor=False)
    manager.session_protection = "basic"  # a phone changes its address all day
    manager.user_loader(_load)
    app.before_request(check)


def _load(token: str) -> access.SignedIn | None:
    real_now = access.runtime().real_now()
    with access.runtime().reading() as db:
        found = sessions.find(db, token, real_now=real_now)
    return None if found is None else access.SignedIn(token, found)


def check() -> Response | None:
    """Refuse a request that its blueprint's guard does not let in.

    Requests for a provider's hook are refused with an answer for machines.

    Raises:
        NotAllowed, NotFound, SignInNeeded: as the guard says.
    """
    if request.endpoint in (None, "static"):
        return None  # no such page, or a file that everybody may have
    blueprint = current_app.blueprints.get(request.blueprint or "")
    if not isinstance(blueprint, GuardedBlueprint):
        raise NotAllowed("This page has no guard.")
    request.max_content_length = blueprint.largest_body
    if blueprint.guard == "machine":
        return None
    if blueprint.guard == "signed":
        return signatures.refusal()
    _refuse_foreign()
    _note_viewer()
    GUARDS[blueprint.guard]()
    return None


def _refuse_foreign() -> None:
    try:
        origin.refuse_foreign()
    except StaleForm:
        if opened_page.takes_report():  # the viewer decides what the page says about it
            _note_viewer()
            reporting.reporter()
        raise


def _note_viewer() -> None:
    user = flask_login.current_user
    g.viewer = user.viewer if user.is_authenticated else None
    found = access.viewer()
    real_now = access.runtime().real_now()
    view = current_app.view_functions[cast(str, request.endpoint)]
    if found is None or getattr(view, "passive", False):
        return
    if request.method not in origin.SAFE and not found.is_staff:
        return  # a report does not wait twice for a database that is locked
    if sessions.is_stale(found, real_now=real_now):
        access.quietly(
            lambda db: sessions.touch(db, found.session_id, real_now=real_now)
        )


def _open() -> None:
    pass


def _participant() -> None:
    found = access.viewer()
    if found is None:
        raise SignInNeeded("participant")
    if found.is_staff:
        raise NotAllowed("This page is for participants.")
    if opened_page.says_whose() and not reporting.reads_as_owner():
        raise NotAllowed("Another person who uses this phone wrote this.")


def _reporter() -> None:
    found, reporter = access.viewer(), reporting.reporter()
    if reporting.is_anothers():
        raise NotAllowed("Another person who uses this phone wrote this.")
    if reporter is None:
        raise SignInNeeded("participant")
    if found is not None and found.is_staff and reporter.usual:
        raise NotAllowed("This page is for participants.")


def _siren() -> None:
    g.screen = access.find_screen()
    if g.screen is None:
        raise SignInNeeded("siren")


def _staff() -> None:
    found = access.viewer()
    if found is None:
        raise SignInNeeded("staff")
    if not found.is_staff:
        raise NotAllowed("This page is for the study team.")
    view = current_app.view_functions[cast(str, request.endpoint)]
    usual = "read" if request.method in origin.SAFE else "work"
    if not access.may(getattr(view, "permission", usual)):
        raise NotAllowed("Your role does not include this.")


def _demo() -> None:
    if not access.runtime().settings.demo:
        raise NotFound("There is nothing here.")


GUARDS: dict[str, Callable[[], None]] = {
    "open": _open,
    "participant": _participant,
    "reporter": _reporter,
    "siren": _siren,
    "staff": _staff,
    "demo": _demo,
}
