"""Filling approved wordings: text messages strictly, page messages from what is known.

A text message is a filed template and a few short values. Nothing else can get into it,
so it never reveals anything to another person who sees the phone. This module also
counts the parts of a text: GSM 03.38 and UCS-2, with concatenation.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from portal.errors import InvalidInput
from portal.languages import tongue
from portal.protocol.demands.texts import LONGEST_VALUE
from portal.protocol.study.text import PageSentence, SmsTemplate

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = "\f^{}\\[~]|€"
_COSTS = {**dict.fromkeys(_BASIC, 1), **dict.fromkeys(_EXTENDED, 2)}
GSM7, UCS2 = "GSM-7", "UCS-2"


def placeholders(text: str) -> tuple[str, ...]:
    """The names in braces, in order, with repeats."""
    return tuple(_PLACEHOLDER.findall(text))


def fill(template: SmsTemplate, language: str, variables: Mapping[str, str]) -> str:
    """The text message in ``language`` with exactly its declared variables.

    Raises ``InvalidInput`` (``field`` names the variable) for one that is unknown,
    missing, empty, longer than 20 characters, or holds a line break or other
    control character.
    """
    for name in (*variables, *template.variables):
        if name not in template.variables:
            said = f"The text {template.id} has no variable {name}."
            raise InvalidInput(said, field=name)
        _check_value(template.id, name, variables.get(name))
    return _filled(template.text.say(language), variables)


def say(message: PageSentence, language: str, variables: Mapping[str, str]) -> str:
    """A page message in ``language``; variables that it does not use are ignored.

    Raises ``InvalidInput`` (``field`` names the variable) if a needed one is missing.
    """
    text = message.text.say(language)
    for name in placeholders(text):
        if name not in variables:
            said = f"The message {message.id} needs {name}."
            raise InvalidInput(said, field=name)
    return _filled(text, variables)


def date_text(day: date, language: str) -> str:
    """A date in words: 2026年3月24日（星期二）, or Tue 24 Mar 2026.

    At most 16 characters, so that it fits a text's variable.
    """
    said = tongue(language)
    return format_date(day, said.dates.text_day, locale=said.locale)


def hour_text(at: datetime, zone: str, language: str, *, now: datetime) -> str:
    """The local time in a zone, in words; with the date if that is not today.

    10:30, 12月1日09:30, or 09:30 on 1 Dec: at most 16 characters.
    """
    local = at.astimezone(ZoneInfo(zone))
    if local.date() == now.astimezone(ZoneInfo(zone)).date():
        return f"{local:%H:%M}"
    said = tongue(language)
    return format_datetime(local, said.dates.text_moment, locale=said.locale)


def _check_value(template: str, name: str, value: str | None) -> None:
    if not value:
        raise InvalidInput(f"The text {template} needs {name}.", field=name)
    if len(value) > LONGEST_VALUE:
        said = f"{name} is longer than {LONGEST_VALUE} characters."
        raise InvalidInput(said, field=name)
    if any(unicodedata.category(character).startswith("C") for character in value):
        raise InvalidInput(f"{name} holds a control character.", field=name)


def _filled(text: str, variables: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: variables[found[1]], text)


def segments(text: str) -> tuple[str, int]:
    """The encoding that a provider will choose, and the parts that it will charge for.

    GSM-7: 160 characters in one part, 153 in each of several; an extension
    character counts two and is never split. UCS-2: 70 and 67 UTF-16 units; a
    character outside the basic plane counts two and is never split.
    """
    if all(character in _COSTS for character in text):
        return GSM7, _parts([_COSTS[c] for c in text], single=160, several=153)
    units = (2 if ord(character) > 0xFFFF else 1 for character in text)
    return UCS2, _parts(units, single=70, several=67)


def _parts(costs: Iterable[int], *, single: int, several: int) -> int:
    costs = list(costs)
    if sum(costs) <= single:
        return 1
    parts, used = 1, 0
    for cost in costs:
        if used + cost > several:
            parts, used = parts + 1, 0
        used += cost
    return parts
