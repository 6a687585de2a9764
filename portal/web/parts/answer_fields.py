"""From a form's fields to answers in the study's codes, and back into the form.

Typed text is passed on unchanged: the study's rules read it, not the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from portal.languages import tongue
from portal.protocol.study.form import Item, ItemKind

LONGEST_NUMBER = 40
LONGEST_LEVEL = 9  # digits: no page sends more, and Python may refuse to read more


def read_screen(
    items: Mapping[str, Item], form: MultiDict[str, str], *, none: bool
) -> dict[str, Any]:
    """The answers of one screen's ``items``; what was left blank is left out.

    ``none`` means that "none of these" was pressed: unanswered questions get the calm
    answer, and ticks still count.
    """
    answers: dict[str, Any] = {}
    for item in items.values():
        answer = _read(item, form)
        if answer is None and none:
            answer = item.calm_answer
        if answer is not None:
            answers[item.id] = answer
    return answers


def _read(item: Item, form: MultiDict[str, str]) -> Any:
    typed = form.get(item.id, "").strip()
    match item.kind:
        case ItemKind.MULTI:
            return form.getlist(item.id) or None
        case ItemKind.LEVEL:
            return _read_level(typed)
        case ItemKind.TEMPERATURE:
            return _read_temperature(item, form, typed)
        case ItemKind.DOSE:
            return _read_dose(item, form, typed)
        case ItemKind.NUMBER:
            return typed[:LONGEST_NUMBER] or _cannot(item, form)
        case _:
            return typed or None


def _read_level(typed: str) -> int | str | None:
    """A step of a scale; anything else stays as typed."""
    whole = typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_LEVEL
    return int(typed) if whole else typed or None


def _read_temperature(item: Item, form: MultiDict[str, str], typed: str) -> Any:
    if typed:
        unit = "F" if form.get(f"{item.id}_unit") == "F" else "C"
        return {"value": typed[:LONGEST_NUMBER], "unit": unit}
    return _cannot(item, form)


def _cannot(item: Item, form: MultiDict[str, str]) -> str | None:
    return "cannot" if item.cannot and form.get(f"{item.id}_cannot") else None


def _read_dose(item: Item, form: MultiDict[str, str], typed: str) -> Any:
    amount = form.get(f"{item.id}_mg", "").strip()
    if amount or typed == "mg":
        return {"mg": amount[:LONGEST_NUMBER]}
    return "no" if typed == "no" else None


def field(
    item: Item,
    answer: Any,
    *,
    language: str,
    error: str | None,
    words: Mapping[str, str],
) -> dict[str, Any]:
    """One question as the page's macros take it; ``words`` are the page's own."""
    shown: dict[str, Any] = {
        "name": item.id,
        "kind": item.kind.value,
        "label": item.label.say(language),
        "hint": item.hint.say(language) if item.hint else None,
        "error": error,
    }
    if item.handwritten and "handwriting" in words:
        shown["handwriting"] = words["handwriting"]
    match item.kind:
        case ItemKind.TEMPERATURE:
            return shown | _temperature(item, answer, words)
        case ItemKind.DOSE:
            return shown | _dose(item, answer, language)
        case ItemKind.TEXT:
            return shown | {"value": answer or "", "maxlength": item.max_length}
        case ItemKind.NUMBER:
            return shown | _number(item, answer, words)
        case _:
            return shown | _choices(item, answer, language)


def _temperature(item: Item, answer: Any, words: Mapping[str, str]) -> dict[str, Any]:
    typed = answer if isinstance(answer, Mapping) else {}
    return {
        "value": typed.get("value", ""),
        "unit": typed.get("unit", "C"),
        **_box(item, answer, words),
    }


def _number(item: Item, answer: Any, words: Mapping[str, str]) -> dict[str, Any]:
    box = _box(item, answer, words)
    return {"value": "" if box["cannot_checked"] else answer or "", **box}


def _box(item: Item, answer: Any, words: Mapping[str, str]) -> dict[str, Any]:
    """The box beside a reading that says it cannot be measured."""
    return {
        "cannot": words["cannot"] if item.cannot else None,
        "cannot_checked": item.cannot and answer == "cannot",
    }


def _dose(item: Item, answer: Any, language: str) -> dict[str, Any]:
    taken = isinstance(answer, Mapping)
    return {
        "options": [(str(c.code), c.label.say(language)) for c in item.choices],
        "selected": "mg" if taken else answer,
        "amount": answer["mg"] if taken else "",
        "columns": True,
    }


def _choices(item: Item, answer: Any, language: str) -> dict[str, Any]:
    several = item.kind is ItemKind.MULTI
    labels = [choice.label.say(language) for choice in item.choices]
    codes = [str(choice.code) for choice in item.choices]
    selected = [str(code) for code in answer or ()] if several else None
    if not several and answer is not None:
        selected = str(answer)  # type: ignore[assignment]
    short = max(map(len, labels), default=0) <= tongue(language).short_answer
    return {
        "options": list(zip(codes, labels, strict=True)),
        "selected": selected,
        "columns": short and not several and len(codes) <= 4,
    }
