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
    called = same(name)
    pair = (was.title if was else None, now.title if now else None)
    yield from aspects(Part.WORDS, called, [(TITLE, *pair)])
    if was is not None and now is not None and was.tier is not now.tier:
        higher = now.tier.rank > was.tier.rank
        bearing = Bearing.STRICTER if higher else Bearing.CALMER
        tiers = FACT_CODES[was.tier.value], FACT_CODES[now.tier.value]
        yield StudyChange(Part.WORDS, called, TIER, *tiers, bearing)
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


def _all(sign: Sign | None, field: str) -> list[str]:
    by_language = getattr(sign, field) if sign is not None else {}
    return [phrase for phrases in by_language.values() for phrase in phrases]


def _listed(phrases: list[str]) -> Text:
    return joined([same(one) for one in phrases], mark("semicolon"))
