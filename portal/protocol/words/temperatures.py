"""Temperatures in people's own words: "38.6", "体温38度6", "101 F".

What is found is passed on as typed and read by the rules of the temperature item. A
wrong find costs a telephone call; a missed temperature may cost much more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.characters import BLANKS
from portal.protocol.words.note import plain
from portal.protocol.words.numbers import read_temperature

_DIGITS = "零一二三四五六七八九"
_TENS = {"三十": 30, "四十": 40}
_SPOKEN = re.compile(
    rf"(三十|四十)([一二三四五六七八九]?)(?:(?:度|点|點)(半|[{_DIGITS}])?)"
)
_HALVES = re.compile(r"(?<![0-9.])([0-9]{2,3})度(半|[0-9](?![0-9]))")
_NUMBER = re.compile(
    r"(?<![0-9a-z.])(?:[a-z]{1,2}[:=]?)?"
    r"([0-9]{2,3}(?:[.,。·][0-9]{1,2})?)(?![0-9]|[.,。·:][0-9])"
    r" ?(°c|°f|℉|degrees?|度|°|c(?![a-z])|f(?![a-z]))?"
)
_OTHER_UNITS = re.compile(
    r" ?(?:%|kg|公斤|斤|千克|mg|毫克|ml|毫升|g\b|克|mmhg|mmol|cm|米|岁|歲|次|片|粒|天|"
    r"分钟|分|小时|点|點|号|號|元|块|times?\b|days?\b|hours?\b|years?\b|min)"
)
_NEAR = re.compile(
    r"(?:体温|體溫|温度|溫度|烧|燒|热|熱|temp(?:erature)?|fever|华氏|華氏)"
    r"[^0-9。!?;]{0,8}$"
)
_WHOLE = re.compile(
    r"(?:(?:我|我的|现在|今天|今早|今晚|刚才)*(?:体温|體溫|温度|溫度|temp(?:erature)?|t)"
    r"[ :：=是为]*)?([0-9]{1,3}(?:[.,。·][0-9]{1,2})?) ?(?:°c|°f|℉|度|°|c|f)?"
)
_THREE = re.compile(r"[0-9]{3}")
_FAHRENHEIT = re.compile(r"[f℉]|华氏|華氏")


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


def temperatures(body: str) -> tuple[TypedTemperature, ...]:
    """Every temperature in a text, in order; never raises.

    A text with only a number of three digits counts as one even if no body can have it
    (384, 3.84): it was meant as a temperature, and the rules handle unreadable ones.
    """
    text = _written(body)
    whole = _WHOLE.fullmatch(text.strip(BLANKS + ".,!。"))
    if whole is not None:
        typed = TypedTemperature(_number(whole[1]), _unit(text))
        meant = _THREE.fullmatch(re.sub("[^0-9]", "", typed.value))
        return (typed,) if typed.tenths is not None or meant else ()
    found = (_inside(text, match) for match in _NUMBER.finditer(text))
    return tuple(typed for typed in found if typed is not None)


def is_only_temperature(body: str) -> bool:
    """Whether a text is only a temperature, so that nobody needs to read it."""
    return _WHOLE.fullmatch(_written(body).strip(BLANKS + ".,!。")) is not None


def _inside(text: str, match: re.Match[str]) -> TypedTemperature | None:
    """The temperature at ``match``, if it is called one or can be nothing else."""
    number, sign = match[1], match[2] or ""
    if _OTHER_UNITS.match(text, match.end(1)) and not sign:
        return None
    near = _NEAR.search(text[: match.start(1)])
    exact = re.search(r"[.,。·]", number)
    if not (sign or near or exact):
        return None
    typed = TypedTemperature(_number(number), _unit(sign))
    return typed if typed.tenths is not None else None


def _unit(text: str) -> str:
    return "F" if _FAHRENHEIT.search(text) else "C"


def _number(text: str) -> str:
    return re.sub(r"[,。·]", ".", text)


def _written(body: str) -> str:
    """The text with number words as digits: 三十八度六 and 38度6 become 38.6."""
    text = _SPOKEN.sub(_spoken, " ".join(plain(body).split()))
    return _HALVES.sub(lambda m: f"{m[1]}.{_tenth(m[2])}度", text)


def _spoken(match: re.Match[str]) -> str:
    units = _DIGITS.index(match[2]) if match[2] else 0
    return f"{_TENS[match[1]] + units}.{_tenth(match[3] or _DIGITS[0])}度"


def _tenth(word: str) -> str:
    if word == "半":
        return "5"
    return str(_DIGITS.index(word)) if word in _DIGITS else word
