"""Who is asking, what their role may do, and what is theirs to see.

Somebody else's things do not exist for the person who asks.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Literal, TypeVar, cast

import flask_login
from flask import Blueprint, current_app, g, request, session
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal.alerting import sirens
from portal.alerting.sirens import SirenScreen
from portal.errors import PortalError
from portal.people.access.keys import Keyring
from portal.people.access.sessions import Viewer
from portal.people.roles import Role
from portal.runtime import Runtime
from portal.web.frame.cookies import SIREN, read_cookie

logger = logging.getLogger(__name__)
Guard = Literal[
    "machine", "signed", "open", "participant", "reporter", "siren", "staff", "demo"
]
View = TypeVar("View", bound=Callable[..., Any])

LARGEST_BODY: dict[Guard, int] = {
    **dict.fromkeys(("open", "siren", "demo", "machine"), 16 * 1024),
    "signed": 64 * 1024,
    **dict.fromkeys(("participant", "reporter", "staff"), 256 * 1024),
}
"""Bytes of what each may send: anybody a number or a code, who reports a whole diary
with its handwriting, the team its notes, a provider a text."""

CARE = {"enter", "read", "contacts", "work"}
PERMISSIONS: dict[str, set[str]] = {
    Role.COORDINATOR: {*CARE, "enrol", "rota"},
    Role.NURSE: CARE,
    Role.INVESTIGATOR: {*CARE, "enrol", "decide", "rota", "amend"},
    Role.MONITOR: {"enter", "read"},
    Role.ADMIN: {"enter", "accounts", "rota", "amend"},
}
"""What each role may do. enter: their own pages; read: coded data; contacts: names
and numbers; work: acknowledge, close, note; enrol: add participants; decide: what
only the investigator may; accounts, rota: those of the site; amend: move people to
another version of the study."""


class SignInNeeded(PortalError):
    """The page is for signed-in people; ``audience`` is staff, participant or siren."""

    def __init__(self, audience: str) -> None:
        super().__init__("not signed in")
        self.audience = audience


class GuardedBlueprint(Blueprint):
    """A blueprint that says who may use it, and how many bytes they may send."""

    def __init__(self, name: str, import_name: str, *, guard: Guard, **more: Any):
        super().__init__(name, import_name, **more)
        self.guard: Guard = guard
        self.largest_body = LARGEST_BODY[guard]


class SignedIn(flask_login.UserMixin):  # type: ignore[misc]
    """What Flask-Login keeps: the session's token, and who holds it."""

    def __init__(self, token: str, viewer: Viewer) -> None:
        self.token = token
        self.viewer = viewer

    def get_id(self) -> str:
        """The token; the browser's signed cookie carries it."""
        return self.token


def runtime() -> Runtime:
    """What this process owns."""
    return cast(Runtime, current_app.extensions["runtime"])


def keyring() -> Keyring:
    """The key of short values."""
    return Keyring(runtime().settings.secret_key)


def address() -> str:
    """Where the request comes from, as far as our own proxies confirm it."""
    return request.remote_addr or "unknown"


def needs(permission: str) -> Callable[[View], View]:
    """Mark a staff view: only roles with this permission may use it.

    Without a mark, a view that reads needs ``read`` and any other view needs ``work``.
    """

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def passive(view: View) -> View:
    """Mark a view that a page asks by itself: it does not keep a session alive."""
    view.passive = True  # type: ignore[attr-defined]
    return view


def viewer() -> Viewer | None:
    """Who is signed in, or None."""
    return cast("Viewer | None", g.get("viewer"))


def signed_in() -> Viewer:
    """Who is signed in, in a view whose guard asked for it.

    Raises:
        SignInNeeded: nobody is.
    """
    found = viewer()
    if found is None:
        raise SignInNeeded("participant")
    return found


def may(permission: str) -> bool:
    """Whether the viewer has a permission of staff."""
    found = viewer()
    role = found.role if found is not None else None
    return permission in PERMISSIONS.get(role or "", set())


def find_screen() -> SirenScreen | None:
    """The ward's screen that asks, or None."""
    secret = read_cookie(SIREN)
    if secret is None:
        return None
    with runtime().reading() as db:
        return sirens.find(db, secret)


def screen() -> SirenScreen:
    """The ward's screen, in a view whose guard asked for it."""
    return cast(SirenScreen, g.screen)


def quietly(write: Callable[[Session], None]) -> None:
    """Write something that may be lost: reading goes on while writes are refused."""
    try:
        with runtime().writing() as db:
            write(db)
    except SQLAlchemyError:
        logger.warning("could not record that a session is still in use")


def begin_session(token: str, found: Viewer) -> None:
    """Sign this browser in: everything it held before is gone, its form token too."""
    session.clear()
    g.pop("csrf_token", None)
    session.permanent = True
    flask_login.login_user(SignedIn(token, found))
    g.viewer = found


def end_session() -> None:
    """Forget who was signed in in this browser."""
    flask_login.logout_user()
    session.clear()
    g.pop("csrf_token", None)
    g.viewer = None
