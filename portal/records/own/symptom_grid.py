"""Symptoms by day, as a person may look back on them: what was there, and how strong.

Nothing is judged here: a cell says the strongest answer of a day in the study's own
words. A symptom that nobody reported on any of the days has no row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portal.protocol.study.form import Item, ItemKind
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text
from portal.protocol.triage.answer_words import spoken
from portal.protocol.triage.facts.names import is_nothing

SHOWN = (ItemKind.LEVEL, ItemKind.CHOICE, ItemKind.MULTI)


@dataclass(frozen=True)
class SymptomCell:
    """A day's strongest answer. ``strength``: 0 calm, else the level, or how many."""

    strength: int
    words: Text


@dataclass(frozen=True)
class SymptomRow:
    """One symptom over the days; None if nobody answered."""

    item: str
    label: Text
    cells: tuple[SymptomCell | None, ...]
    highest: int
    """The highest level that can be answered; 0: a sign is there or it is not."""
    is_red_flags: bool
    """Whether any tick here is an emergency, however few there are."""


def symptom_grid(
    study: Study,
    days: Sequence[date],
    entries: Iterable[tuple[date, Mapping[str, object]]],
) -> tuple[SymptomRow, ...]:
    """One row for each symptom that was there on any of ``days``, in the study's order."""
    found: dict[str, dict[date, SymptomCell]] = {}
    labels: dict[str, Text] = {}
    for day, answers in entries:
        for said in spoken(study, answers):
            item = study.items.get(said.item)
            if item is None or not _is_symptom(item):
                continue
            cell = SymptomCell(_strength(item, answers[item.id]), said.words)
            known = found.setdefault(item.id, {}).get(day)
            labels[item.id] = said.label
            if known is None or known.strength < cell.strength:
                found[item.id][day] = cell
    return tuple(
        SymptomRow(
            name,
            labels[name],
            tuple(found[name].get(day) for day in days),
            _highest(item),
            name == study.red_flags,
        )
        for name, item in study.items.items()
        if any(found.get(name, {}).get(day, CALM).strength for day in days)
    )


CALM = SymptomCell(0, Text({}))


def _is_symptom(item: Item) -> bool:
    return item.kind in SHOWN and item.symptom


def _strength(item: Item, answer: object) -> int:
    if isinstance(answer, bool) or is_nothing(item, answer):
        return 0
    if isinstance(answer, int):
        return max(answer, 0)
    return len(answer) if isinstance(answer, list | tuple) else 1


def _highest(item: Item) -> int:
    if item.kind is not ItemKind.LEVEL:
        return 0
    return max(int(choice.code) for choice in item.choices)
