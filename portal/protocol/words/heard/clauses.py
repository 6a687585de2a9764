"""A folded note as the signs are sought in it: clauses, and where pieces stand."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache

from portal.protocol.words.heard.folding import folded
from portal.protocol.words.heard.grammar import CLAUSE_STOPS, CONNECTIVES, STOPS
from portal.protocol.words.note import every

Span = tuple[int, int]
"""From the first position up to but without the second."""
_DIGITS = "0123456789"


def is_latin(char: str) -> bool:
    """Whether a folded character belongs to a Latin word."""
    return "a" <= char <= "z"


@dataclass(frozen=True)
class Clauses:
    """A folded text; ``bare`` is without blanks, ``places`` are its positions.

    ``ends`` are the positions in ``text`` where a clause ends, ``stops`` those where a
    sentence does.
    """

    text: str
    bare: str = ""
    places: tuple[int, ...] = ()
    ends: list[int] = field(default_factory=list)
    stops: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, note: str, forms: dict[str, str]) -> Clauses:
        """The note, folded and divided."""
        text = folded(note, forms)
        places = tuple(place for place, char in enumerate(text) if char != " ")
        bare = "".join(text[place] for place in places)
        made = cls(text, bare, places)
        stops = [place for place, char in enumerate(text) if char in CLAUSE_STOPS]
        stops = [place for place in stops if not _is_decimal(text, place)]
        words = [
            span[0] for one in CONNECTIVES for span in made.spans(one, one[0] > "~")
        ]
        made.ends.extend(sorted({*stops, *words}))
        made.stops.extend(place for place in stops if text[place] in STOPS)
        return made

    def spans(self, piece: str, unspaced: bool) -> list[Span]:
        """Where ``piece`` stands: anywhere, at the start of a word, or as a word."""
        sought = core_of(piece, unspaced)
        if unspaced:
            return [
                (self.places[at], self.places[at + len(sought) - 1] + 1)
                for at in every(self.bare, sought)
            ]
        found = [
            (at, self.word_end(at + len(sought)))
            for at in every(self.text, sought)
            if not at or not is_latin(self.text[at - 1]) or not is_latin(sought[0])
        ]
        whole = piece.startswith("=")
        return [one for one in found if not whole or one[1] == one[0] + len(sought)]

    def word_end(self, end: int) -> int:
        """The end of the Latin word that goes on at ``end``."""
        while is_latin(self.text[end : end + 1]):
            end += 1
        return end

    def clause(self, place: int) -> int:
        """The number of the clause with this position."""
        return bisect_left(self.ends, place + 1)

    def clause_span(self, place: int) -> Span:
        """Where the clause with this position begins and ends."""
        return _between(self.ends, place, len(self.text))

    def sentence_span(self, place: int) -> Span:
        """Where the sentence with this position begins and ends."""
        return _between(self.stops, place, len(self.text))


def core_of(piece: str, unspaced: bool) -> str:
    """What a text contains wherever ``piece`` stands: without blanks, or without ``=``."""
    return piece.replace(" ", "") if unspaced else piece.removeprefix("=")


def stretch(text: str, place: int, start: int, end: int) -> Span:
    """The part around a position in which nobody changes the subject.

    It ends at stops, and at a blank after a Chinese character.
    """
    cuts = _cuts(text)
    before, after = bisect_left(cuts, place) - 1, bisect_left(cuts, place)
    first = cuts[before] + 1 if before >= 0 else start
    last = cuts[after] if after < len(cuts) else end
    return max(first, start), min(last, end)


@lru_cache(maxsize=16)
def _cuts(text: str) -> tuple[int, ...]:
    """Where the subject may change: found once for all words of a note."""
    return tuple(
        place
        for place, char in enumerate(text)
        if char in ",。!?;\n" or (char == " " and text[place - 1 : place] > "~")
    )


def _between(ends: list[int], place: int, length: int) -> Span:
    after = bisect_left(ends, place + 1)
    start = ends[after - 1] if after else 0
    return start, ends[after] if after < len(ends) else length


def _is_decimal(text: str, place: int) -> bool:
    around = text[max(place - 1, 0) : place] + text[place + 1 : place + 2]
    return text[place] in ".," and len(around) == 2 and set(around) <= set(_DIGITS)
