"""The compiled catalogue of each language, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel import Locale
from babel.support import NullTranslations, Translations

from portal.languages import LANGUAGES, SOURCE

FOLDER = Path(__file__).parent


@cache
def catalogue(key: str) -> NullTranslations:
    """The sentences of a language; English has no catalogue and is left unchanged."""
    return Translations.load(str(FOLDER), [LANGUAGES[key].locale])


def english_name(key: str) -> str:
    """The English name of a language."""
    named = Locale.parse(LANGUAGES[key].locale).get_language_name(
        LANGUAGES[SOURCE].locale
    )
    return named or LANGUAGES[key].name
