"""The reader of notes as a phone needs it: grammar, spelling, pieces and patterns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal.protocol.study.signs import Lexicon
from portal.protocol.words.heard import (
    folding,
    grammar,
    idioms,
    numerals,
    reading_words,
    spelling,
)
from portal.protocol.words.heard.signs_said import Phrase, Piece, vocabulary


def heard_by_phone(lexicon: Lexicon) -> dict[str, Any]:
    """All data of the reader and the study's signs; values for JSON."""
    words = vocabulary(lexicon.signs, lexicon.forms)
    return {
        "signs": [{"id": name, "tier": tier.value} for name, tier, _, _ in words.signs],
        "hidden": _by_writing([hidden for _, _, _, hidden in words.signs]),
        "phrases": _by_writing([map(_phrase, said) for _, _, said, _ in words.signs]),
        "forms": "".join(form + char for form, char in words.forms.items()),
        "grammar": _constants(grammar),
        "idioms": list(idioms.IDIOMS),
        "folding": {
            "mark": folding.MARK,
            "unseen": folding.UNSEEN,
            "pictures": folding.PICTURES,
            "shorter": [list(pair) for pair in folding.SHORTER],
            "misspelt": spelling.MISSPELT,
            "miswritten": spelling.MISWRITTEN,
        },
        "numerals": _constants(numerals),
        "readings": _constants(reading_words),
    }


def _phrase(phrase: Phrase) -> Piece:
    """A phrase as it stands in the file, folded; its pieces are of one writing."""
    parts = ("|".join(text for text, _ in part) for part in phrase)
    return " + ".join(parts), phrase[0][0][1]


def _by_writing(said: Iterable[Iterable[Piece]]) -> list[list[list[str]]]:
    """The texts of a writing with blanks between words, sign by sign; then the others.

    What is alike stands together, which packs a tenth smaller.
    """
    every = [list(one) for one in said]
    return [
        [[text for text, bare in one if bare is writing] for one in every]
        for writing in (False, True)
    ]


def _constants(module: Any) -> dict[str, Any]:
    """The data of a module, under its names in lower case."""
    return {
        name.lower(): list(value) if isinstance(value, tuple) else value
        for name, value in vars(module).items()
        if name.isupper() and not name.startswith("_")
    }
