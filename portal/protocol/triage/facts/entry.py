"""Facts of one entry: its answers in the form for rules, and derived values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portal.protocol.study.form import Item, ItemKind
from portal.protocol.study.signs import Lexicon
from portal.protocol.triage.facts import history
from portal.protocol.triage.facts.names import is_nothing
from portal.protocol.triage.facts.notes import note_facts
from portal.protocol.words.measured import is_taken, read_item
from portal.protocol.words.numbers import read_temperature, say_tenths

Answers = Mapping[str, object]


def build_facts(
    items: Mapping[str, Item],
    lexicon: Lexicon,
    answers: Answers,
    past: Sequence[history.EarlierEntry],
) -> dict[str, object]:
    """The facts of an entry whose answers were checked; ``past`` is newest first.

    Values are texts, whole numbers, true or false, and lists of texts, so that they can
    be stored as JSON; a temperature is text in ℃, such as ``"38.0"``. An unknown fact
    is missing.
    """
    facts: dict[str, object] = {}
    for item in items.values():
        facts.update(_item_facts(item, answers.get(item.id)))
    facts.update(_readings(items, answers))
    facts.update(_numbers(items, answers))
    facts.update(history.history_facts(items, answers, past))
    facts["any_symptom"] = any(
        _is_symptom(item, answers.get(item.id)) for item in items.values()
    )
    facts.update(note_facts(items, lexicon, answers, facts))
    return facts


def _item_facts(item: Item, answer: object) -> dict[str, object]:
    if answer is None:
        return {}
    match item.kind:
        case ItemKind.CHOICE | ItemKind.LEVEL | ItemKind.MULTI:
            return {item.id: answer}
        case ItemKind.DOSE:
            return {item.id: "yes" if is_taken(answer) else "no"}
        case ItemKind.TEMPERATURE | ItemKind.NUMBER | ItemKind.TEXT:
            return {}


def _readings(items: Mapping[str, Item], answers: Answers) -> dict[str, object]:
    """``temp``, ``temp_state`` and so on, and ``reading``: the highest of them."""
    facts: dict[str, object] = {}
    found: list[int] = []
    for item in items.values():
        if item.kind is ItemKind.TEMPERATURE:
            reading = read_temperature(answers.get(item.id))
            facts[f"{item.id}_state"] = reading.state
            if reading.tenths is not None:
                facts[item.id] = say_tenths(reading.tenths)
                found.append(reading.tenths)
    if found:
        facts["reading"] = say_tenths(max(found))
    return facts


def _numbers(items: Mapping[str, Item], answers: Answers) -> dict[str, object]:
    """``sbp``, ``sbp_state`` and so on; outside its range a number is not read.

    Of a dose ``steroid_mg`` and ``steroid_state``.
    """
    facts: dict[str, object] = {}
    for item in items.values():
        if item.kind not in (ItemKind.NUMBER, ItemKind.DOSE):
            continue
        name = f"{item.id}_mg" if item.kind is ItemKind.DOSE else item.id
        read = read_item(item, answers.get(item.id))
        if read.tenths is not None:
            facts[name] = say_tenths(read.tenths)
        facts[f"{item.id}_state"] = read.state
    return facts


def _is_symptom(item: Item, answer: object) -> bool:
    if not item.symptom or answer is None:
        return False
    asked = (ItemKind.CHOICE, ItemKind.LEVEL, ItemKind.MULTI)
    return item.kind in asked and not is_nothing(item, answer)
