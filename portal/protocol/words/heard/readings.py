"""Readings that a person tells in their own words: temperature, oxygen, pressure, pulse.

A wrong find costs a telephone call; a missed one may cost much more. So a number counts
when it is called a reading or can hardly be anything else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.protocol.words.heard import grammar, reading_words
from portal.protocol.words.heard.clauses import stretch
from portal.protocol.words.heard.folding import folded
from portal.protocol.words.heard.forms import READERS
from portal.protocol.words.heard.numerals import in_digits
from portal.protocol.words.heard.patterns import compiled, searches
from portal.protocol.words.numbers import read_temperature

_NUMBER = compiled(reading_words.NUMBER)
_WHOLE = compiled(reading_words.WHOLE)
_UNITS = compiled(reading_words.OTHER_UNITS)
_NEAR, _AWAY = compiled(reading_words.NEAR), compiled(reading_words.AWAY)
_AFTER = compiled(reading_words.AWAY_AFTER)
_NEAR_AFTER = compiled(reading_words.NEAR_AFTER)
_LIMIT, _BELOW = compiled(reading_words.LIMIT), compiled(reading_words.BELOW)
_FAHRENHEIT = compiled(reading_words.FAHRENHEIT)
_OXYGEN = searches(reading_words.OXYGEN)
_PAIR, _SYSTOLIC = compiled(reading_words.PAIR), searches(reading_words.SYSTOLIC)
_PRESSURE = compiled(reading_words.PRESSURE)
_PULSE = searches(reading_words.PULSE)
_ASKING = searches(grammar.ASKING)
_PAST, _NOW = searches(grammar.PAST), searches(grammar.NOW)
_NEVER = compiled(reading_words.NEVER)
_IF = searches(grammar.HYPOTHETICAL[:2])
_BACK = 24  # characters before a number that say what it is


@dataclass(frozen=True)
class TypedTemperature:
    """A temperature as an answer: the number as typed, and the unit, C or F."""

    value: str
    unit: str

    @property
    def answer(self) -> dict[str, str]:
        """The answer in the form of the temperature item."""
        return {"value": self.value, "unit": self.unit}

    @property
    def tenths(self) -> int | None:
        """Tenths of ℃; None if no living body can have it."""
        return read_temperature(self.answer).tenths


@dataclass(frozen=True)
class Readings:
    """What a note tells: temperatures in order, and the others as whole numbers."""

    temperatures: tuple[TypedTemperature, ...]
    oxygen: tuple[int, ...]
    systolic: tuple[int, ...]
    pulse: tuple[int, ...]


def readings(note: str) -> Readings:
    """Every reading in a note; never raises."""
    text = in_digits(folded(note, READERS))
    return Readings(
        _temperatures(text),
        _measures(text, _OXYGEN, 50, 100),
        (*_pairs(text), *_measures(text, _SYSTOLIC, 40, 260)),
        _measures(text, _PULSE, 20, 260),
    )


def temperatures(note: str) -> tuple[TypedTemperature, ...]:
    """Every temperature in a text, in order; never raises.

    A text with only a number of three digits counts as one even if no body can have it
    (384, 3.84): it was meant as a temperature, and the rules handle unreadable ones.
    """
    return _temperatures(in_digits(folded(note, READERS)))


def is_only_temperature(note: str) -> bool:
    """Whether a text is only a temperature, so that nobody needs to read it."""
    return _whole(in_digits(folded(note, READERS))) is not None


def _whole(text: str) -> re.Match[str] | None:
    return _WHOLE.fullmatch(text.strip(" \n.,!。~"))


def _temperatures(text: str) -> tuple[TypedTemperature, ...]:
    whole = _whole(text)
    if whole is not None:
        typed = TypedTemperature(_number(whole[1]), _unit(text))
        meant = len(re.sub("[^0-9]", "", typed.value)) == 3
        return (typed,) if typed.tenths is not None or meant else ()
    found = (_inside(text, match) for match in _NUMBER.finditer(text))
    return tuple(typed for typed in found if typed is not None)


def _inside(text: str, match: re.Match[str]) -> TypedTemperature | None:
    """The temperature at ``match``, if it is called one or can be nothing else."""
    number, sign = match[2], match[3] or ""
    start, end = match.end(1), match.end(2)
    before, after = text[max(start - _BACK, 0) : start], text[match.end() :]
    if not sign and _UNITS.match(text[end : end + 12]):
        return None
    near = _NEAR.search(before) is not None or _NEAR_AFTER.match(after) is not None
    if _LIMIT.search(before) or _BELOW.match(after[:6]):
        return None
    if _NEVER.search(before) or (
        not near and (_AWAY.search(before) or _AFTER.match(after[:12]))
    ):
        return None
    if _is_supposed(text, start) or _is_past(text, start):
        return None
    if not (sign or near or re.search("[.·]", number)):
        return None
    typed = TypedTemperature(_number(number), _unit(sign or _named_unit(before)))
    return typed if typed.tenths is not None else None


def _is_supposed(text: str, place: int) -> bool:
    """Whether the number is in a question about what might be."""
    start = max(text.rfind(stop, 0, place) for stop in "。!?;\n") + 1
    ends = [at for stop in "。!?;\n" if (at := text.find(stop, place)) >= 0]
    sentence = text[start : min(ends, default=len(text)) + 1]
    supposed = any(one.search(text[start:place]) for one in _IF)
    return supposed and any(one.search(sentence) for one in _ASKING)


def _is_past(text: str, place: int) -> bool:
    """Whether the words around a number speak of long ago, and not of now."""
    start, end = stretch(text, place, 0, len(text))
    part = text[start:end]
    past = any(one.search(part) for one in _PAST)
    return past and not any(one.search(part) for one in _NOW)


def _named_unit(before: str) -> str:
    return "f" if "华氏" in before or "fahrenheit" in before else ""


def _unit(text: str) -> str:
    return "F" if _FAHRENHEIT.search(text) else "C"


def _number(text: str) -> str:
    return text.replace("·", ".").replace(",", ".")


def _measures(
    text: str, patterns: tuple[re.Pattern[str], ...], least: int, most: int
) -> tuple[int, ...]:
    found = [int(match[1]) for one in patterns for match in one.finditer(text)]
    return tuple(value for value in found if least <= value <= most)


def _pairs(text: str) -> tuple[int, ...]:
    """The upper of two numbers that are a blood pressure: 82/50, 85 over 50."""
    found: list[int] = []
    for match in _PAIR.finditer(text):
        upper, lower = int(match[2]), int(match[3])
        called = _PRESSURE.search(
            text[max(match.start() - _BACK, 0) : match.start() + 1]
        )
        if 40 <= upper <= 260 and 20 <= lower < upper and (called or lower >= 30):
            found.append(upper)
    return tuple(found)
