"""A number typed into a field, read as in a note: 三十九度二, 38点7, thirty-nine."""

from __future__ import annotations

from portal.protocol.study.traditional import forms_of
from portal.protocol.words.heard import numerals, reading_words
from portal.protocol.words.heard.folding import UNSEEN, folded
from portal.protocol.words.heard.numerals import in_digits
from portal.protocol.words.heard.patterns import compiled

FORMS = forms_of(
    (
        numerals.HAN_DIGITS,
        numerals.HAN_NUMBER,
        numerals.HALF_DEGREE,
        reading_words.WHOLE,
    )
)
"""The traditional characters of what may stand in such a field."""
_WHOLE = compiled(reading_words.WHOLE)


def number_said(typed: str) -> str | None:
    """The number that is all of ``typed``, in digits as in ``38.7``; None: it is more.

    What may stand around it is what people call it ("体温", "temp") and its unit. A point
    at its end does not, nor a sign that a note reads over: somebody slipped (``38.``,
    ``3_8``).
    """
    if any(char in UNSEEN for char in typed):
        return None
    found = _WHOLE.match(in_digits(folded(typed, FORMS)).strip(" \n"))
    return found[1].replace("·", ".").replace(",", ".") if found else None
