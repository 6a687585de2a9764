"""A study as its participants will read it, in plain text, for approval on paper.

Placeholders are filled from the study itself (numbers, clocks) or with an example, so
that a reader approves sentences and not templates.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from portal.protocol.study.filling import date_text, fill, say
from portal.protocol.study.form import Group, Item, ItemKind
from portal.protocol.study.model import Study
from portal.protocol.study.text import worded, worded_for
from portal.protocol.study.tiers import Tier

_RULE = "=" * 64
_EXAMPLE_DAY = date(2026, 3, 24)
_WORDS = {
    "approved": worded("approved"),
    "draft": worded("NOT APPROVED, for review only"),
    "timeline": worded_for("study", "Timeline"),
    "diary": worded("Diary"),
    "messages": worded("Messages"),
    "texts": worded("Texts and calls"),
    "daily": worded("daily"),
    "weekdays": worded("Monday to Friday"),
    "weekly": worded("weekly"),
    "once": worded("once"),
    "optional": worded("optional"),
    "none": worded("no diary"),
    "asked": worded("Asked in"),
    "weekly_item": worded("once a week"),
    "text": worded("free text, at most {n} characters"),
}
_KIND_LINES = {
    ItemKind.TEMPERATURE: "____ ℃ / ℉",
    ItemKind.NUMBER: "____",
}


def printed_study(study: Study, language: str) -> str:
    """The whole study in ``language``: timeline, diary, messages, texts."""
    return "\n".join(_lines(study, language))


def _lines(study: Study, language: str) -> Iterator[str]:
    state = _word("approved" if study.approved else "draft", language)
    yield _RULE
    yield study.title.say(language)
    yield f"{study.registry} · {study.id} {study.version} · {state}"
    yield _RULE
    yield from _timeline(study, language)
    yield from _diary(study, language)
    yield from _messages(study, language)
    yield from _texts(study, language)


def _word(name: str, language: str) -> str:
    return _WORDS[name].say(language)


def _heading(name: str, language: str) -> Iterator[str]:
    yield ""
    yield f"## {_word(name, language)}"


def _timeline(study: Study, language: str) -> Iterator[str]:
    yield from _heading("timeline", language)
    for phase in study.phases:
        diary = _word(phase.diary, language)
        yield f"{phase.code}  {phase.title.say(language)} · {diary}"
    yield ""
    for visit in study.visits:
        yield f"{visit.code}  {visit.title.say(language)}"
        yield f"    {visit.bring.say(language)}"


def _diary(study: Study, language: str) -> Iterator[str]:
    yield from _heading("diary", language)
    for number, group in enumerate(study.groups, start=1):
        yield ""
        yield f"### {number}/{len(study.groups)}  {group.title.say(language)}"
        yield from _screen(study, group, language)


def _screen(study: Study, group: Group, language: str) -> Iterator[str]:
    for name in group.items:
        phases = [phase.code for phase in study.phases if name in phase.form]
        asked = f"{_word('asked', language)} {' '.join(phases)}"
        yield from _item(study.items[name], language, asked)
    if group.none_label:
        yield f"[ {group.none_label.say(language)} ]"


def _item(item: Item, language: str, asked: str) -> Iterator[str]:
    if item.weekly:
        asked += f" · {_word('weekly_item', language)}"
    yield f"{item.label.say(language)}   ({item.id} · {asked})"
    if item.hint:
        yield f"    {item.hint.say(language)}"
    if item.kind in _KIND_LINES:
        yield f"    {_KIND_LINES[item.kind]}"
    if item.kind is ItemKind.TEXT:
        yield "    " + _word("text", language).format(n=item.max_length)
    mark = "☐" if item.kind is ItemKind.MULTI else "○"
    for choice in item.choices:
        yield f"    {mark} {choice.label.say(language)}"


def _messages(study: Study, language: str) -> Iterator[str]:
    yield from _heading("messages", language)
    for message in study.messages.values():
        values = _values(study, language) | {"minutes": _minutes(study, message.id)}
        yield f"{message.id}  {say(message, language, values)}"


def _minutes(study: Study, message: str) -> str:
    """The minutes for a message: those of its tier, or of a rule's case."""
    clocks = [policy.ack_minutes for policy in study.policies.values()]
    own = [p.ack_minutes for p in study.policies.values() if p.advice == message]
    cases = [case for rule in study.rules for case in rule.cases]
    own += [case.ack_minutes for case in cases if message in case.advice]
    known = [minutes for minutes in (*own, *clocks[1:]) if minutes]
    return str(known[0]) if known else "?"


def _values(study: Study, language: str) -> dict[str, str]:
    return {
        "phone": study.site.duty_line,
        "tel": study.site.duty_line,
        "emergency": study.site.emergency_number,
        "time": "03:02",
        "date": date_text(_EXAMPLE_DAY, language),
        "role": worded("a nurse").say(language),
        "v": "100.4",
        "c": "38.0",
        "level": study.policies[Tier.URGENT].title.say(language),
        "code": "4821",
        "minutes": str(study.policies[Tier.URGENT].ack_minutes),
    }


def _texts(study: Study, language: str) -> Iterator[str]:
    yield from _heading("texts", language)
    for template in study.texts.values():
        values = _values(study, language)
        given = {name: values[name] for name in template.variables}
        yield f"{template.id}  {fill(template, language, given)}"
