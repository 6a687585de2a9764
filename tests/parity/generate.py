"""Entries from a seed: ordinary, at every boundary of the rules, and plainly wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from portal.protocol.calendar.whereabouts import Place
from portal.protocol.study.form import Item, ItemKind
from portal.protocol.study.model import Study
from portal.protocol.triage.conditions import leaves, tenths
from tests.parity.nasty import Notes, odd_text, said_number, typed_number

WRONG: list[Any] = [
    None, True, False, 0, 1, -1, 4, 99, 1.5, "", "no", "yes", "1", "cannot", "maybe", [], {},
    [None], ["seizure", 1], {"value": "38.0"}, {"value": 38, "unit": "C"},
    {"value": "38.0", "unit": "K"}, {"value": "38.0", "unit": "C", "more": 1}, {"mg": 20},
    {"mg": "20", "unit": "C"}, {"unit": "C", "value": None}, "\ud800", "x" * 600,
]  # fmt: skip
STRANGERS = [
    "zzz", "", "Temp", "temp ", "__proto__", "constructor", "toString", "hasOwnProperty",
    "\uff5a", "𠮷", "\ud800", "1", "10", "2", "x" * 80, "x" * 81, "𠮷" * 81, "体温",
]  # fmt: skip
NOT_ANSWERS: list[Any] = [None, [], "emerg", 5, True, [["emerg", []]]]
PLACES = [
    *range(315, 426),
    *range(360, 376),
    *range(360, 376),
    859,
    860,
    861,
    1004,
    1130,
    1131,
    0,
    1,
    9999,
]


class Generator:
    """The same entries for the same study and seed."""

    def __init__(self, study: Study, seed: int) -> None:
        self._items = list(study.items.values())
        self._phases = [phase.code for phase in study.phases]
        self._notes = Notes(study)
        self._draw = Random(seed)
        self._limits = limits(study)

    def entries(self, count: int) -> Iterator[dict[str, Any]]:
        """``count`` entries, as they come out of JSON."""
        for _ in range(count):
            yield json.loads(json.dumps(self._entry()))

    def _entry(self) -> dict[str, Any]:
        draw = self._draw
        answers: Any = self._answers()
        entry = {
            "phase": draw.choice(self._phases),
            "answers": answers,
            "previous": self._previous(answers),
            "source": draw.choice(["app", "app", "app", "card", "text", "phone"]),
            "place": draw.choice([None, *[place.value for place in Place]]),
        }
        if draw.random() < 0.03:
            entry["phase"] = draw.choice([None, "", "W5", "w1", 1, "\ud800"])
        if draw.random() < 0.01:
            entry["answers"] = draw.choice(NOT_ANSWERS)
        return entry

    def _answers(self) -> dict[str, Any]:
        draw = self._draw
        share = draw.choice([0.05, 0.1, 0.2, 0.4, 1.0])
        calm = draw.choice([0.0, 0.5, 0.9, 0.97, 0.97])
        names = [item for item in self._items if draw.random() < share]
        draw.shuffle(names)
        answers: dict[str, Any] = {}
        if draw.random() < 0.9:
            answers["emerg"] = []
        for item in names:
            quiet = draw.random() < calm and item.calm_answer is not None
            answers[item.id] = item.calm_answer if quiet else self._answer(item)
        if draw.random() < 0.06:
            item = draw.choice(self._items)
            answers[item.id] = draw.choice(WRONG)
        while draw.random() < 0.04:
            answers[draw.choice(STRANGERS)] = draw.choice(WRONG)
        return answers

    def _answer(self, item: Item) -> Any:
        draw = self._draw
        codes = [choice.code for choice in item.choices]
        match item.kind:
            case ItemKind.CHOICE | ItemKind.LEVEL:
                return draw.choice(codes)
            case ItemKind.MULTI:
                return self._several(codes)
            case ItemKind.TEMPERATURE:
                return self._temperature(item)
            case ItemKind.DOSE:
                dose = self._number(item)
                return "no" if draw.random() < 0.3 else {"mg": dose}
            case ItemKind.NUMBER:
                return self._number(item)
            case ItemKind.TEXT:
                return self._notes.note(draw)

    def _several(self, codes: list[Any]) -> list[Any]:
        draw = self._draw
        several = draw.sample(codes, k=draw.choice([0, 0, 0, 1, 1, 2, len(codes)]))
        if draw.random() < 0.03:
            several.append(draw.choice([*codes, "other", 1, None, []]))
        return several

    def _temperature(self, item: Item) -> Any:
        draw = self._draw
        if draw.random() < 0.04:
            return "cannot"
        unit = draw.choice("CCCF")
        tenths = self._near(item.id) if draw.random() < 0.7 else draw.choice(PLACES)
        if (unit == "F" and draw.random() < 0.8) or draw.random() < 0.1:
            tenths = round(tenths * 9 / 5) + 320 + draw.choice([-1, 0, 0, 1])
        how = draw.random()
        typed = odd_text(draw) if how < 0.08 else typed_number(draw, tenths)
        typed = said_number(draw, tenths) if how > 0.88 else typed
        return {"value": typed, "unit": unit}

    def _number(self, item: Item) -> str:
        draw = self._draw
        if draw.random() < 0.15:
            return odd_text(draw)
        return typed_number(draw, self._near(item.id))

    def _near(self, name: str) -> int:
        """A threshold of the rules for this fact, or a tenth beside it."""
        known = self._limits.get(name) or self._limits["reading"]
        return self._draw.choice(known) + self._draw.choice([-1, 0, 0, 1])

    def _previous(self, answers: dict[str, Any]) -> list[dict[str, Any]]:
        draw = self._draw
        kind = draw.random()
        if kind < 0.35:
            return []
        if kind < 0.5:
            return self._same(answers)
        if kind < 0.65:
            return [self._other(answers) for _ in range(draw.choice([1, 1, 2]))]
        if kind > 0.998:
            return [_past(day, answers) for day in range(205)]
        count = draw.choice([1, 1, 2, 3, 5])
        return [_past(draw.randrange(8), self._answers()) for _ in range(count)]

    def _same(self, answers: dict[str, Any]) -> list[dict[str, Any]]:
        """A run of equal entries, at times broken (rule T28)."""
        days = [self._draw.randrange(7) for _ in range(self._draw.randrange(3, 9))]
        past = [_past(day, dict(answers)) for day in days]
        if self._draw.random() < 0.5:
            item = self._draw.choice(self._items)
            self._draw.choice(past)["answers"][item.id] = self._answer(item)
        return past

    def _other(self, answers: dict[str, Any]) -> dict[str, Any]:
        """An entry of the day's other reporter (rule T32)."""
        other = dict(answers) if self._draw.random() < 0.5 else self._answers()
        if self._draw.random() < 0.9:
            answers["reporter"] = self._draw.choice(["self", "caregiver"])
            other["reporter"] = self._draw.choice(["self", "caregiver"])
        return _past(self._draw.choice([0, 0, 0, 1]), other)


def _past(days_ago: int, answers: dict[str, Any]) -> dict[str, Any]:
    return {"days_ago": days_ago, "answers": answers}


def limits(study: Study) -> dict[str, list[int]]:
    """Every threshold of the rules, in tenths, by the fact that it is compared with."""
    found: dict[str, set[int]] = {}
    every = [
        leaf
        for rule in study.rules
        for case in rule.cases
        for leaf in leaves(case.when)
    ]
    for leaf in every:
        said = [leaf.get("at_least"), leaf.get("below"), *_pair(leaf.get("between"))]
        numbers = {number for one in said if (number := tenths(one)) is not None}
        found.setdefault(str(leaf.get("fact")), set()).update(numbers)
    for name in ("temp", "temp_max"):
        found[name] = found.get(name, set()) | found.get("reading", set())
    return {name: sorted(numbers) for name, numbers in found.items()}


def _pair(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []
