"""The compiled catalogue of each language, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations

from portal.languages import LANGUAGES

FOLDER = Path(__file__).parent


@cache
def catalogue(key: str) -> NullTranslations:
    """The sentences of a language; English, which has no catalogue, as they stand."""
    return Translations.load(str(FOLDER), [LANGUAGES[key].locale])
