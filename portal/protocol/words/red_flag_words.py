"""Red-flag words in a free-text note: which are stated, and which denied or long past.

The words are the study file's ([words.<language>]); this module matches them (rule
T25). A word of a language without blanks is found anywhere, ignoring blanks. A word of
another list is found at the start of a word, and if written ``=fit`` only as a whole
word. An entry of ``exceptions`` hides the words, negations and dates inside it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from portal.languages import LANGUAGES
from portal.protocol.study.rules import WordList
from portal.protocol.words.note import NoteText, Span, plain

CHARACTERS_AWAY = 6
"""Most characters between a negation and a word that it denies, without blanks."""
WORDS_AWAY = 3
"""Most words between a negation and a word that it denies, with blanks."""
CARRIERS = ("or", "或", "和", "、")
"""Connections by which a denial continues from one listed word to the next."""
_LEVELS = ("urgent", "emergency")


@dataclass(frozen=True)
class _Word:
    """A listed word and its position in a note."""

    start: int
    end: int
    level: str
    unspaced: bool


@dataclass(frozen=True)
class _Lists:
    """Prepared word lists: each entry as plain text, and whether blanks are ignored."""

    words: tuple[tuple[str, str, bool], ...]
    negations: tuple[tuple[str, bool], ...]
    past: tuple[tuple[str, bool], ...]
    exceptions: tuple[tuple[str, bool], ...]


def note_words(note: str, lists: Sequence[WordList]) -> frozenset[str]:
    """What the red-flag words of ``note`` say.

    The result has ``emergency`` and ``urgent`` for stated words, and ``negated`` if a
    word is denied or belongs to the past. Each occurrence is judged separately.
    """
    ready = _ready(tuple(lists))
    text = NoteText.of(note)
    hidden = _found(text, ready.exceptions)
    words = _words(text, ready, hidden)
    if not words:
        return frozenset()
    taken = [*hidden, *(Span(word.start, word.end) for word in words)]
    negations = _outside(_negations(text, ready), taken)
    past = _outside(_found(text, ready.past), taken)
    calm = _denied(text, words, negations) | _long_past(text, words, past)
    return frozenset(
        "negated" if place in calm else word.level for place, word in enumerate(words)
    )


@lru_cache(maxsize=16)
def _ready(lists: tuple[WordList, ...]) -> _Lists:
    def each(field: str) -> tuple[tuple[str, bool], ...]:
        return tuple(
            (plain(word), not LANGUAGES[words.language].spaced)
            for words in lists
            for word in getattr(words, field)
        )

    levels = tuple((*one, level) for level in _LEVELS for one in each(level))
    words = tuple((word, level, unspaced) for word, unspaced, level in levels)
    return _Lists(words, each("negations"), each("past"), each("exceptions"))


def _find(text: NoteText, word: str, unspaced: bool) -> list[Span]:
    if unspaced:
        return text.anywhere(word)
    if word.startswith("="):
        return text.whole_word(word[1:])
    return text.word_start(word)


def _found(text: NoteText, entries: Iterable[tuple[str, bool]]) -> list[Span]:
    return [span for word, unspaced in entries for span in _find(text, word, unspaced)]


def _words(text: NoteText, ready: _Lists, hidden: list[Span]) -> list[_Word]:
    """Every listed word, in order, except hidden ones and those inside a longer one."""
    found = [
        _Word(span.start, text.word_end(span.end, unspaced), level, unspaced)
        for word, level, unspaced in ready.words
        for span in _find(text, word, unspaced)
        if not span.inside_any(hidden)
    ]
    found.sort(key=lambda word: (word.start, -word.end, -_LEVELS.index(word.level)))
    kept: list[_Word] = []
    for word in found:
        if not kept or word.end > kept[-1].end or _graver(word, kept[-1]):
            kept.append(word)
    return kept


def _graver(word: _Word, other: _Word) -> bool:
    return _LEVELS.index(word.level) > _LEVELS.index(other.level)


def _negations(text: NoteText, ready: _Lists) -> list[Span]:
    """Negations are whole words, in languages with blanks, or the ending ``n't``."""
    spans: list[Span] = []
    for word, unspaced in ready.negations:
        if unspaced:
            spans += text.anywhere(word)
        elif word.startswith("n't"):
            spans += text.word_ending(word)
        else:
            spans += text.whole_word(word)
    return spans


def _outside(spans: Iterable[Span], taken: Sequence[Span]) -> list[Span]:
    return [span for span in spans if not span.inside_any(taken)]


def _denied(
    text: NoteText, words: Sequence[_Word], negations: Iterable[Span]
) -> set[int]:
    """Indexes of words with a negation shortly before them in the same clause."""
    ends = sorted(span.end for span in negations)
    denied: set[int] = set()
    for place, word in enumerate(words):
        before = bisect_left(ends, word.start + 1)
        if (before and _reaches(text, ends[before - 1], word)) or (
            place - 1 in denied and _carried(text, words[place - 1], word)
        ):
            denied.add(place)
    return denied


def _reaches(text: NoteText, end: int, word: _Word) -> bool:
    if text.clause_ends(end, word.start):
        return False
    if word.unspaced:
        return text.characters(end, word.start) <= CHARACTERS_AWAY
    return text.words(end, word.start) <= WORDS_AWAY


def _carried(text: NoteText, before: _Word, word: _Word) -> bool:
    between = text.folded[before.end : word.start].strip(" ")
    broken = text.clause_ends(before.end, word.start)
    return between in CARRIERS and not broken


def _long_past(
    text: NoteText, words: Sequence[_Word], past: Iterable[Span]
) -> set[int]:
    """Indexes of words in the past: the listed word nearest to each past marker."""
    dated: set[int] = set()
    for marker in past:
        start, end = text.sentence(marker)
        near = [
            (_distance(word, marker), _LEVELS.index(word.level), place)
            for place, word in enumerate(words)
            if start <= word.start and word.end <= end
        ]
        if near and not _is_now(text, marker, words[min(near)[2]]):
            dated.add(min(near)[2])
    return dated


def _distance(word: _Word, marker: Span) -> int:
    return max(word.start - marker.end, marker.start - word.end)


def _is_now(text: NoteText, marker: Span, word: _Word) -> bool:
    """Whether there is a word for the present between the marker and the word."""
    return text.says_now(marker.end, word.start)
