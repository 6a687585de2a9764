"""Answers whose own words, written in a note, are judged worse than the tick.

A machine may raise what somebody writes, so this is no fault: the author looks whether it
is meant. Words that come out calmer than the tick are a fault (``checks.signs``).
"""

from __future__ import annotations

from collections.abc import Iterator

from portal.protocol.checks.signs import Notes, in_words, tier_of
from portal.protocol.study.file.toml_tables import KeyFault
from portal.protocol.study.form import Choice, Item, ItemKind
from portal.protocol.study.model import Study


def stronger_notes(study: Study) -> Iterator[KeyFault]:
    """One sentence for each item some of whose answers are judged worse as a note.

    What says that nothing is wrong is left out: its words name what is not there. A
    study without signs has none.
    """
    if not study.signs or not study.of_kind(ItemKind.TEXT):
        return
    notes = Notes(study)
    for item in study.items.values():
        if item.unheard is None and item.kind not in (ItemKind.TEXT, ItemKind.DOSE):
            told = [
                said
                for choice in item.choices
                if not item.is_calm(choice.code)
                for said in _stronger(study, notes, item, choice)
            ]
            if told:
                sentence = f"worse in a note than ticked: {'; '.join(told)}."
                yield KeyFault(f"item.{item.id}.choices", sentence)


def _stronger(study: Study, notes: Notes, item: Item, choice: Choice) -> Iterator[str]:
    """How an answer is judged in the languages in which its words are worse."""
    code = [choice.code] if item.kind is ItemKind.MULTI else choice.code
    for language in study.languages:
        note = in_words(item, choice, language)
        found: dict[str, list[str]] = {}
        for phase in study.phases:
            ticked = tier_of(study, phase.code, {item.id: code})
            written = notes.tier(phase.code, note)
            if written.rank > ticked.rank:
                said = f"{written}, ticked {ticked}"
                found.setdefault(said, []).append(phase.code)
        for said, phases in found.items():
            yield f'"{choice.label.say(language)}" {said} in {", ".join(phases)}'
