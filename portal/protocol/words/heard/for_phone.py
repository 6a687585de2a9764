"""The reader of notes as a phone needs it: grammar, spelling, pieces and patterns."""

from __future__ import annotations

from typing import Any

from portal.protocol.study.signs import Lexicon
from portal.protocol.words.heard import (
    folding,
    grammar,
    numerals,
    reading_words,
    spelling,
)
from portal.protocol.words.heard.signs_said import Phrase, vocabulary


def heard_by_phone(lexicon: Lexicon) -> dict[str, Any]:
    """All data of the reader and the study's signs; values for JSON."""
    words = vocabulary(lexicon.signs, lexicon.forms)
    return {
        "signs": [
            {
                "id": name,
                "tier": tier.value,
                "phrases": [_phrase(one) for one in phrases],
                "hidden": [list(one) for one in hidden],
            }
            for name, tier, phrases, hidden in words.signs
        ],
        "forms": dict(words.forms),
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


def _phrase(phrase: Phrase) -> list[Any]:
    return [[list(piece) for piece in part] for part in phrase]


def _constants(module: Any) -> dict[str, Any]:
    """The data of a module, under its names in lower case."""
    return {
        name.lower(): list(value) if isinstance(value, tuple) else value
        for name, value in vars(module).items()
        if name.isupper() and not name.startswith("_")
    }
