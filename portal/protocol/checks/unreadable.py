"""Answers that nobody can understand: a rule raises each, or the file says that it is calm.

A temperature of "380" gives no temperature to any rule, only the fact that it could not be
read. Where no rule looks at this fact, the report comes out calm, and a fever is missed.
A number outside ``plausible`` is such an answer: on the side that rules call dangerous it
may not come out calmer than the last number inside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from portal.errors import EntryRefused
from portal.protocol.study.file.toml_tables import KeyFault
from portal.protocol.study.form import MOST_NUMBER, READ, Item, ItemKind
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Tier
from portal.protocol.study.timeline import Phase
from portal.protocol.triage.conditions import leaves, tenths
from portal.protocol.triage.judge import judge
from portal.protocol.words.numbers import CANNOT

SINCE = 5
"""The first format to which these demands apply, of a temperature and a number."""
SINCE_OF_DOSES = 7
SLIP = 5
"""So many times the highest limit of a rule: a digit too many, and no reading any more."""
_TYPED: Mapping[ItemKind, object] = {
    ItemKind.TEMPERATURE: {"value": "?", "unit": "C"},
    ItemKind.NUMBER: "?",
    ItemKind.DOSE: {"mg": "?"},
}
"""An answer of each kind that cannot be read; rules see all such answers alike."""


def unreadable_faults(study: Study) -> Iterator[KeyFault]:
    """Each reading that, unreadable, leaves a report calm in a phase that asks it.

    The conditions of the rules must have been found readable before.
    """
    for item in study.items.values():
        if not _is_asked(study, item) or item.calm_if_unreadable:
            continue
        asking = [phase for phase in study.phases if item.id in phase.form]
        calm = [phase.code for phase in asking if not _raises(study, phase, item)]
        if calm:
            yield KeyFault(f"item.{item.id}", _said(item, calm))


def cannot_faults(study: Study) -> Iterator[KeyFault]:
    """Each number that somebody may say they cannot measure, and of which nobody hears."""
    for item in study.items.values() if study.format >= SINCE_OF_DOSES else ():
        if not (item.cannot and item.kind is ItemKind.NUMBER):
            continue
        asking = [phase for phase in study.phases if item.id in phase.form]
        tiers = {one.code: _tier(study, one, item, CANNOT.state) for one in asking}
        calm = [code for code, one in tiers.items() if one.rank < Tier.SAME_DAY.rank]
        if calm and not item.calm_if_unreadable:
            said = (
                f'"cannot" stays calm in {", ".join(calm)}: nobody would hear of it. Write '
                f'a rule with the case when = {{ fact = "{item.id}_state", is = "cannot" }}'
                ' and tier = "same_day" or worse, and an example of it.'
            )
            yield KeyFault(f"item.{item.id}.cannot", said)


def _is_asked(study: Study, item: Item) -> bool:
    """Whether a rule must look at an answer of this item that cannot be read."""
    if item.kind is ItemKind.DOSE:
        return study.format >= SINCE_OF_DOSES
    return item.kind in READ and study.format >= SINCE


def range_faults(study: Study) -> Iterator[KeyFault]:
    """Each range that ends where it is dangerous: just outside, a report is calmer."""
    for item in study.items.values() if study.format >= SINCE else ():
        if item.kind is ItemKind.NUMBER and item.plausible is not None:
            asking = [phase for phase in study.phases if item.id in phase.form]
            for last, enough in _edges(study, item):
                said = _calmer(study, asking, item, last, enough)
                if said is not None:
                    yield KeyFault(f"item.{item.id}.plausible", said)


def _edges(study: Study, item: Item) -> Iterator[tuple[int, int]]:
    """The last number inside on each dangerous side, and how far it should go there."""
    least, most = item.bounds
    compared = [
        leaf
        for rule in study.rules
        for case in rule.cases
        for leaf in leaves(case.when)
        if leaf.get("fact") == item.id
    ]
    limits = [tenths(leaf["at_least"]) or 0 for leaf in compared if "at_least" in leaf]
    if least > 0 and any("below" in leaf for leaf in compared):
        yield least, 0
    enough = min(max(limits, default=0) * SLIP // 10, MOST_NUMBER)
    if most < enough:
        yield most, enough


def _calmer(
    study: Study, asking: list[Phase], item: Item, last: int, enough: int
) -> str | None:
    """What is wrong with a range that ends at ``last``; None: nothing."""
    for phase in asking:
        inside = _tier(study, phase, item, str(last))
        outside = _tier(study, phase, item, _TYPED[item.kind])
        if outside.rank < inside.rank:
            beyond, side = (last - 1, "least") if enough < last else (last + 1, "most")
            return (
                f"{beyond} counts as unreadable and is {outside}, and {last} is {inside} "
                f"in {phase.code}: set the {side} to {enough} here, or raise the rule for "
                f"{item.id}_state to {inside}."
            )
    return None


def _raises(study: Study, phase: Phase, item: Item) -> bool:
    """Whether a calm diary with this answer alone in doubt reaches a person that day."""
    return _tier(study, phase, item, _TYPED[item.kind]).rank >= Tier.SAME_DAY.rank


def _tier(study: Study, phase: Phase, item: Item, answer: object) -> Tier:
    """How bad a calm diary with this answer is."""
    asked = [study.items[name] for name in phase.form if name in study.items]
    calm = {one.id: one.calm_answer for one in asked if one.calm_answer is not None}
    try:
        verdict = judge(study, phase.code, calm | {item.id: answer})
    except EntryRefused:
        return Tier.EMERGENCY  # another check names the answer that is refused
    return verdict.tier


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
    if item.kind is ItemKind.DOSE:
        return 'a dose that cannot be read ("2 0", "-5")'
    if item.plausible is None:
        return 'a number that cannot be read ("1 3 0")'
    least, most = item.bounds
    return f'a number that cannot be read ("1 3 0") or is not from {least} to {most}'
