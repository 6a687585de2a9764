"""The reader of notes as a phone needs it: grammar, spelling, pieces and patterns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from portal.protocol.study.signs import Lexicon
from portal.protocol.words.heard import (
    folding,
    grammar,
    idioms,
    numerals,
    reading_words,
    spelling,
    typed,
)
from portal.protocol.words.heard.signs_said import Phrase, Piece, vocabulary

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
NEXT, WITH = "_", "*"
"""Between the phrases of a sign, and between the parts of a phrase: no folded text has
them."""


def heard_by_phone(lexicon: Lexicon) -> dict[str, Any]:
    """The study's signs and what only they need, as values for JSON."""
    words = vocabulary(lexicon.signs, lexicon.forms)
    return {
        "signs": [{"id": name, "tier": tier.value} for name, tier, _, _ in words.signs],
        "hidden": _by_writing([hidden for _, _, _, hidden in words.signs]),
        "phrases": _by_writing([map(_phrase, said) for _, _, said, _ in words.signs]),
        "forms": _forms(words.forms),
        "grammar": _constants(grammar),
        "idioms": list(idioms.IDIOMS),
        "readings": _constants(reading_words),
    }


def typed_on_phone() -> dict[str, Any]:
    """What every study needs, so that a field reads numbers as a note does."""
    return {
        "folding": {
            "mark": folding.MARK,
            "unseen": folding.UNSEEN,
            "pictures": folding.PICTURES,
            "shorter": [list(pair) for pair in folding.SHORTER],
            "misspelt": spelling.MISSPELT,
            "miswritten": spelling.MISWRITTEN,
        },
        "numerals": _constants(numerals),
        "whole": reading_words.WHOLE,
        "forms": _forms(typed.FORMS),
    }


def _phrase(phrase: Phrase) -> Piece:
    """A phrase of the file, folded; its pieces are of one writing, in any order."""
    parts = ("|".join(sorted(text for text, _ in part)) for part in phrase)
    return WITH.join(parts), phrase[0][0][1]


def _by_writing(said: Iterable[Iterable[Piece]]) -> list[list[str]]:
    """The texts of a writing with blanks between words, sign by sign; then the others.

    What is alike stands together, which packs a tenth smaller.
    """
    every = [list(one) for one in said]
    return [
        [NEXT.join(sorted(t for t, bare in one if bare is writing)) for one in every]
        for writing in (False, True)
    ]


def base36(number: int) -> str:
    """A whole number from 0 on in few characters, which a browser reads."""
    higher, digit = divmod(number, 36)
    return (base36(higher) if higher else "") + _DIGITS[digit]


def _forms(forms: Mapping[str, str]) -> list[str]:
    """Traditional characters, each as what it is more than the last, and the others."""
    every = sorted(forms.items())
    codes = [0, *(ord(form) for form, _ in every)]
    steps = (base36(one - last) for last, one in pairwise(codes))
    return [" ".join(steps), "".join(char for _, char in every)]


def _constants(module: Any) -> dict[str, Any]:
    """The data of a module, under its names in lower case."""
    return {
        name.lower(): list(value) if isinstance(value, tuple) else value
        for name, value in vars(module).items()
        if name.isupper() and not name.startswith("_")
    }
