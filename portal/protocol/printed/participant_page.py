"""What participants read of a study, in plain text: questions, messages, texts and calls."""

from __future__ import annotations

from collections.abc import Iterator

from portal.protocol.printed.filled_messages import example_values, minutes_of
from portal.protocol.study.filling import fill, say
from portal.protocol.study.form import Group, Item, ItemKind
from portal.protocol.study.model import Study
from portal.protocol.study.text import worded

ASKED, WEEKLY = worded("Asked in"), worded("once a week")
TEXT = worded("free text, at most {n} characters")
_KIND_LINES = {
    ItemKind.TEMPERATURE: "____ ℃ / ℉",
    ItemKind.NUMBER: "____",
}


def diary_lines(study: Study, language: str) -> Iterator[str]:
    """Every screen with its questions and answers."""
    for number, group in enumerate(study.groups, start=1):
        yield ""
        yield f"### {number}/{len(study.groups)}  {group.title.say(language)}"
        yield from _screen(study, group, language)


def _screen(study: Study, group: Group, language: str) -> Iterator[str]:
    for name in group.items:
        phases = [phase.code for phase in study.phases if name in phase.form]
        asked = f"{ASKED.say(language)} {' '.join(phases)}"
        yield from _item(study.items[name], language, asked)
    if group.none_label:
        yield f"[ {group.none_label.say(language)} ]"


def _item(item: Item, language: str, asked: str) -> Iterator[str]:
    if item.weekly:
        asked += f" · {WEEKLY.say(language)}"
    yield f"{item.label.say(language)}   ({item.id} · {asked})"
    if item.hint:
        yield f"    {item.hint.say(language)}"
    if item.kind in _KIND_LINES:
        yield f"    {_KIND_LINES[item.kind]}"
    if item.kind is ItemKind.TEXT:
        yield "    " + TEXT.say(language).format(n=item.max_length)
    mark = "☐" if item.kind is ItemKind.MULTI else "○"
    for choice in item.choices:
        yield f"    {mark} {choice.label.say(language)}"


def message_lines(study: Study, language: str) -> Iterator[str]:
    """Every sentence on pages and cards, filled with the study's numbers."""
    for message in study.messages.values():
        minutes = minutes_of(study, message.id)
        values = example_values(study, language) | {"minutes": minutes}
        yield f"{message.id}  {say(message, language, values)}"


def text_lines(study: Study, language: str) -> Iterator[str]:
    """Every text and call, filled with the study's numbers."""
    for template in study.texts.values():
        values = example_values(study, language)
        given = {name: values[name] for name in template.variables}
        yield f"{template.id}  {fill(template, language, given)}"
