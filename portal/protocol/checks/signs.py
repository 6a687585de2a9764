"""Faults of what a study looks for in notes: signs that are silent, answers unheard.

The list proves itself. Each sign has notes that state it and notes that do not. And the
words of every answer, written as a note, reach the tier that the answer has alone: who
writes instead of ticking is heard as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from portal.errors import EntryRefused
from portal.languages import LANGUAGES
from portal.protocol.study.file.toml_tables import KeyFault
from portal.protocol.study.form import Choice, Item, ItemKind
from portal.protocol.study.model import Study
from portal.protocol.study.signs import Sign, parts_of
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.facts.notes import note_facts
from portal.protocol.triage.judge import judge
from portal.protocol.words.heard.nearest import why_unsaid
from portal.protocol.words.heard.signs_said import signs_said, vocabulary
from portal.vocabulary.diary import EntrySource

_ID = re.compile("[a-z][a-z0-9_]*")
_ASKED = " ?？"


def sign_faults(study: Study) -> Iterator[KeyFault]:
    """Every fault of the study's signs; nothing for a study without them."""
    if not study.signs:
        return
    if study.words:
        yield KeyFault("words", "there are signs: state these words there.")
    for sign in study.signs:
        yield from _form_faults(sign)
        yield from _example_faults(study, sign)
    if not study.of_kind(ItemKind.TEXT):
        said = 'signs are sought in a note: ask for one, with kind = "text".'
        yield KeyFault("sign", said)
        return
    notes = Notes(study)
    for item in study.items.values():
        yield from _item_faults(study, item, notes)


def _form_faults(sign: Sign) -> Iterator[KeyFault]:
    key = f"sign.{sign.id}"
    if not _ID.fullmatch(sign.id):
        said = "a sign's id is a small letter, then small letters, digits and _."
        yield KeyFault(key, said)
    for language, phrases in sign.phrases.items():
        for phrase in phrases:
            parts = parts_of(phrase)
            if not all(parts):
                yield KeyFault(f"{key}.{language}", f'"{phrase}" has an empty part.')
            alone = parts[0] if len(parts) == 1 else ()
            if any(len(one.removeprefix("=")) < 2 for one in alone):
                said = f'"{phrase}" is one character: it would be found everywhere.'
                yield KeyFault(f"{key}.{language}", said)


def _example_faults(study: Study, sign: Sign) -> Iterator[KeyFault]:
    words = vocabulary(study.signs, study.forms)
    for note in sign.fires:
        if sign.id not in signs_said(note, words).signs:
            why = why_unsaid(note, sign, study.lexicon)
            said = f'"{note}" does not state it{why}'
            yield KeyFault(f"sign.{sign.id}.fires", said)
    for note in sign.silent:
        if sign.id in signs_said(note, words).signs:
            yield KeyFault(f"sign.{sign.id}.silent", f'"{note}" states it.')


def _item_faults(study: Study, item: Item, notes: Notes) -> Iterator[KeyFault]:
    if item.unheard is not None or item.kind in (ItemKind.TEXT, ItemKind.DOSE):
        return
    for choice in item.choices:
        code = [choice.code] if item.kind is ItemKind.MULTI else choice.code
        ticked = {p.code: tier_of(study, p.code, {item.id: code}) for p in study.phases}
        raised = {
            phase: one for phase, one in ticked.items() if one is not Tier.ROUTINE
        }
        for language in study.languages:
            note = in_words(item, choice, language)
            calmer: dict[tuple[Tier, Tier], list[str]] = {}
            for phase, alone in raised.items():
                said = notes.tier(phase, note)
                if said.rank < alone.rank:
                    calmer.setdefault((said, alone), []).append(phase)
            for (heard, ticked_as), phases in calmer.items():
                where = f"{heard} in {', '.join(phases)}"
                yield _unheard(item, note, where, ticked_as)


def _unheard(item: Item, note: str, said: str, alone: Tier) -> KeyFault:
    sentence = (
        f'"{note}" as a note is {said}, and the answer {alone}: a sign must state it, '
        "or `unheard` say why none does."
    )
    return KeyFault(f"item.{item.id}.choices", sentence)


def in_words(item: Item, choice: Choice, language: str) -> str:
    """An answer as somebody might write it: ``Headache: severe``."""
    colon = LANGUAGES[language].marks.colon
    asked = item.label.say(language).rstrip(_ASKED)
    return f"{asked}{colon}{choice.label.say(language)}"


class Notes:
    """The tier of a note by itself; notes that say the same are judged once."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._item = study.of_kind(ItemKind.TEXT)[0]
        self._known: dict[tuple[str, str], Tier] = {}

    def tier(self, phase: str, note: str) -> Tier:
        """How bad ``note`` is in ``phase``, with nothing beside it."""
        study, answers = self._study, {self._item: note}
        facts = note_facts(study.items, study.lexicon, answers, {})
        said = phase, json.dumps(facts, sort_keys=True)
        if said not in self._known:
            self._known[said] = tier_of(study, phase, answers)
        return self._known[said]


def tier_of(study: Study, phase: str, answers: Mapping[str, object]) -> Tier:
    """How bad these answers are; what is refused is routine."""
    try:
        return judge(study, phase, answers, source=EntrySource.TEXT).tier
    except EntryRefused:
        return Tier.ROUTINE
