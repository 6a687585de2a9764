"""Which language a page has, and the interface's sentences in it.

The first of these counts: the language of the page before, if its form says so, the
viewer's own, the switch's, the browser's, Chinese.

The only module that knows Flask-Babel.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol, cast

import flask_babel
from flask import Flask, g, request

from portal.errors import PortalError
from portal.web.frame import opened_page
from portal.web.frame.cookies import LANGUAGE, read_cookie

LOCALES = {"zh": "zh_Hans", "en": "en"}


class Later(Protocol):
    """A sentence that is said in the reader's language."""

    def __str__(self) -> str:
        """The sentence, now."""
        ...


def language() -> str:
    """``zh`` or ``en``; an answer to an open page is in that page's language."""
    page = opened_page.page()
    return usual() if page is None else page.language


def usual() -> str:
    """The viewer's language, whatever page was open: ``zh`` or ``en``."""
    viewer = g.get("viewer")
    if viewer is not None:
        return str(viewer.language)
    chosen = read_cookie(LANGUAGE)
    if chosen in LOCALES:
        return chosen
    return request.accept_languages.best_match(list(LOCALES)) or "zh"


def locale() -> str:
    """The same, under the catalogue's name."""
    return LOCALES[language()]


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


def speaking(short: str) -> AbstractContextManager[Any]:
    """Say what follows in ``zh`` or ``en``, whatever the page's language."""
    return cast(AbstractContextManager[Any], flask_babel.force_locale(LOCALES[short]))


def choose_anew() -> None:
    """Find the language again: somebody has signed in."""
    flask_babel.refresh()


def install(app: Flask) -> None:
    """Give ``app`` its catalogues."""
    flask_babel.Babel(app, default_locale="zh_Hans", locale_selector=locale)
