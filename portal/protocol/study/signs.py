"""The signs that a study looks for in what people write, as frozen data.

A phrase is one or several parts with `` + `` between them, which all stand in one
clause, in any order: ``手|脚 + 麻|没力``. A part has alternatives with ``|`` between
them. Of a language with blanks an alternative is found at the start of a word, and
written ``=fit`` only as a whole word; of another language it is found anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.protocol.study.rules import WordList
from portal.protocol.study.text import Text
from portal.protocol.study.tiers import Tier

Part = tuple[str, ...]
"""Alternatives, one of which must occur."""


@dataclass(frozen=True)
class Sign:
    """One sign: its tier, the phrases that state it, the phrases that only look so.

    ``phrases`` and ``except_in`` are by language; a phrase of ``except_in`` hides what
    stands inside it. ``fires`` and ``silent`` are the sign's examples: notes that state
    it, and notes that do not.
    """

    id: str
    title: Text
    tier: Tier
    phrases: Mapping[str, tuple[str, ...]]
    except_in: Mapping[str, tuple[str, ...]]
    fires: tuple[str, ...]
    silent: tuple[str, ...]

    @property
    def sought(self) -> tuple[tuple[str, ...], ...]:
        """The phrases of each language, and those that hide."""
        return (*self.phrases.values(), *self.except_in.values())


@dataclass(frozen=True)
class Lexicon:
    """What a study looks for in notes: its signs, or the flat lists of before.

    ``forms`` are the traditional characters of the signs, each with the simplified one.
    """

    lists: tuple[WordList, ...] = ()
    signs: tuple[Sign, ...] = ()
    forms: Mapping[str, str] = field(default_factory=dict)


def parts_of(phrase: str) -> tuple[Part, ...]:
    """The parts of a phrase, each with its alternatives."""
    return tuple(
        tuple(one.strip() for one in part.split("|") if one.strip())
        for part in phrase.split(" + ")
    )
