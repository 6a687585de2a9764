"""A screen's fields as a browser sends them: whole, lacking, doubled, and strange."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from werkzeug.datastructures import MultiDict

from portal.characters import BLANKS, INVISIBLE
from portal.protocol.study.form import Item, ItemKind
from portal.protocol.study.model import Study
from portal.web.parts import answer_fields
from tests.parity.nasty import ODD, Notes, odd_text, typed_number

LEVELS = ["0", "1", "2", "3", "٣", "３", "²", "007", "-1", "1.0", "1e1", "9" * 9,
          "9" * 10, "9" * 400, "9" * 5000, "0" * 9 + "1", "yes", "no"]  # fmt: skip
LONG = ["x" * 41, "好" * 41, "🤒" * 41, "1" * 41, "e\u0301" * 30, "\u202e38.0", "３８．５",
        "٣٨٫٥", "\u200f39\u200f", "{v}", "a\r\nb", "a\nb"]  # fmt: skip
STRANGERS = ["zzz", "__proto__", "constructor", "temp ", "emerg[]", "opened", ""]


def cases(study: Study, seed: int, count: int) -> Iterator[dict[str, Any]]:
    """One group's screen, or any items at all."""
    draw, notes = Random(seed), Notes(study)
    names = list(study.items)
    for _ in range(count):
        items = list(draw.choice(study.groups).items)
        if draw.random() < 0.3:
            items = draw.sample(names, k=draw.randrange(1, len(names)))
        fields = [
            pair for name in items for pair in _fields(draw, notes, study.items[name])
        ]
        if draw.random() < 0.2:
            name = draw.choice([*STRANGERS, *names])
            fields.append([name, _text(draw, notes)])
        if draw.random() < 0.2 and fields:
            fields.append(draw.choice(fields))
        if draw.random() < 0.3:
            draw.shuffle(fields)
        case = {"items": items, "fields": fields, "none": draw.random() < 0.4}
        yield _sendable(case)


def _sendable(case: dict[str, Any]) -> dict[str, Any]:
    """Without halves of characters: no browser sends one."""
    text = json.dumps(case, ensure_ascii=False)
    whole: dict[str, Any] = json.loads(text.encode("utf-8", "replace").decode())
    return whole


def _fields(draw: Random, notes: Notes, item: Item) -> list[list[str]]:
    """The fields of one question, some of them left out."""
    if draw.random() < 0.25:
        return []
    codes = [str(choice.code) for choice in item.choices]
    found: list[list[str]] = []
    for _ in range(draw.choice([1, 1, 1, 1, 2])):
        found += _once(draw, notes, item, codes)
    return found


def _once(draw: Random, notes: Notes, item: Item, codes: list[str]) -> list[list[str]]:
    name = item.id
    match item.kind:
        case ItemKind.MULTI:
            several = draw.sample(codes, k=draw.randrange(len(codes) + 1))
            return [[name, code] for code in several]
        case ItemKind.LEVEL:
            return [[name, _padded(draw, draw.choice([*codes, *codes, *LEVELS]))]]
        case ItemKind.CHOICE:
            return [[name, draw.choice([*codes, *codes, "", _text(draw, notes)])]]
        case ItemKind.TEMPERATURE:
            return _maybe(draw, [
                [name, draw.choice(["", _text(draw, notes), typed_number(draw, 380)])],
                [f"{name}_unit", draw.choice(["C", "F", "f", "", "K"])],
                [f"{name}_cannot", draw.choice(["1", "", "0"])],
            ])  # fmt: skip
        case ItemKind.DOSE:
            return _maybe(draw, [
                [name, draw.choice(["no", "mg", "", " mg", "\ufeffno", "yes"])],
                [f"{name}_mg", draw.choice(["", "20", _text(draw, notes)])],
            ])  # fmt: skip
        case _:
            return [[name, _text(draw, notes)]]


def _maybe(draw: Random, fields: list[list[str]]) -> list[list[str]]:
    return [one for one in fields if draw.random() < 0.7]


def _text(draw: Random, notes: Notes) -> str:
    kind = draw.random()
    if kind < 0.2:
        return _padded(draw, draw.choice(["", *ODD]))
    if kind < 0.4:
        return odd_text(draw)
    if kind < 0.6:
        return _padded(draw, draw.choice(LONG) + draw.choice(["", *LONG]))
    if kind < 0.8:
        return typed_number(draw, draw.randrange(1200))
    return _padded(draw, notes.note(draw))


def _padded(draw: Random, text: str) -> str:
    if draw.random() < 0.5:
        return text
    around = BLANKS + INVISIBLE
    before, after = draw.choices(around, k=2), draw.choices(around, k=2)
    return "".join(before) + text + "".join(after)


def by_python(study: Study, case: dict[str, Any]) -> dict[str, Any]:
    """The answers that the server reads off the form."""
    items = {name: item for name, item in study.items.items() if name in case["items"]}
    form = MultiDict((name, value) for name, value in case["fields"])
    return answer_fields.read_screen(items, form, none=case["none"])
