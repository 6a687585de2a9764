"""Facts of what a person wrote: the signs that a note states, the readings it tells.

A study with flat word lists is read as it was approved: by them alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from portal.protocol.study.form import Item, ItemKind
from portal.protocol.study.signs import Lexicon
from portal.protocol.triage.facts.names import NOTE_SIGNS
from portal.protocol.words.heard.readings import Readings, readings
from portal.protocol.words.heard.signs_said import NEGATED, signs_said, vocabulary
from portal.protocol.words.numbers import say_tenths
from portal.protocol.words.red_flag_words import note_words

Answers = Mapping[str, object]
Facts = dict[str, object]


def note_facts(
    items: Mapping[str, Item], lexicon: Lexicon, answers: Answers, so_far: Facts
) -> Facts:
    """The facts of the notes among ``answers``; ``so_far`` are those of the others.

    A temperature in a note counts for ``reading``, and the only one is also the first
    temperature of the study, if nothing was answered there.
    """
    notes = [
        str(answers[item.id])
        for item in items.values()
        if item.kind is ItemKind.TEXT and item.id in answers
    ]
    if not lexicon.signs:
        listed = {said for note in notes for said in note_words(note, lexicon.lists)}
        return {"note_words": sorted(listed)}
    words = vocabulary(lexicon.signs, lexicon.forms)
    said = [signs_said(note, words) for note in notes]
    found = {tier.value for one in said for tier in one.tiers}
    found |= {NEGATED for one in said if one.negated}
    facts: Facts = {
        "note_words": sorted(found),
        NOTE_SIGNS: sorted({name for one in said for name in one.signs}),
    }
    told = [readings(note) for note in notes]
    return facts | dict(_measures(told)) | dict(_temperatures(items, told, so_far))


def _measures(told: list[Readings]) -> Iterator[tuple[str, object]]:
    oxygen = [value for one in told for value in one.oxygen]
    systolic = [value for one in told for value in one.systolic]
    pulse = [value for one in told for value in one.pulse]
    for name, values in (
        ("said_oxygen", oxygen),
        ("said_systolic", systolic),
        ("said_pulse_low", pulse),
    ):
        if values:
            yield name, say_tenths(min(values) * 10)
    for name, values in (("said_systolic_high", systolic), ("said_pulse_high", pulse)):
        if values:
            yield name, say_tenths(max(values) * 10)


def _temperatures(
    items: Mapping[str, Item], told: list[Readings], so_far: Facts
) -> Iterator[tuple[str, object]]:
    read = [one.tenths for note in told for one in note.temperatures]
    tenths = [one for one in read if one is not None]
    if not tenths:
        return
    known = so_far.get("reading")
    before = int(str(known).replace(".", "")) if known is not None else 0
    yield "reading", say_tenths(max(*tenths, before))
    first = next((i.id for i in items.values() if i.kind is ItemKind.TEMPERATURE), None)
    if first and first not in so_far and len(tenths) == 1:
        yield first, say_tenths(tenths[0])
