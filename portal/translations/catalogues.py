"""The compiled catalogue of each language, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel import Locale
from babel.support import NullTranslations, Translations

from portal.languages import LANGUAGES, MADE, SOURCE, tongue
from portal.translations.accented import Accented

FOLDER = Path(__file__).parent


@cache
def catalogue(key: str) -> NullTranslations:
    """The sentences of a language; English has no catalogue and is left unchanged."""
    if key in MADE:
        return Accented(_sentences())
    return Translations.load(str(FOLDER), [tongue(key).locale])


def _sentences() -> set[str]:
    """What the catalogues know of, by its English."""
    known: set[str] = set()
    for language in LANGUAGES:
        held = getattr(catalogue(language), "_catalog", {})
        known |= {name if isinstance(name, str) else name[0] for name in held}
    return known


def english_name(key: str) -> str:
    """The English name of a language."""
    named = Locale.parse(tongue(key).locale).get_language_name(LANGUAGES[SOURCE].locale)
    return named or tongue(key).name
