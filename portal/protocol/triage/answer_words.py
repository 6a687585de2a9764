"""Answers and facts in words for staff, in the study's own wording and order.

Nothing is judged here. An unknown item or code is shown unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portal.protocol.demands.items import REPORTER
from portal.protocol.study.form import READ, Item, ItemKind
from portal.protocol.study.model import Study
from portal.protocol.study.text import (
    Text,
    bracketed,
    joined,
    mark,
    same,
    worded,
    worded_for,
)
from portal.protocol.triage.fact_words import (
    FACT_CODES,
    LAST,
    MG,
    PHASE,
    UNREADABLE,
    fact_name,
)
from portal.protocol.triage.facts.names import NOTE_SIGNS
from portal.protocol.words.numbers import read_temperature

NONE = worded("none of these")
TAKEN = worded_for("medicine", "yes")
TYPED = worded("they typed")
NOT_HEARD = worded("No diary came")
"""The title of the alert about silence in an old study without its own title."""
LONGEST = 2000
DOUBTFUL = ("unreadable", "converted")


@dataclass(frozen=True)
class AnswerInWords:
    """One answer: its item, the question, and the chosen words.

    ``calm``: it says that nothing is wrong, so pages show it less.
    """

    item: str
    label: Text
    words: Text
    calm: bool


def rule_titles(study: Study) -> dict[str, Text]:
    """The title of each rule for staff, with that of the portal's own rule."""
    titles = {rule.id: rule.title for rule in study.rules}
    plan = study.reminders
    return {plan.silence_rule: plan.silence or NOT_HEARD, **titles}


def spoken(study: Study, answers: Mapping[str, object]) -> tuple[AnswerInWords, ...]:
    """Every answer, in the order of the study's items; unknown ones last."""
    known = [item for item in study.items.values() if item.id in answers]
    said = [_answer(item, answers[item.id]) for item in known]
    known_names = {*study.items, REPORTER}
    strange = sorted(str(name) for name in answers if name not in known_names)
    said += [
        AnswerInWords(name, same(name), same(str(answers[name])), calm=False)
        for name in strange
    ]
    return tuple(said)


def seen(study: Study, facts: Mapping[str, object]) -> tuple[AnswerInWords, ...]:
    """What a rule saw, without calm facts: items by question, others by name."""
    return tuple(_seen(study, facts))


def is_doubtful(facts: Mapping[str, object]) -> bool:
    """Whether a rule saw a reading whose unit or value was in doubt."""
    states = (value for name, value in facts.items() if name.endswith("_state"))
    return any(state in DOUBTFUL for state in states)


def typed(
    study: Study, facts: Mapping[str, object], answers: Mapping[str, object]
) -> tuple[AnswerInWords, ...]:
    """Doubtful readings that a rule saw, as they were typed in ``answers``."""
    return tuple(
        AnswerInWords("typed", TYPED, _words(item, answers[item.id]), calm=False)
        for item in study.items.values()
        if item.id in answers and facts.get(f"{item.id}_state") in DOUBTFUL
    )


def _seen(study: Study, facts: Mapping[str, object]) -> Iterator[AnswerInWords]:
    for name, value in facts.items():
        item, label = study.items.get(name), fact_name(study, name)
        if name.endswith(LAST):
            item = study.items.get(name.removesuffix(LAST))
        if value in (None, False, 0, "0", [], "absent", "ok"):
            continue
        if item is None:
            yield AnswerInWords(name, label, _fact(study, name, value), calm=False)
        elif not item.is_calm(value):
            yield AnswerInWords(name, label, _item_fact(item, value), calm=False)


def _item_fact(item: Item, value: object) -> Text:
    """A fact that is an answer, now or last time."""
    if item.kind is ItemKind.DOSE:
        return TAKEN
    if item.choices and item.kind not in READ:
        return _chosen(item, value)
    number = item.kind is ItemKind.NUMBER
    return same(_figure(value) if number else str(value))


def _fact(study: Study, name: str, value: object) -> Text:
    """A fact that is no answer; of signs and of a phase their titles."""
    if name.endswith(MG):
        return same(_figure(value))
    if name == PHASE:
        known = (one.title for one in study.phases if one.code == value)
        return next(known, _plain(value))
    if name != NOTE_SIGNS:
        return _plain(value)
    ids = value if isinstance(value, list | tuple) else [value]
    titles = {sign.id: sign.title for sign in study.signs}
    said = [titles.get(str(one), same(str(one))) for one in ids]
    return joined(said, mark("listed"))


def _figure(value: object) -> str:
    """A number as it is written, without an empty decimal."""
    return str(value).removesuffix(".0")


def _plain(value: object) -> Text:
    if isinstance(value, list | tuple):
        return joined([_plain(one) for one in value], mark("listed"))
    if value is True:
        return same("")
    return FACT_CODES.get(str(value), same(str(value)))


def _answer(item: Item, value: object) -> AnswerInWords:
    return AnswerInWords(
        item.id, item.label, _words(item, value), _is_calm(item, value)
    )


def _is_calm(item: Item, value: object) -> bool:
    if item.kind is ItemKind.TEMPERATURE:
        return read_temperature(value).is_calm
    return item.is_calm(value)


def _words(item: Item, value: object) -> Text:
    if item.kind is ItemKind.TEMPERATURE and isinstance(value, Mapping):
        return _temperature(value)
    if item.kind is ItemKind.DOSE and isinstance(value, Mapping):
        dose = str(value.get("mg", ""))[:LONGEST]
        return worded("%(dose)s mg", dose=dose)
    return _chosen(item, value)


def _chosen(item: Item, value: object) -> Text:
    if isinstance(value, list | tuple):
        labels = [_label(item, code) for code in value]
        return joined(labels, mark("listed")) if labels else NONE
    return _label(item, value)


def _label(item: Item, code: object) -> Text:
    for choice in item.choices:
        if str(choice.code) == str(code) and not isinstance(code, bool):
            return choice.label
    return same(str(code)[:LONGEST])


def _temperature(value: Mapping[object, object]) -> Text:
    reading = read_temperature(value)
    raw = str(value.get("value", ""))[:40]
    if raw[-1:].isdigit():
        raw += "℉" if reading.unit == "F" else "℃"
    if reading.tenths is None:
        return joined([same(raw), bracketed(UNREADABLE)], mark("gap"))
    celsius = f"{reading.tenths // 10}.{reading.tenths % 10}℃"
    return same(celsius if celsius == raw else f"{raw} = {celsius}")
