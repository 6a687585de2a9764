"""A note prepared for matching: folded text, its blanks, clauses and sentences.

Blanks, stops and joining words are fixed lists, and lengths count code points, so that
a browser gets the same result.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from portal.characters import BLANKS, INVISIBLE, nfkc

LINE_ENDS = "\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029"
STOPS = ".。!?;"
"""Ends of a sentence; a full stop between two digits is a decimal point instead."""
CLAUSE_STOPS = STOPS + ",()—–"
CLAUSE_WORDS = ("但", "可是", "除了", "然而", "后来", "後來")
CLAUSE_ENGLISH = ("but", "except", "however", "although", "though")
"""Ends of a clause besides stops; a denial before one does not reach beyond it."""
NOW_WORDS = ("今天", "今早", "今晚", "现在", "現在", "刚才", "剛才", "昨天", "昨晚")
NOW_ENGLISH = ("today", "now", "tonight", "yesterday", "last night", "this morning")
"""Words for the present; a word of the past does not reach beyond them."""

_QUOTES = str.maketrans("‘’‛ʼ′`´", "'''''''")
_NOTHING = dict.fromkeys(map(ord, INVISIBLE))
_HYPHENS = "-‐‑"
_DASHES = str.maketrans("－‒―", "-––")


@dataclass(frozen=True)
class Span:
    """Part of the folded text, from ``start`` up to but without ``end``."""

    start: int
    end: int

    def inside_any(self, others: Sequence[Span]) -> bool:
        """Whether the span is completely within one of ``others``."""
        return any(one.start <= self.start and self.end <= one.end for one in others)


def plain(text: str) -> str:
    """``text`` in NFKC and lower case, with straight apostrophes, nothing invisible."""
    straight = text.translate(_QUOTES).translate(_DASHES)
    lower = nfkc(nfkc(straight).casefold())
    return lower.translate(_NOTHING).translate(_QUOTES)


def _is_latin(char: str) -> bool:
    return "a" <= char <= "z"


@dataclass(frozen=True)
class NoteText:
    """A note: ``folded`` has each run of blanks as one blank, ``bare`` has none.

    ``places`` are the positions in ``folded`` of the characters of ``bare``;
    ``clause_places`` and ``sentence_places`` those where a clause or sentence ends.
    """

    folded: str
    bare: str
    places: tuple[int, ...]
    clause_places: tuple[int, ...]
    sentence_places: tuple[int, ...]

    @classmethod
    def of(cls, note: str) -> NoteText:
        """The prepared note."""
        folded, lines = _folded(plain(note))
        places = tuple(place for place, char in enumerate(folded) if char != " ")
        bare = "".join(folded[place] for place in places)
        text = cls(folded, bare, places, (), ())
        sentences = lines + _stops(folded, STOPS)
        spans = [span for word in CLAUSE_WORDS for span in text.anywhere(word)]
        spans += [span for word in CLAUSE_ENGLISH for span in text.whole_word(word)]
        clauses = lines + _stops(folded, CLAUSE_STOPS) + [span.start for span in spans]
        clauses += [place + 1 for place in every(folded, " - ")]
        return cls(
            folded, bare, places, tuple(sorted(clauses)), tuple(sorted(sentences))
        )

    def anywhere(self, word: str) -> list[Span]:
        """Where ``word`` occurs; blanks in the note and in the word are ignored."""
        sought = word.replace(" ", "")
        last = len(sought) - 1
        return [
            Span(self.places[place], self.places[place + last] + 1)
            for place in every(self.bare, sought)
        ]

    def word_start(self, stem: str) -> list[Span]:
        """Where ``stem`` occurs at the start of a Latin word."""
        return [
            Span(place, place + len(stem))
            for place in every(self.folded, stem)
            if not place or not _is_latin(self.folded[place - 1])
        ]

    def whole_word(self, word: str) -> list[Span]:
        """Where ``word`` occurs as a whole Latin word."""
        return [span for span in self.word_start(word) if self._ends_word(span.end)]

    def word_ending(self, ending: str) -> list[Span]:
        """Where a Latin word ends with ``ending``."""
        spans = [
            Span(place, place + len(ending)) for place in every(self.folded, ending)
        ]
        return [span for span in spans if self._ends_word(span.end)]

    def _ends_word(self, end: int) -> bool:
        return not _is_latin(self.folded[end : end + 1])

    def word_end(self, end: int, unspaced: bool) -> int:
        """The end of a word that continues at ``end``, with a stem's last letters."""
        while not unspaced and _is_latin(self.folded[end : end + 1]):
            end += 1
        return end

    def clause_ends(self, start: int, end: int) -> bool:
        """Whether a clause ends between the two positions."""
        nearest = bisect_left(self.clause_places, start)
        return nearest < len(self.clause_places) and self.clause_places[nearest] < end

    def sentence(self, span: Span) -> tuple[int, int]:
        """The start and the end of the sentence with ``span``."""
        after = bisect_left(self.sentence_places, span.start)
        start = self.sentence_places[after - 1] if after else 0
        later = self.sentence_places[after:]
        return start, later[0] if later else len(self.folded)

    def characters(self, start: int, end: int) -> int:
        """The number of characters between two positions, without blanks."""
        return len(self.folded[start:end].replace(" ", ""))

    def words(self, start: int, end: int) -> int:
        """The words between two positions; a Chinese character counts as one."""
        count, inside = 0, False
        for char in self.folded[start:end]:
            latin = char.isascii() and (char.isalnum() or char == "'")
            count += (latin and not inside) or (not char.isascii() and char.isalnum())
            inside = latin
        return count

    def says_now(self, start: int, end: int) -> bool:
        """Whether there is a word for the present between the two positions."""
        between = NoteText(self.folded[start:end], "", (), (), ())
        bare = between.folded.replace(" ", "")
        return any(word in bare for word in NOW_WORDS) or any(
            between.whole_word(word) for word in NOW_ENGLISH
        )


def every(text: str, sought: str) -> list[int]:
    """Every position of ``sought`` in ``text``, also overlapping ones."""
    places: list[int] = []
    place = text.find(sought) if sought else -1
    while place >= 0:
        places.append(place)
        place = text.find(sought, place + 1)
    return places


def _folded(text: str) -> tuple[str, list[int]]:
    """Runs of blanks as one, and the line ends; a hyphen in a word is a blank."""
    folded: list[str] = []
    lines: list[int] = []
    for place, char in enumerate(text):
        joins = char in _HYPHENS and _is_latin(text[max(place - 1, 0) : place])
        if char in BLANKS or (joins and _is_latin(text[place + 1 : place + 2])):
            if char in LINE_ENDS:
                lines.append(len(folded) - (folded[-1:] == [" "]))
            if folded and folded[-1] != " ":
                folded.append(" ")
        else:
            folded.append(char)
    return "".join(folded), lines


def _stops(text: str, stops: str) -> list[int]:
    places = [place for place, char in enumerate(text) if char in stops]
    return [place for place in places if not _is_decimal(text, place)]


def _is_decimal(text: str, place: int) -> bool:
    around = text[max(place - 1, 0) : place] + text[place + 1 : place + 2]
    return text[place] == "." and len(around) == 2 and set(around) <= set("0123456789")


def storable(text: str) -> str:
    """``text`` with NUL and lone surrogates replaced: databases refuse them."""
    return "".join(
        "\ufffd" if char == "\0" or "\ud800" <= char <= "\udfff" else char
        for char in text
    )
