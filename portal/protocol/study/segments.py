"""How many parts a text message takes: GSM 03.38 and UCS-2, with concatenation."""

from __future__ import annotations

from collections.abc import Iterable

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = "\f^{}\\[~]|€"
_COSTS = {**dict.fromkeys(_BASIC, 1), **dict.fromkeys(_EXTENDED, 2)}
GSM7, UCS2 = "GSM-7", "UCS-2"


def segments(text: str) -> tuple[str, int]:
    """The encoding a provider will choose, and the parts it will charge for.

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
