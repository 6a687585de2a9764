"""Numbers in words as digits: 三十九度二, 一百零二, thirty-nine point two.

Only a copy of the note in which readings are sought is changed: to the signs, 一天 is
one day and no number.
"""

from __future__ import annotations

import re

from portal.protocol.words.heard.patterns import compiled

HAN_DIGITS = "〇一二三四五六七八九"
HAN_NUMBER = "[零〇一二两三四五六七八九十百]+"
LATIN_TENS = {
    **{"twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50},
    **{"sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90},
}
LATIN_UNITS = {
    **{"oh": 0, "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5},
    **{"six": 6, "seven": 7, "eight": 8, "nine": 9},
}
_TENS, _UNITS = "|".join(LATIN_TENS), "|".join(LATIN_UNITS)
LATIN_NUMBER = (
    f"([^a-z])(?:(a hundred|one hundred|hundred)(?: and)?|(one)(?= (?:{_TENS}|oh)))?"
    f" ?(?:({_TENS})(?: ({_UNITS}))?|(?:oh )?({_UNITS}))?"
    f"(?: (?:point|dot) ({_UNITS}))?(?![a-z])"
)
HAN_TWO = "([一二三四五六七八九])(?=[二三四五六七八九]十)"
"""Between two numbers: 九十三九十四."""
HALF_DEGREE = "([0-9]{2,3}) ?(?:度|点|du|dian) ?(半|[0-9](?![0-9]))"
WHOLE_POINT = "([0-9]{2,3})[。,] ?([0-9])(?![0-9])"

_HAN = compiled(HAN_NUMBER)
_TWO, _LATIN = compiled(HAN_TWO), compiled(LATIN_NUMBER)
_HALF = compiled(HALF_DEGREE)
_WHOLE_POINT = compiled(WHOLE_POINT)


def in_digits(text: str) -> str:
    """A folded text with its numbers in digits.

    The blank before it is there because no pattern may find nothing: after that a
    browser goes on at the next character, and Python looks at the same one again.
    """
    text = _TWO.sub(r"\1 ", text)
    text = _HAN.sub(lambda found: _han(found[0]), text)
    text = _LATIN.sub(_latin, f" {text}")[1:]
    text = _HALF.sub(lambda m: f"{m[1]}.{'5' if m[2] == '半' else m[2]}度", text)
    return _WHOLE_POINT.sub(r"\1.\2", text)


def _han(said: str) -> str:
    """三十八 as 38, 一百零二 as 102, 一百二 as 120, 三八 as 38."""
    said = said.replace("零", "〇").replace("两", "二")
    if "百" not in said and "十" not in said:
        return "".join(str(HAN_DIGITS.index(char)) for char in said)
    number, unit = 0, -1
    for char in said:
        if char in HAN_DIGITS:
            unit = HAN_DIGITS.index(char)
            continue
        number += (1 if unit < 0 else unit) * (100 if char == "百" else 10)
        unit = -1
    tens = 10 if said[-2:-1] == "百" and unit > 0 else 1
    return str(number + max(unit, 0) * tens)


def _latin(found: re.Match[str]) -> str:
    before, hundred, one, tens, unit, alone, part = found.groups()
    if not (tens or hundred or one):
        return found[0]
    number = 100 if hundred or one else 0
    number += LATIN_TENS.get(tens or "", 0)
    number += LATIN_UNITS.get(unit or alone or "", 0)
    point = f".{LATIN_UNITS[part]}" if part else ""
    return f"{before}{number}{point}"
