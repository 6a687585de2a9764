"""Which signs of a study a note states, and whether it names one that it denies."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Generic, TypeVar

from portal.languages import LANGUAGES
from portal.protocol.study.signs import Sign, parts_of
from portal.protocol.study.tiers import Tier
from portal.protocol.words.heard.clauses import Clauses, Span, core_of
from portal.protocol.words.heard.denials import denied_in, is_calm
from portal.protocol.words.heard.folding import folded
from portal.protocol.words.heard.forms import READERS
from portal.protocol.words.heard.grammar import REACH
from portal.protocol.words.heard.idioms import IDIOMS
from portal.protocol.words.heard.patterns import searches

T = TypeVar("T")
NEGATED = "negated"
_IDIOMS = searches(IDIOMS)
Piece = tuple[str, bool]
"""What is sought, folded, and whether its language is written without blanks."""
Phrase = tuple[tuple[Piece, ...], ...]
"""Its parts, each with its alternatives."""


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The signs as they are sought: all that two sides need."""

    signs: tuple[tuple[str, Tier, tuple[Phrase, ...], tuple[Piece, ...]], ...]
    forms: Mapping[str, str]

    @cached_property
    def alone(self) -> frozenset[Piece]:
        """The pieces that state a sign by themselves."""
        return frozenset(
            one
            for _, _, phrases, _ in self.signs
            for phrase in phrases
            if len(phrase) == 1
            for one in phrase[0]
        )

    @cached_property
    def cores(self) -> tuple[tuple[Piece, str], ...]:
        """Everything that is sought, each piece once, with what a text must contain."""
        pieces = {
            piece
            for _, _, phrases, hidden in self.signs
            for piece in (
                *hidden,
                *(one for phrase in phrases for part in phrase for one in part),
            )
        }
        return tuple((piece, core_of(*piece)) for piece in pieces)


@dataclass(frozen=True)
class SignsSaid:
    """The signs that a note states, with their tiers; ``negated``: it names others."""

    signs: tuple[str, ...]
    tiers: frozenset[Tier]
    negated: bool


def vocabulary(signs: tuple[Sign, ...], forms: Mapping[str, str]) -> Vocabulary:
    """The signs folded as a note is, ready to be sought."""
    return _of_these(_Same(signs), _Same(forms))


@dataclass(frozen=True, eq=False)
class _Same(Generic[T]):
    """An object that never changes: the same one is found without a look inside."""

    one: T

    def __hash__(self) -> int:
        return id(self.one)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.one is self.one


@lru_cache(maxsize=64)
def _of_these(
    signs: _Same[tuple[Sign, ...]], forms: _Same[Mapping[str, str]]
) -> Vocabulary:
    return _vocabulary(tuple(map(_Key, signs.one)), tuple(sorted(forms.one.items())))


@dataclass(frozen=True, eq=False)
class _Key:
    """A sign, whose mappings have no hash: of a study read again it is the same."""

    sign: Sign

    def __hash__(self) -> int:
        return hash(self.sign.id)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Key):
            return False
        return other.sign is self.sign or other.sign == self.sign


@lru_cache(maxsize=64)
def _vocabulary(
    keys: tuple[_Key, ...], forms: tuple[tuple[str, str], ...]
) -> Vocabulary:
    table = READERS | dict(forms)
    made = tuple(
        (
            one.sign.id,
            one.sign.tier,
            tuple(
                tuple(tuple(_pieces(part, language, table)) for part in parts_of(said))
                for language, many in one.sign.phrases.items()
                for said in many
            ),
            tuple(
                piece
                for language, many in one.sign.except_in.items()
                for piece in _pieces(many, language, table)
            ),
        )
        for one in keys
    )
    return Vocabulary(made, table)


def _pieces(
    said: Iterable[str], language: str, forms: dict[str, str]
) -> Iterable[Piece]:
    unspaced = not LANGUAGES[language].spaced
    for one in said:
        whole = "=" if one.startswith("=") else ""
        yield whole + folded(one.removeprefix("="), forms), unspaced


@lru_cache(maxsize=512)
def signs_said(note: str, words: Vocabulary) -> SignsSaid:
    """What a note states of the signs; each occurrence is judged by itself."""
    text = Clauses.of(note, dict(words.forms))
    found = _found(text, words)
    if not found:
        return SignsSaid((), frozenset(), negated=False)
    whole = {span for one in found.keys() & words.alone for span in found[one]}
    every = [span for spans in found.values() for span in spans]
    denied = denied_in(text, every, whole)
    calm: dict[tuple[Span, bool], bool] = {}
    said: list[tuple[str, Tier]] = []
    negated = False
    idioms = [one.span() for idiom in _IDIOMS for one in idiom.finditer(text.text)]
    for name, tier, phrases, hidden in words.signs:
        hides = idioms + [one for piece in hidden for one in found.get(piece, ())]
        may_be_over = tier is not Tier.EMERGENCY
        look = _Look(text, found, denied, hides, calm, may_be_over)
        near = (one for one in phrases if not found.keys().isdisjoint(one[0]))
        came = [look.of(phrase) for phrase in near]
        if True in came:
            said.append((name, tier))
        negated = negated or False in came
    return SignsSaid(
        tuple(name for name, _ in said), frozenset(tier for _, tier in said), negated
    )


def _found(text: Clauses, words: Vocabulary) -> Mapping[Piece, list[Span]]:
    """Where each piece stands; most stand nowhere, which is seen at once."""
    within = {True: text.bare, False: text.text}
    cores = (one for one, core in words.cores if core in within[one[1]])
    spans = {piece: text.spans(*piece) for piece in cores}
    return {piece: where for piece, where in spans.items() if where}


@dataclass(frozen=True)
class _Look:
    """One sign sought in a note; ``calm`` is what was found out for any sign."""

    text: Clauses
    found: Mapping[Piece, list[Span]]
    denied: frozenset[Span]
    hides: list[Span]
    calm: dict[tuple[Span, bool], bool]
    may_be_over: bool

    def of(self, phrase: Phrase) -> bool | None:
        """Whether the phrase is stated; False: only denied or past; None: not there."""
        named, stated = [], []
        for part in phrase:
            spans = [
                (span, piece[1])
                for piece in part
                for span in self.found.get(piece, ())
                if not any(
                    one[0] <= span[0] and span[1] <= one[1] for one in self.hides
                )
            ]
            if not spans:
                return None
            named.append(sorted(spans))
            stated.append(sorted(one for one in spans if not self._is_calm(one[0])))
        if all(stated) and self._meet(stated):
            return True
        return False if self._meet(named) else None

    def _is_calm(self, span: Span) -> bool:
        known = (span, self.may_be_over)
        if known not in self.calm:
            self.calm[known] = is_calm(
                self.text, span, span in self.denied, may_be_over=self.may_be_over
            )
        return self.calm[known]

    def _meet(self, parts: list[list[tuple[Span, bool]]]) -> bool:
        """Whether one of the first part has one of each other near it, in its clause."""
        first, *others = parts
        return any(all(self._near(one, other) for other in others) for one in first)

    def _near(self, one: tuple[Span, bool], others: list[tuple[Span, bool]]) -> bool:
        (start, end), unspaced = one
        reach = REACH["unspaced" if unspaced else "spaced"]
        clause = self.text.clause(start)
        at = bisect_left(others, ((start - 2 * reach, 0), False))
        for (begin, close), _ in others[at:]:
            if begin > end + reach:
                return False
            apart = begin - end if begin >= end else start - close
            if 0 <= apart <= reach and self.text.clause(begin) == clause:
                return True
        return False
