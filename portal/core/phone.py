"""Telephone numbers: validated, kept in E.164, shown masked."""

from __future__ import annotations

import phonenumbers

from portal.core.characters import nfkc
from portal.core.errors import InvalidInput

LONGEST = 40
TAKES_TEXTS = (
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
)


def to_e164(text: str, region: str) -> str:
    """The E.164 form (``+8613800138000``) of a number as people type it.

    Accepts spaces, dashes, full-width digits, ``0086`` and ``+86``; ``region`` is
    the site's ISO 3166 country for numbers without a prefix.

    Raises:
        InvalidInput: it is no possible, valid telephone number.
    """
    typed = nfkc(text).strip()
    if typed.startswith("00"):
        typed = "+" + typed[2:]
    refusal = InvalidInput("This is not a telephone number we can use.", field="number")
    if len(typed) > LONGEST:
        raise refusal
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        raise refusal from None
    if not phonenumbers.is_valid_number(number):
        raise refusal
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def to_mobile(text: str, region: str) -> str:
    """Like ``to_e164``, for a number that must take text messages.

    Raises:
        InvalidInput: it is no telephone number, or a fixed line.
    """
    number = to_e164(text, region)
    kind = phonenumbers.number_type(phonenumbers.parse(number))
    if kind not in TAKES_TEXTS:
        raise InvalidInput("Texts do not reach this kind of number.", field="number")
    return number


def masked(number: str) -> str:
    """A number fit for a log: the country's start and the last two digits."""
    return f"{number[:3]}…{number[-2:]}" if len(number) > 6 else "…"
