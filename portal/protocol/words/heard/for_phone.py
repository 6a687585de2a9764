"""The reader of notes as a phone needs it: grammar, spelling, pieces and patterns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal.protocol.study.signs import Lexicon
from portal.protocol.words.heard import (
    folding,
    grammar,
    numerals,
    reading_words,
    spelling,
)
from portal.protocol.words.heard.signs_said import Phrase, Piece, vocabulary


def heard_by_phone(lexicon: Lexicon) -> dict[str, Any]:
    """All data of the reader and the study's signs; values for JSON."""
    words = vocabulary(lexicon.signs, lexicon.forms)
    return {
        "signs": [
            {
                "id": name,
                "tier": tier.value,
                "phrases": _by_writing(map(_phrase, phrases)),
                "hidden": _by_writing(hidden),
            }
            for name, tier, phrases, hidden in words.signs
        ],
        "forms": "".join(form + char for form, char in words.forms.items()),
        "grammar": _constants(grammar),
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


def _by_writing(said: Iterable[Piece]) -> list[list[str]]:
    """The texts of a writing with blanks between words, and of one without."""
    every = list(said)
    return [[text for text, bare in every if bare is one] for one in (False, True)]


def _constants(module: Any) -> dict[str, Any]:
    """The data of a module, under its names in lower case."""
    return {
        name.lower(): list(value) if isinstance(value, tuple) else value
        for name, value in vars(module).items()
        if name.isupper() and not name.startswith("_")
    }
