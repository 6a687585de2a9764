"""Numbers as people type them: temperatures, oxygen, blood pressure, doses.

Each has one exact reading in whole tenths, so that a browser gets the same digits. The
rules of the temperature item (wrong unit, plausible range, half-up rounding) are only
here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from portal.characters import BLANKS, INVISIBLE, nfkc
from portal.protocol.words.heard.typed import number_said

State = Literal["ok", "converted", "unreadable", "cannot", "absent"]
UNREADABLE: State = "unreadable"


_DIGITS = "0123456789"
_POINTS = ".,。·"
_RING = str.maketrans("º˚", "°°")  # similar signs that NFKC would split
_LONGEST = 200  # digits of the longest number that is read
_LOWEST, _HIGHEST = 320, 420  # tenths of ℃ that a living body can have
_FAHRENHEIT = range(860, 1131)  # tenths that must be ℉ even if typed as ℃
READING_SIGNS = (("%", "mmhg", "毫米汞柱"),)
DOSE_SIGNS = (("mg", "毫克"),)
_BETWEEN_TWO = ("/", "比", "over")  # of a blood pressure: 85/50
_CALM = range(360, 375)  # tenths of ℃: not low, and no fever


@dataclass(frozen=True)
class Number:
    """An exact decimal number without sign: ``digits`` / 10 ** ``places``."""

    digits: int
    places: int

    def tenths(self) -> int:
        """In tenths, rounded half up once: 37.95 is 380."""
        return _half_up(self.digits * 10, 10**self.places)

    def floor_tenths(self) -> int:
        """In tenths, rounded down: 89.95 is 899."""
        scale: int = 10**self.places
        return self.digits * 10 // scale

    def within(self, least: int, most: int) -> bool:
        """Whether it is between two whole numbers, both included."""
        scale: int = 10**self.places
        return least * scale <= self.digits <= most * scale


@dataclass(frozen=True)
class TemperatureReading:
    """A temperature after reading: ``tenths`` of ℃, if it is readable.

    ``converted``: the typed unit was impossible and was replaced by the other one.
    ``raw`` and ``unit`` are what was typed.
    """

    state: State
    tenths: int | None = None
    raw: str = ""
    unit: str = ""

    @property
    def is_calm(self) -> bool:
        """Whether it was read, and says that nothing is wrong, in any study."""
        return self.tenths in _CALM


ABSENT = TemperatureReading("absent")
CANNOT = TemperatureReading("cannot")


def read_temperature(answer: object) -> TemperatureReading:
    """The reading of an answer to a temperature item, for triage rule T18 and similar.

    ``answer`` is None (not answered), ``"cannot"`` or ``{"value", "unit"}`` with the
    value as typed, also in words (三十九度二). Never raises: what is not a number is
    ``unreadable``. An impossible unit (86-113 as ℃, 32.0-42.0 as ℉) is replaced by the
    other one; a result outside 32.0-42.0 ℃ is unreadable.
    """
    if answer is None:
        return ABSENT
    if not isinstance(answer, Mapping):
        return CANNOT
    raw, unit = str(answer.get("value", "")), str(answer.get("unit", ""))
    number = _degrees(raw)
    tenths, swapped = (None, False) if number is None else _celsius(number, unit)
    if tenths is None or not _LOWEST <= tenths <= _HIGHEST:
        return TemperatureReading(UNREADABLE, None, raw, unit)
    return TemperatureReading("converted" if swapped else "ok", tenths, raw, unit)


def _degrees(typed: str) -> Number | None:
    """The number as typed, else the one that its words say, as in a note."""
    number = read_number(typed, signs=(("c", "f"), ("°", "度")))
    if number is None and len(typed) <= _LONGEST:
        said = number_said(typed)
        return read_number(said) if said else None
    return number


def _celsius(number: Number, unit: str) -> tuple[int, bool]:
    """Tenths of ℃, and whether the unit was replaced by the other one."""
    typed = number.tenths()
    if unit == "F":
        swapped = _LOWEST <= typed <= _HIGHEST
        return (typed if swapped else _from_fahrenheit(number)), swapped
    swapped = typed in _FAHRENHEIT
    return (_from_fahrenheit(number) if swapped else typed), swapped


def _from_fahrenheit(number: Number) -> int:
    """(℉ - 32) x 5 / 9 in tenths, rounded half up once, at the end."""
    scale = 10**number.places
    return _half_up((number.digits - 32 * scale) * 50, 9 * scale)


def _half_up(above: int, below: int) -> int:
    return (2 * above + below) // (2 * below)


def read_number(text: str, *, signs: tuple[tuple[str, ...], ...] = ()) -> Number | None:
    """The number in ``text``, or None.

    The text is normalised by NFKC and trimmed of blanks. Then at most one sign of each
    family in ``signs`` is removed from the end. ``,`` ``.`` ``。`` ``·`` between digits
    is the decimal point. Exponents, plus, minus and digits other than 0-9 are not read.
    """
    return _number(_bare(text, signs))


def _bare(text: str, signs: tuple[tuple[str, ...], ...]) -> str:
    bare = _trimmed(nfkc(text.translate(_RING)).lower())
    for family in signs:
        sign = next((sign for sign in family if bare.endswith(sign)), "")
        bare = _trimmed(bare.removesuffix(sign))
    return bare


def _trimmed(text: str) -> str:
    return text.strip(BLANKS + INVISIBLE)


def _number(text: str) -> Number | None:
    if not text or len(text) > _LONGEST:
        return None
    points = [place for place, char in enumerate(text) if char in _POINTS]
    if len(points) > 1:
        return None
    point = points[0] if points else len(text)
    whole, part = text[:point], text[point + 1 :]
    if not whole or (points and not part):
        return None
    if any(char not in _DIGITS for char in whole + part):
        return None
    return Number(int(whole + part), len(part))


def say_tenths(tenths: int) -> str:
    """``380`` as ``"38.0"``."""
    return f"{tenths // 10}.{tenths % 10}"


def read_measure(
    text: str,
    least: int,
    most: int,
    *,
    pressure: str | None = None,
    signs: tuple[tuple[str, ...], ...] = READING_SIGNS,
) -> int | None:
    """Tenths of a home reading such as SpO2 or systolic pressure, rounded down.

    None if ``text`` is not a number or is implausible, outside ``least``-``most``. It
    is rounded down because low values are dangerous: 89.95 is under 90 (rule T33).
    ``pressure`` is ``upper`` or ``lower``: which of two numbers is meant, as in 85/50.
    """
    bare = _bare(text, signs)
    number = _number(bare)
    if number is None and pressure is not None:
        number = _of_two(bare, pressure)
    if number is None or not number.within(least, most):
        return None
    return number.floor_tenths()


def _of_two(text: str, pressure: str) -> Number | None:
    """The upper or the lower of two numbers that may be a blood pressure."""
    parts = next((text.split(one) for one in _BETWEEN_TWO if one in text), [])
    if len(parts) != 2:
        return None
    upper, lower = (_number(_trimmed(part)) for part in parts)
    if upper is None or lower is None or upper.floor_tenths() <= lower.floor_tenths():
        return None
    return upper if pressure == "upper" else lower
