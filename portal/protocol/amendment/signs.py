"""What two versions of a study look for in notes: signs, sign by sign."""

from __future__ import annotations

from collections.abc import Iterator

from portal.protocol.amendment.change import Bearing, Part, StudyChange, aspects
from portal.protocol.study.model import Study
from portal.protocol.study.signs import Sign
from portal.protocol.study.text import Text, joined, mark, same, worded
from portal.protocol.triage.fact_words import FACT_CODES

PHRASES, EXCEPTIONS = worded("phrases"), worded("exceptions")
TITLE, TIER = worded("title"), worded("tier")


def sign_changes(old: Study, new: Study) -> Iterator[StudyChange]:
    """The signs that came, went, or state more or less than before."""
    before = {sign.id: sign for sign in old.signs}
    after = {sign.id: sign for sign in new.signs}
    for name in dict.fromkeys([*before, *after]):
        yield from _changes(name, before.get(name), after.get(name))


def _changes(name: str, was: Sign | None, now: Sign | None) -> Iterator[StudyChange]:
    either = [one.title for one in (now, was) if one is not None]
    called = joined([same(name), *either[:1]], same(" "))
    if was is not None and now is not None:
        yield from aspects(Part.WORDS, called, [(TITLE, was.title, now.title)])
    yield from _tiers(called, was, now)
    for aspect, more, field in (
        (PHRASES, Bearing.STRICTER, "phrases"),
        (EXCEPTIONS, Bearing.CALMER, "except_in"),
    ):
        less = Bearing.CALMER if more is Bearing.STRICTER else Bearing.STRICTER
        first, second = _all(was, field), _all(now, field)
        if come := [one for one in second if one not in first]:
            yield StudyChange(Part.WORDS, called, aspect, None, _listed(come), more)
        if gone := [one for one in first if one not in second]:
            yield StudyChange(Part.WORDS, called, aspect, _listed(gone), None, less)


def _tiers(called: Text, was: Sign | None, now: Sign | None) -> Iterator[StudyChange]:
    """Another tier; of a sign that came or went too, for its phrases do not say it."""
    ranks = [one.tier.rank if one is not None else -1 for one in (was, now)]
    if ranks[0] != ranks[1]:
        bearing = Bearing.STRICTER if ranks[0] < ranks[1] else Bearing.CALMER
        words = _tier(was), _tier(now)
        yield StudyChange(Part.WORDS, called, TIER, *words, bearing)


def _tier(sign: Sign | None) -> Text | None:
    return FACT_CODES[sign.tier.value] if sign is not None else None


def _all(sign: Sign | None, field: str) -> list[str]:
    by_language = getattr(sign, field) if sign is not None else {}
    return [phrase for phrases in by_language.values() for phrase in phrases]


def _listed(phrases: list[str]) -> Text:
    return joined([same(one) for one in phrases], mark("semicolon"))
