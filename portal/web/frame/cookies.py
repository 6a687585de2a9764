"""Our four cookies: session, enrolled phone, ward's screen, language.

Scripts cannot read them, and a form of another site does not send them. Over https they
are Secure and bound to this host by the ``__Host-`` prefix.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, current_app, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

SESSION = "session"
DEVICE = "phone"
SIREN = "siren"
LANGUAGE = "language"
LIFE = timedelta(days=400)  # the longest a browser keeps one


class PageSession(SecureCookieSessionInterface):
    """The session of pages. Files are the same for everybody, whatever cookies came.

    Otherwise a phone asks for each file again whenever its cookie has changed.
    """

    def save_session(
        self, app: Flask, session: SessionMixin, response: Response
    ) -> None:
        """Put the session into the answer, unless it is a file."""
        if request.endpoint != "static":
            super().save_session(app, session, response)


def install(app: Flask) -> None:
    """Have ``app`` keep its session in our cookie."""
    app.session_interface = PageSession()


def full_name(name: str, *, https: bool) -> str:
    """A cookie's name on the wire."""
    return f"__Host-{name}" if https else name


def read_cookie(name: str) -> str | None:
    """What the browser holds under one of our names, unless it is absurdly long."""
    value = request.cookies.get(full_name(name, https=_https()), "")
    return value if 0 < len(value) <= 100 else None


def set_cookie(response: Response, name: str, value: str) -> None:
    """Have the browser keep a value."""
    response.set_cookie(
        full_name(name, https=_https()),
        value,
        max_age=LIFE,
        httponly=True,
        secure=_https(),
        samesite="Lax",
        path="/",
    )


def drop_cookie(response: Response, name: str) -> None:
    """Have the browser forget a value."""
    response.delete_cookie(
        full_name(name, https=_https()),
        httponly=True,
        secure=_https(),
        samesite="Lax",
        path="/",
    )


def _https() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])
