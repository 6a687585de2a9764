"""One Unicode form for what people type, in time that grows with its length alone.

Ordering the marks on a letter costs the square of their number: a quarter of a megabyte
of them holds the interpreter for many seconds. No writing piles up more than a few
(Unicode's Stream-Safe Text Format, UAX #15, allows 30), so the rest of a pile is let go
before it is ordered, and what carries it stays. Nothing else normalises.
"""

from __future__ import annotations

import unicodedata

MOST_MARKS = 30  # on one letter, as UAX #15 has it
HALF_WIDTH = "\uff9e\uff9f"  # letters themselves, marks once they are normalised


def nfc(text: str) -> str:
    """``text`` composed: what is the same to a reader is the same to a database."""
    return _thinned(unicodedata.normalize("NFC", _thinned(text)))


def nfkc(text: str) -> str:
    """``text`` with look-alikes made one: full-width digits are digits."""
    return _thinned(unicodedata.normalize("NFKC", _thinned(text)))


def _thinned(text: str) -> str:
    """``text`` without the marks past the thirtieth on one letter."""
    if len(text) <= MOST_MARKS or text.isascii():
        return text
    marks = {char for char in set(text) if is_mark(char)}
    return _cut(text, marks) if marks else text


def is_mark(char: str) -> bool:
    """Whether a character stands on the one before it, or would after normalising."""
    return unicodedata.category(char).startswith("M") or char in HALF_WIDTH


def _cut(text: str, marks: set[str]) -> str:
    kept, pile = [], 0
    for char in text:
        pile = pile + 1 if char in marks else 0
        if pile <= MOST_MARKS:
            kept.append(char)
    return "".join(kept)
