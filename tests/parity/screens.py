"""Which screens are asked today: forms, groups, weekly items and diaries of many studies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from portal.protocol.calendar import study_days
from portal.protocol.study.model import Study
from portal.protocol.study.timeline import DiaryKind

D0 = date(2026, 2, 26)


def cases(study: Study, seed: int, count: int) -> Iterator[dict[str, Any]]:
    """The study as it is, or with other forms, groups and weekly items."""
    draw = Random(seed)
    for _ in range(count):
        phases = [[one.code, list(one.form), one.diary] for one in study.phases]
        groups = [[group.id, list(group.items)] for group in study.groups]
        weekly = [item.id for item in study.items.values() if item.weekly]
        if draw.random() < 0.7:
            names = list(study.items)
            draw.shuffle(names)
            kinds = [DiaryKind.DAILY.value, DiaryKind.WEEKLY.value]
            phases = [
                [code, _some(draw, names), draw.choice(kinds)] for code, _, _ in phases
            ]
            groups = _parted(draw, names, [name for name, _ in groups])
            weekly = _some(draw, names)
        yield {
            "phases": [
                {"code": code, "form": form, "diary": diary}
                for code, form, diary in phases
            ],
            "groups": [{"id": name, "items": items} for name, items in groups],
            "weekly": weekly,
            "phase": draw.choice([code for code, _, _ in phases]),
            "day": draw.choice([draw.randrange(-30, 400), draw.randrange(-3, 15)]),
        }


def _some(draw: Random, names: list[str]) -> list[str]:
    return draw.sample(names, k=draw.choice([0, 1, len(names) // 2, len(names)]))


def _parted(draw: Random, names: list[str], groups: list[str]) -> list[list[Any]]:
    parts: dict[str, list[str]] = {group: [] for group in groups}
    for name in names:
        parts[draw.choice(groups)].append(name)
    return [[group, items] for group, items in parts.items()]


def by_python(study: Study, case: dict[str, Any]) -> list[Any]:
    """What the server asks that day."""
    forms = {
        one["code"]: {"form": tuple(one["form"]), "diary": DiaryKind(one["diary"])}
        for one in case["phases"]
    }
    parts = {group["id"]: tuple(group["items"]) for group in case["groups"]}
    asking = replace(
        study,
        phases=tuple(replace(one, **forms[one.code]) for one in study.phases),
        groups=tuple(replace(one, items=parts[one.id]) for one in study.groups),
        items={
            name: replace(item, weekly=name in case["weekly"])
            for name, item in study.items.items()
        },
    )
    today = D0 + timedelta(days=case["day"])
    found = study_days.asked_screens(asking, case["phase"], D0, today)
    return [[group.id, list(items)] for group, items in found]
