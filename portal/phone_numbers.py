"""Telephone numbers: read strictly, kept in E.164, shown masked.

Where a number is stored, or a code is sent to one, the text must be a number and
nothing else. If letters were guessed to be digits, or a part behind the number were
dropped, a stranger's phone could ring.
"""

from __future__ import annotations

import re
import unicodedata

import phonenumbers

from portal.characters import BLANKS, INVISIBLE
from portal.errors import InvalidInput

LONGEST = 60  # characters as typed, with blanks and invisible marks
TAKES_TEXTS = (
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
)
_PLUS = "+＋﹢"
_HYPHENS = "−ー\N{SOFT HYPHEN}"  # besides everything that Unicode calls a dash
_DOTS = ".．·・｡。"
_OPEN, _CLOSE = "(（[［【〔", ")）]］】〕"
_UNSEEN = INVISIBLE + "\u180b\u180c\u180d\u180f\u206a\u206b\u206c\u206d\u206e\u206f"
_EXTENSION = re.compile("ext|[xpw](?![a-z])|#|[,，;；]|转|轉|分机|分機|内线|內線")
_BEFORE_EXTENSION = 5  # digits: a shorter number has no extension


def to_e164(text: str, region: str) -> str:
    """The E.164 form (``+8613800138000``) of a number as people type it.

    Allowed are digits of any script, blanks, dashes, dots, brackets, one ``+`` or
    ``00`` before all digits, and the invisible marks that address books add. ``region``
    is the site's ISO 3166 country, for numbers without a prefix.

    Raises:
        InvalidInput: the text holds anything else, which the sentence names, or it is
            not a valid telephone number. Digits before a number that would choose a
            carrier are no part of it.
    """
    typed = re.sub("[^+0-9]", "", written(text))
    if typed.startswith("00"):
        typed = "+" + typed[2:]
    try:
        number = phonenumbers.parse(typed, region, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        raise _unusable() from None
    dropped = number.preferred_domestic_carrier_code
    if dropped or not phonenumbers.is_valid_number(number):
        raise _unusable()
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def to_mobile(text: str, region: str) -> str:
    """Like ``to_e164``, for a number that must take text messages.

    Raises:
        InvalidInput: it is not a telephone number, or it is a fixed line.
    """
    number = to_e164(text, region)
    kind = phonenumbers.number_type(phonenumbers.parse(number))
    if kind not in TAKES_TEXTS:
        raise InvalidInput("Texts do not reach this kind of number.", field="number")
    return number


def written(text: str) -> str:
    """A typed number that can be shown and dialled: 0-9, ``+``, blanks, ``-``, ``()``.

    Raises:
        InvalidInput: it holds a character that no telephone number has; the sentence
            names the first one.
    """
    if len(text) > LONGEST:
        raise _unusable()
    kept = ""
    for place, char in enumerate(text):
        sign = _sign(char)
        if sign is None or (sign == "+" and kept.strip(" (")):
            raise _stranger(text[place:], kept)
        kept += sign
    return " ".join(kept.split())


def _sign(char: str) -> str | None:
    """How one typed character is written; "": it is invisible; None: not allowed."""
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    signs = {_PLUS: "+", _OPEN: "(", _CLOSE: ")", BLANKS + _DOTS: " "}
    for characters, sign in signs.items():
        if char in characters:
            return sign
    if char in _HYPHENS or unicodedata.category(char) == "Pd":
        return "-"
    unseen = char in _UNSEEN or "\U000e0100" <= char <= "\U000e01ef"
    return "" if unseen else None


def _stranger(rest: str, before: str) -> InvalidInput:
    """The refusal of text that begins with a character that no number has."""
    seen = rest[0].isprintable() and not unicodedata.combining(rest[0])
    shown = rest[0] if seen else f"U+{ord(rest[0]):04X}"
    digits = sum(char.isdigit() for char in before)
    if digits >= _BEFORE_EXTENSION and _EXTENSION.match(rest.casefold()):
        return InvalidInput(
            "From “%(character)s” on, this is an extension. A telephone cannot dial one "
            "from a page or a text. Give a number that works without it.",
            field="number",
            character=shown,
        )
    return InvalidInput(
        "“%(character)s” cannot be in a telephone number. Write it in digits, such as "
        "138 0013 8000.",
        field="number",
        character=shown,
    )


def _unusable() -> InvalidInput:
    return InvalidInput("This is not a telephone number we can use.", field="number")


def grouped(number: str) -> str:
    """An E.164 number for a person to read and compare: ``+86 138 0013 8000``."""
    shape = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(phonenumbers.parse(number), shape)


def masked(number: str) -> str:
    """A number for the log: the first digits of the country and the last two digits."""
    return f"{number[:3]}…{number[-2:]}" if len(number) > 6 else "…"
