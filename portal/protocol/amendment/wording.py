"""Messages, texts and calls of two versions, and the words that are looked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields

from portal.protocol.amendment.change import Bearing, Part, StudyChange, aspects
from portal.protocol.study.model import Study
from portal.protocol.study.rules import WordList
from portal.protocol.study.text import (
    PageSentence,
    SmsTemplate,
    Text,
    joined,
    mark,
    same,
    worded,
)

WORDING, VARIABLES = worded("wording"), worded("variables")
BESIDE = worded("beside the tier's own")
YES = {True: worded("yes"), False: worded("no")}
SEGMENTS = worded("maximum segments")
LISTS = {
    "emergency": (worded("emergency words"), Bearing.STRICTER),
    "urgent": (worded("urgent words"), Bearing.STRICTER),
    "negations": (worded("words that negate"), Bearing.CALMER),
    "past": (worded("words of the past"), Bearing.CALMER),
    "exceptions": (worded("exceptions"), Bearing.CALMER),
}
"""Each list, with the effect of adding a word to it."""
OPPOSITE = {Bearing.STRICTER: Bearing.CALMER, Bearing.CALMER: Bearing.STRICTER}


def message_changes(old: Study, new: Study) -> Iterator[StudyChange]:
    """Changes of the sentences on pages and cards, by id."""
    yield from _wordings(Part.MESSAGES, old.messages, new.messages)
    for name in old.messages.keys() & new.messages.keys():
        was, now = old.messages[name].beside, new.messages[name].beside
        yield from aspects(Part.MESSAGES, same(name), [(BESIDE, YES[was], YES[now])])


def text_changes(old: Study, new: Study) -> Iterator[StudyChange]:
    """Changes of the texts and calls, by id."""
    yield from _wordings(Part.TEXTS, old.texts, new.texts)
    for name in old.texts.keys() & new.texts.keys():
        was, now = old.texts[name], new.texts[name]
        pairs = [
            (VARIABLES, same(", ".join(was.variables)), same(", ".join(now.variables))),
            (SEGMENTS, same(str(was.max_segments)), same(str(now.max_segments))),
        ]
        yield from aspects(Part.TEXTS, same(name), pairs)


def _wordings(
    part: Part,
    old: Mapping[str, PageSentence] | Mapping[str, SmsTemplate],
    new: Mapping[str, PageSentence] | Mapping[str, SmsTemplate],
) -> Iterator[StudyChange]:
    for name in dict.fromkeys([*old, *new]):
        was = old[name].text if name in old else None
        now = new[name].text if name in new else None
        yield from aspects(part, same(name), [(WORDING, was, now)])


def word_changes(old: Study, new: Study) -> Iterator[StudyChange]:
    """The words that were added to or removed from each list."""
    before = {words.language: words for words in old.words}
    after = {words.language: words for words in new.words}
    for language in dict.fromkeys([*before, *after]):
        empty = WordList(language, (), (), (), (), ())
        yield from _list_changes(
            before.get(language, empty), after.get(language, empty)
        )


def _list_changes(was: WordList, now: WordList) -> Iterator[StudyChange]:
    for one in fields(WordList):
        if one.name not in LISTS:
            continue
        aspect, added = LISTS[one.name]
        before, after = getattr(was, one.name), getattr(now, one.name)
        come = [word for word in after if word not in before]
        gone = [word for word in before if word not in after]
        name = same(now.language)
        if come:
            yield StudyChange(Part.WORDS, name, aspect, None, _listed(come), added)
        if gone:
            less = OPPOSITE[added]
            yield StudyChange(Part.WORDS, name, aspect, _listed(gone), None, less)


def _listed(words: list[str]) -> Text:
    return joined([same(word) for word in words], mark("listed"))
