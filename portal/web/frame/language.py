"""Which language a page has, and the interface's sentences in it.

The first of these counts: the language of the page before, if its form says so, the
viewer's own, the switch's, the browser's, the first of the table.

The only module that knows Flask-Babel.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Protocol, cast

import flask_babel
from babel.support import NullTranslations
from flask import Flask, current_app, g, has_request_context, request

from portal import languages
from portal.errors import PortalError
from portal.languages import LANGUAGES, MADE, Language
from portal.translations.catalogues import catalogue
from portal.web.frame import opened_page
from portal.web.frame.cookies import LANGUAGE, read_cookie


class Later(Protocol):
    """A sentence that is said in the reader's language."""

    def __str__(self) -> str:
        """The sentence, now."""
        ...


def language() -> str:
    """The key of the language; an answer to an open page is in that page's language."""
    page = opened_page.page()
    return usual() if page is None else page.language


def usual() -> str:
    """The key of the viewer's language, whatever page was open."""
    viewer = g.get("viewer")
    if viewer is not None:
        return str(viewer.language)
    chosen = read_cookie(LANGUAGE)
    if chosen is not None and may_be_chosen(chosen):
        return chosen
    return request.accept_languages.best_match(offered()) or offered()[0]


def offered() -> tuple[str, ...]:
    """The languages that whoever looks may choose: their study's; the team's: all."""
    viewer, phone = g.get("viewer"), g.get("reporter")
    if (request.blueprint or "").startswith("staff") or (viewer and viewer.is_staff):
        return tuple(LANGUAGES)
    version = viewer.study_version_id if viewer else None
    if version is None and phone is not None:
        version = phone.person.study_version_id
    found: tuple[str, ...] = current_app.extensions["sites"].languages(version)
    return found


def may_be_chosen(key: str) -> bool:
    """Whether whoever looks may have their pages in a language."""
    return key in offered() or (
        key in MADE and bool(current_app.extensions["runtime"].settings.demo)
    )


def tongue(key: str | None = None) -> Language:
    """How a language is written: the page's, or the one of ``key``."""
    return languages.tongue(key or language())


def gettext(sentence: str, **values: object) -> str:
    """A sentence of the interface in the page's language."""
    return str(flask_babel.gettext(sentence, **values))


def sentence_of(error: PortalError) -> str:
    """What a refusal says, in the page's language."""
    return gettext(error.sentence, **error.values)


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """A sentence about ``%(num)s`` things in the page's language."""
    return str(flask_babel.ngettext(one, many, num, **values))


def lazy_gettext(sentence: str) -> Later:
    """A sentence that is looked up when it is shown."""
    return cast(Later, flask_babel.lazy_gettext(sentence))


@contextmanager
def speaking(key: str) -> Iterator[None]:
    """Say what follows in the language of ``key``, whatever the page speaks."""
    before = g.get("speaking")
    g.speaking = key
    try:
        yield
    finally:
        g.speaking = before


class _Catalogues(flask_babel.Domain):  # type: ignore[misc]
    """The catalogue of the language that is spoken just now."""

    def get_translations(self) -> NullTranslations:
        if not has_request_context():
            return NullTranslations()
        return catalogue(g.get("speaking") or language())


class _Babel(flask_babel.Babel):  # type: ignore[misc]
    @cached_property
    def domain_instance(self) -> _Catalogues:
        return _Catalogues()


def install(app: Flask) -> None:
    """Give ``app`` its catalogues, and every template the language it speaks."""
    _Babel(app)
    app.jinja_env.globals["tongues"] = {**LANGUAGES, **MADE}
    app.context_processor(_spoken)


def _spoken() -> dict[str, object]:
    made = MADE.values() if request.blueprint == "demo" else ()
    shown = [*(LANGUAGES[key] for key in offered()), *made]
    return {"language": language(), "tongue": tongue(), "offered": shown}
