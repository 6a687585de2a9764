"""What is looked for in notes, for a clinician to sign: each sign, its tier, its phrases.

A phrase is printed as the file has it, in the language of the reader. Studies without
signs have flat lists, which are printed alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from portal.protocol.printed.lines import below, named
from portal.protocol.study.model import Study
from portal.protocol.study.rules import WordList
from portal.protocol.study.text import Text, filled, joined, mark, same, worded
from portal.protocol.study.tiers import PAGING

HOW = worded(
    'Parts with "+" between them all stand in one clause, in any order; "|" separates '
    "alternatives. What is denied, long past, only asked about or of somebody else does "
    "not state a sign."
)
STATED = worded("stated by: %(phrases)s")
HIDDEN = worded("but not by: %(phrases)s")
NOTHING = worded("No word of a note is looked for.")
LISTS: tuple[tuple[str, Text], ...] = (
    ("negations", worded("words that deny")),
    ("past", worded("words of the past")),
    ("exceptions", worded("exceptions")),
)


def sign_lines(study: Study) -> Iterator[Text]:
    """Each sign with its tier and phrases, or each list of words."""
    if study.signs:
        yield HOW
    for sign in study.signs:
        title = joined([sign.title, study.policies[sign.tier].title], same(" · "))
        yield named(sign.id, title)
        yield below(filled(STATED, phrases=_listed(sign.phrases)))
        if any(sign.except_in.values()):
            yield below(filled(HIDDEN, phrases=_listed(sign.except_in)))
    if study.words:
        yield from _lists(study)
    elif not study.signs:
        yield NOTHING


def _lists(study: Study) -> Iterator[Text]:
    tiers = tuple((tier.value, study.policies[tier].title) for tier in PAGING)
    for field, title in (*tiers, *LISTS):
        words = {one.language: _words(one, field) for one in study.words}
        if any(words.values()):
            yield joined([title, _listed(words)], mark("colon"))


def _words(words: WordList, field: str) -> tuple[str, ...]:
    found: tuple[str, ...] = getattr(words, field)
    return found


def _listed(phrases: Mapping[str, tuple[str, ...]]) -> Text:
    """The phrases of each language, a dash for none."""
    return Text(
        {language: "; ".join(many) or "–" for language, many in phrases.items()}
    )
