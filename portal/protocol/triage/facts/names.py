"""The fixed list of facts, each with its kind, which decides how a rule may compare it.

Most come from the study's items; the others are listed here with their meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from portal.protocol.study.form import Item, ItemKind
from portal.protocol.study.tiers import Tier
from portal.protocol.words.numbers import UNREADABLE

Kind = Literal["code", "number", "list", "truth"]


@dataclass(frozen=True)
class FactKind:
    """How a fact is compared, its possible ``codes`` (texts), and what it means."""

    kind: Kind
    codes: tuple[str, ...] = ()
    meaning: str = ""


TEMPERATURE_STATES = ("ok", "converted", UNREADABLE, "cannot", "absent")
NUMBER_STATES = ("ok", UNREADABLE, "cannot", "absent")
DOSE_STATES = ("ok", UNREADABLE, "absent")
NOTE_WORDS = ("emergency", "urgent", "same_day", "negated")
NOTE_SIGNS = "note_signs"

WHOLE_FACTS: Mapping[str, FactKind] = {
    "reading": FactKind("number", (), "the highest temperature that could be read"),
    "any_symptom": FactKind("truth", (), "some symptom is there, however slight"),
    "highest_rise": FactKind("number", (), "the largest rise of a level since last"),
    "same_days": FactKind("number", (), "days, today included, of one same entry"),
    "note_words": FactKind("list", NOTE_WORDS, "what the note's words amount to"),
    NOTE_SIGNS: FactKind("list", (), "the signs that the note states, by id"),
    "said_oxygen": FactKind("number", (), "the lowest oxygen told in the note"),
    "said_systolic": FactKind("number", (), "the lowest upper pressure told there"),
    "said_systolic_high": FactKind("number", (), "the highest upper pressure there"),
    "said_pulse_low": FactKind("number", (), "the slowest pulse told there"),
    "said_pulse_high": FactKind("number", (), "the fastest pulse told there"),
}

_LAST = "what was answered last; of a reading, the last that could be read"
_TIERS = tuple(tier.value for tier in Tier)
LATE_FACTS: Mapping[str, FactKind] = {
    "reporters_disagree": FactKind("truth", (), "the day's two reporters differ"),
    "other_reporter_tier": FactKind("code", _TIERS, "what the other's entry came to"),
    "higher_tier": FactKind("code", _TIERS, "the higher of both entries' tiers"),
    "higher_minutes": FactKind("number", (), "the clock of that tier, if it has one"),
}
"""Facts about the verdict itself: known after all rules without them are judged."""


def known_facts(
    items: Mapping[str, Item], signs: Iterable[str] = ()
) -> dict[str, FactKind]:
    """Every fact that a rule of a study with these items may compare, by name."""
    known: dict[str, FactKind] = {}
    for item in items.values():
        known.update(_item_facts(item))
    said = replace(WHOLE_FACTS[NOTE_SIGNS], codes=tuple(signs))
    return {**known, **WHOLE_FACTS, NOTE_SIGNS: said, **LATE_FACTS}


def _item_facts(item: Item) -> dict[str, FactKind]:
    codes = tuple(str(choice.code) for choice in item.choices)
    fresh = FactKind("truth", (), "higher than last, or not answered before")
    match item.kind:
        case ItemKind.LEVEL:
            rise = FactKind("number", (), "levels up since it was last answered")
            return {**_reading(item), f"{item.id}_new": fresh, f"{item.id}_rise": rise}
        case ItemKind.CHOICE:
            last = FactKind("code", codes, _LAST)
            plain = {item.id: FactKind("code", codes), f"{item.id}_last": last}
            return plain | ({f"{item.id}_new": fresh} if is_yes_no(item) else {})
        case ItemKind.MULTI:
            return {item.id: FactKind("list", codes)}
        case ItemKind.TEMPERATURE:
            return {**_state(item, TEMPERATURE_STATES), **_reading(item)}
        case ItemKind.DOSE:
            return _dose(item)
        case ItemKind.NUMBER:
            return {**_state(item, NUMBER_STATES), **_reading(item)}
        case ItemKind.TEXT:
            return {}


def _dose(item: Item) -> dict[str, FactKind]:
    raised = FactKind("truth", (), "more mg than were last reported")
    return {
        item.id: FactKind("code", ("no", "yes"), "more than 0 mg: yes"),
        f"{item.id}_mg": FactKind("number", (), "the dose in mg; none taken: 0"),
        f"{item.id}_raised": raised,
        **_state(item, DOSE_STATES),
    }


def _state(item: Item, states: tuple[str, ...]) -> dict[str, FactKind]:
    return {f"{item.id}_state": FactKind("code", states, "how it could be read")}


def _reading(item: Item) -> dict[str, FactKind]:
    last = FactKind("number", (), _LAST)
    return {item.id: FactKind("number"), f"{item.id}_last": last}


def is_nothing(item: Item, answer: object) -> bool:
    """Whether an answer says that the symptom is absent, or says nothing about it.

    "no", level 0 and [] do, unless the choice has its own ``calm``.
    """
    said = item.said_calm(answer)
    if not item.looked(answer) or said is not None:
        return said is not False or not item.looked(answer)
    return answer in ("no", 0) or answer == []


def is_yes_no(item: Item) -> bool:
    """Whether the item's answers are no and yes and nothing else."""
    return {choice.code for choice in item.choices} == {"no", "yes"}
