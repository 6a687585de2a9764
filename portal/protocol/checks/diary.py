"""The diary of a study: items, their codes, and the screens that show them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from portal.protocol.demands.items import REPORTER
from portal.protocol.study.file.toml_tables import KeyFault
from portal.protocol.study.form import READ, TYPED, Curve, Group, Item, ItemKind
from portal.protocol.study.model import Study

MOST_SCREENS = 14
_LINE = re.compile(r"[0-9]{1,7}(\.[0-9])?")
_CODED = (ItemKind.CHOICE, ItemKind.LEVEL, ItemKind.MULTI)


def diary_faults(study: Study) -> Iterator[KeyFault]:
    """Faults of codes and calm answers, and items not on exactly one screen."""
    for item in study.items.values():
        yield from _item_faults(item)
    yield from _pinned_faults(study)
    for place, curve in enumerate(study.curves, start=1):
        yield from _curve_faults(study, f"curve[{place}]", curve)
    yield from _screen_faults(study)
    for group in study.groups:
        yield from _group_faults(study, group)


def _pinned_faults(study: Study) -> Iterator[KeyFault]:
    for name in study.pinned.items if study.pinned else ():
        if name not in study.items:
            yield KeyFault("pinned.items", f'there is no item "{name}".')


def _curve_faults(study: Study, key: str, curve: Curve) -> Iterator[KeyFault]:
    kinds = {study.items[name].kind for name in curve.items if name in study.items}
    if len(kinds) != 1 or not kinds <= set(READ):
        said = "give temperatures or numbers of the study, of one kind."
        yield KeyFault(f"{key}.items", said)
    yield from _line_faults(curve, f"{key}.lines")
    if curve.beside is not None and curve.beside not in study.items:
        yield KeyFault(f"{key}.beside", f'there is no item "{curve.beside}".')
    mark = curve.mark
    if mark is not None:
        known = study.items[mark.item].choices if mark.item in study.items else ()
        for code in mark.codes:
            if code not in [choice.code for choice in known]:
                said = f'"{code}" is no answer of "{mark.item}".'
                yield KeyFault(f"{key}.mark.codes", said)


def _line_faults(curve: Curve, key: str) -> Iterator[KeyFault]:
    """One sentence for whatever is wrong: it says what to write."""
    numbers = [float(line) for line in curve.lines if _LINE.fullmatch(line)]
    within = all(curve.least <= one <= curve.most for one in numbers)
    if len(numbers) < len(curve.lines) or numbers != sorted(set(numbers)) or not within:
        said = (
            f"write numbers from {curve.least} to {curve.most}, each higher than the one "
            'before it and with one decimal at most: [160, 180] or ["38.5"]. For a curve '
            "without a line, leave lines out."
        )
        yield KeyFault(key, said)


def _item_faults(item: Item) -> Iterator[KeyFault]:
    key = f"item.{item.id}"
    codes = [choice.code for choice in item.choices]
    for code, times in Counter(codes).items():
        if times > 1:
            yield KeyFault(f"{key}.choices", f'the code "{code}" is there twice.')
    if item.kind in _CODED and len(codes) < (1 if item.kind is ItemKind.MULTI else 2):
        yield KeyFault(f"{key}.choices", "there is nothing to choose from.")
    if item.kind is ItemKind.LEVEL and codes != list(range(len(codes))):
        yield KeyFault(f"{key}.choices", "the levels are 0, 1, 2 and so on, in order.")
    if item.calm is not None and item.calm not in codes:
        said = f'"{item.calm}" is none of the answers: {_codes(codes)}.'
        yield KeyFault(f"{key}.calm", said)
    yield from _kind_faults(item, key, codes)
    yield from _number_faults(item, key)


def _codes(codes: list[str | int]) -> str:
    return ", ".join(map(str, codes)) or "it has no choices, so leave calm out"


def _kind_faults(item: Item, key: str, codes: list[str | int]) -> Iterator[KeyFault]:
    if item.kind is ItemKind.TEXT and item.max_length is None:
        yield KeyFault(f"{key}.max_length", "a text needs its greatest length.")
    if item.kind is ItemKind.DOSE and codes != ["no", "mg"]:
        yield KeyFault(f"{key}.choices", 'a dose has the choices "no" and "mg".')
    if item.handwritten and item.kind is not ItemKind.CHOICE:
        said = "only a choice says how the handwriting is."
        yield KeyFault(f"{key}.handwritten", said)
    if item.kind not in READ:
        yield from _only_of_readings(item, key)
    elif codes != (["cannot"] if item.cannot else []):
        said = 'its only choice is "cannot", and only where cannot = true.'
        yield KeyFault(f"{key}.choices", said)


def _only_of_readings(item: Item, key: str) -> Iterator[KeyFault]:
    """What only some kinds of readings can have, in an item of another kind."""
    if item.cannot:
        said = "only a temperature or a number can be unmeasurable."
        yield KeyFault(f"{key}.cannot", said)
    if item.calm_if_unreadable and item.kind is not ItemKind.DOSE:
        said = "only a temperature, a number or a dose can be unreadable: leave it out."
        yield KeyFault(f"{key}.calm_if_unreadable", said)


def _number_faults(item: Item, key: str) -> Iterator[KeyFault]:
    number = item.kind is ItemKind.NUMBER
    if item.plausible is not None and not (number or item.kind is ItemKind.DOSE):
        yield KeyFault(f"{key}.plausible", "only a number or a dose has bounds.")
    if item.pressure is not None and not number:
        yield KeyFault(f"{key}.pressure", "only a number can be a blood pressure.")


def _screen_faults(study: Study) -> Iterator[KeyFault]:
    if len(study.groups) > MOST_SCREENS:
        said = f"{len(study.groups)} screens; at most {MOST_SCREENS} are allowed."
        yield KeyFault("group", said)
    if not study.red_flags:
        said = 'the first screen must ask the emergencies: an item of the kind "multi".'
        yield KeyFault("group", said)
    yield from _shown_faults(study)


def _shown_faults(study: Study) -> Iterator[KeyFault]:
    asked = {item for phase in study.phases for item in phase.form}
    shown = Counter(item for group in study.groups for item in group.items)
    for item in study.items:
        if shown[item] == 0:
            yield KeyFault(f"item.{item}", "no screen shows it.")
        if shown[item] > 1:
            yield KeyFault(f"item.{item}", "more than one screen shows it.")
        if item not in asked:
            yield KeyFault(f"item.{item}", "no phase's form asks it.")


def _group_faults(study: Study, group: Group) -> Iterator[KeyFault]:
    key = f"group.{group.id}"
    for name in group.items:
        item = study.items.get(name)
        if item is None:
            yield KeyFault(f"{key}.items", f'there is no item "{name}".')
        elif group.none_label and name != REPORTER and item.calm_answer is None:
            yield KeyFault(f"{key}.none_label", _unanswered(item))


def _unanswered(item: Item) -> str:
    """Why the button of a screen cannot answer a question for somebody."""
    apart = "put it on a screen without none_label"
    if item.kind in TYPED:
        kind = TYPED[item.kind]
        return f'one tap cannot answer "{item.id}", which is {kind}: {apart}.'
    return (
        f'one tap would leave "{item.id}" without an answer: write its calm answer into '
        f"the question (calm = …), or {apart}."
    )
