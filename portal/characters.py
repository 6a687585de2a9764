"""Which characters count as a blank or as nothing, and the Unicode form of typed text.

Normalising takes time that grows with the length only. Ordering the marks on one letter
costs the square of their number: a quarter of a megabyte of marks would block the
interpreter for many seconds. No script needs more than a few (Unicode's Stream-Safe
Text Format, UAX #15, allows 30), so the marks after the thirtieth are dropped before
the ordering, and the letter stays. No other module normalises.
"""

from __future__ import annotations

import unicodedata

BLANKS = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005"
    "\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""What counts as a blank. A fixed list, because programming languages differ on it."""
INVISIBLE = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f"
    "\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068"
    "\u2069\u3164\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07\ufe08\ufe09\ufe0a"
    "\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f\ufeff"
)
"""Characters without width; pasted text often contains them."""
MOST_MARKS = 30  # on one letter, as in UAX #15
HALF_WIDTH = "\uff9e\uff9f"  # letters that become marks when normalised


def nfc(text: str) -> str:
    """``text`` composed: texts that look the same are stored the same."""
    return _thinned(unicodedata.normalize("NFC", _thinned(text)))


def nfkc(text: str) -> str:
    """``text`` with variants replaced by one form: full-width digits become digits."""
    return _thinned(unicodedata.normalize("NFKC", _thinned(text)))


def _thinned(text: str) -> str:
    """``text`` without the marks after the thirtieth on one letter."""
    if len(text) <= MOST_MARKS or text.isascii():
        return text
    marks = {char for char in set(text) if is_mark(char)}
    return _cut(text, marks) if marks else text


def is_mark(char: str) -> bool:
    """Whether a character is a mark on the one before it, also after normalising."""
    return unicodedata.category(char).startswith("M") or char in HALF_WIDTH


def _cut(text: str, marks: set[str]) -> str:
    kept, pile = [], 0
    for char in text:
        pile = pile + 1 if char in marks else 0
        if pile <= MOST_MARKS:
            kept.append(char)
    return "".join(kept)
