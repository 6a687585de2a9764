"""Answers that nobody can understand: a rule raises each, or the file says that it is calm.

A temperature of "380" gives no temperature to any rule, only the fact that it could not be
read. Where no rule looks at this fact, the report comes out calm, and a fever is missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from portal.errors import EntryRefused
from portal.protocol.study.file.toml_tables import KeyFault
from portal.protocol.study.form import READ, Item, ItemKind
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Tier
from portal.protocol.study.timeline import Phase
from portal.protocol.triage.judge import judge

SINCE = 5
"""The first format to which this demand applies."""
_TYPED: Mapping[ItemKind, object] = {
    ItemKind.TEMPERATURE: {"value": "?", "unit": "C"},
    ItemKind.NUMBER: "?",
}
"""An answer of each kind that cannot be read; rules see all such answers alike."""


def unreadable_faults(study: Study) -> Iterator[KeyFault]:
    """Each reading that, unreadable, leaves a report calm in a phase that asks it.

    The conditions of the rules must have been found readable before.
    """
    if study.format < SINCE:
        return
    for item in study.items.values():
        if item.kind not in READ or item.calm_if_unreadable:
            continue
        asking = [phase for phase in study.phases if item.id in phase.form]
        calm = [phase.code for phase in asking if not _raises(study, phase, item)]
        if calm:
            yield KeyFault(f"item.{item.id}", _said(item, calm))


def _raises(study: Study, phase: Phase, item: Item) -> bool:
    """Whether a calm diary with this answer alone in doubt reaches a person that day."""
    asked = [study.items[name] for name in phase.form if name in study.items]
    calm = {one.id: one.calm_answer for one in asked if one.calm_answer is not None}
    try:
        verdict = judge(study, phase.code, calm | {item.id: _TYPED[item.kind]})
    except EntryRefused:
        return True  # another check names the answer that is refused
    return verdict.tier.rank >= Tier.SAME_DAY.rank


def _said(item: Item, calm: list[str]) -> str:
    word = "phase" if len(calm) == 1 else "phases"
    return (
        f"{_what(item)} stays calm in the {word} {', '.join(calm)}: nobody would hear of "
        "it. Write a rule with the case "
        f'when = {{ fact = "{item.id}_state", is = "unreadable" }} and '
        'tier = "same_day" or worse, and an example of it. If it is meant to stay calm, '
        "write calm_if_unreadable = true here."
    )


def _what(item: Item) -> str:
    if item.kind is ItemKind.TEMPERATURE:
        return 'a temperature that cannot be read or be true ("3 8 9", "380", "51")'
    if item.plausible is None:
        return 'a number that cannot be read ("1 3 0")'
    least, most = item.bounds
    return f'a number that cannot be read ("1 3 0") or is not from {least} to {most}'
