"""A worse answer whose report comes out calmer, in any phase.

Levels are worse in their order. Of other choices only the file's ``calm`` says it. Where
a rule compares a level with what was answered last, it is judged after each level too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from portal.errors import EntryRefused
from portal.protocol.study.file.toml_tables import KeyFault
from portal.protocol.study.form import Choice, Item, ItemKind
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.conditions import leaves
from portal.protocol.triage.judge import judge
from portal.protocol.triage.verdict import PastEntry
from portal.vocabulary.diary import EntrySource

SINCE = 7
"""The first format to which this demand applies."""
_HISTORY = ("_new", "_rise", "_last")


def choice_faults(study: Study) -> Iterator[KeyFault]:
    """Each worse answer that some phase judges calmer than the one it is worse than."""
    if study.format < SINCE:
        return
    for item in study.items.values():
        tiers, found = _Tiers(study, item), dict[str, list[str]]()
        for phase in study.phases:
            for said in _turned(study, item, tiers, phase.code):
                found.setdefault(said, []).append(phase.code)
        for said, phases in found.items():
            sentence = (
                f"in {', '.join(phases)} {said}: a worse answer must not be calmer. "
                "Raise its rule, or say which answer is calm."
            )
            yield KeyFault(f"item.{item.id}.choices", sentence)


@dataclass
class _Tiers:
    """How bad an answer is, alone or after another; the same is judged once."""

    study: Study
    item: Item
    known: dict[tuple[str, str, str], Tier] = field(default_factory=dict)

    def of(self, phase: str, choice: Choice, before: Choice | None) -> Tier:
        """The tier of a report with this answer and nothing else."""
        asked = phase, str(choice.code), "" if before is None else str(before.code)
        if asked not in self.known:
            self.known[asked] = self._judged(phase, choice, before)
        return self.known[asked]

    def _judged(self, phase: str, choice: Choice, before: Choice | None) -> Tier:
        name = self.item.id
        past = [] if before is None else [PastEntry(1, {name: before.code})]
        try:
            said = {name: choice.code}
            source = EntrySource.TEXT
            return judge(self.study, phase, said, past, source=source).tier
        except EntryRefused:
            return Tier.ROUTINE


def _turned(study: Study, item: Item, tiers: _Tiers, phase: str) -> Iterator[str]:
    """A sentence for each pair of answers of which the worse is judged calmer."""
    for before in _befores(study, item):
        after = "" if before is None else f" after {_said(study, before)}"
        for calmer, worse in _pairs(item):
            low, high = (tiers.of(phase, one, before) for one in (calmer, worse))
            if high.rank < low.rank:
                told = f"{_said(study, worse)} is {high}{after}"
                yield f"{told}, and {_said(study, calmer)} is {low}"


def _pairs(item: Item) -> Iterator[tuple[Choice, Choice]]:
    """An answer, and one that is worse."""
    if item.kind is ItemKind.LEVEL:
        yield from pairwise(item.choices)
    if item.kind is ItemKind.CHOICE:
        for calm in item.choices:
            for other in item.choices:
                if item.is_calm(calm.code) and not item.is_calm(other.code):
                    yield calm, other


def _befores(study: Study, item: Item) -> tuple[Choice | None, ...]:
    """What may have been answered last, where a rule asks for it."""
    asked = {f"{item.id}{end}" for end in _HISTORY}
    compared = (
        leaf.get("fact") in asked
        for rule in study.rules
        for case in rule.cases
        for leaf in leaves(case.when)
    )
    return (None, *item.choices) if any(compared) else (None,)


def _said(study: Study, choice: Choice) -> str:
    return f'"{choice.label.say(study.languages[-1])}"'
