"""Visits, phases, questions and screens of two versions."""

from __future__ import annotations

from collections.abc import Iterator

from portal.protocol.amendment.change import Part, StudyChange, aspects
from portal.protocol.printed.timeline_words import begin_words, diary_words, visit_when
from portal.protocol.study.form import Choice, Group, Item, ItemKind
from portal.protocol.study.model import Study
from portal.protocol.study.text import (
    Text,
    filled,
    joined,
    mark,
    same,
    worded,
    worded_for,
)
from portal.protocol.study.timeline import Phase, PlannedVisit

VISIT, PHASE = worded_for("study", "visit"), worded("phase")
WHEN, BRING = (
    worded("day and window"),
    worded("what to bring"),
)
TITLE, DIARY = worded("title"), worded("diary")
BEGINS, QUESTION = worded("begins"), worded("question")
WARD = worded("in hospital")
HINT, ANSWERS = worded("hint"), worded("answers")
ASKED, WEEKLY = worded("asked in"), worded("once a week")
CALM = worded('what "none of these" stores')
SYMPTOM, BOUNDS = worded("whether it is a symptom"), worded("possible range")
BY_HAND = worded("a sentence by hand")
UNREADABLE = worded("calm if nobody can read it")
CALM_ONE, NOT_CALM = worded("(calm)"), worded("(not calm)")
NOT_LOOKED = worded("(says nothing about a symptom)")
ASKED_IN, CANNOT = worded("asked in %(phases)s"), worded("or not measured")
KINDS = {
    ItemKind.CHOICE: worded("one answer"),
    ItemKind.LEVEL: worded("one level"),
    ItemKind.MULTI: worded("several answers"),
    ItemKind.TEMPERATURE: worded("a temperature"),
    ItemKind.DOSE: worded("a dose"),
    ItemKind.NUMBER: worded("a number"),
    ItemKind.TEXT: worded("words of their own"),
}
LIMIT, SCREEN = worded("maximum characters"), worded("screen")
BUTTON, SHOWN = worded("button"), worded("questions on it, in order")
ORDER_OF_SCREENS = worded("order of the screens")


def visit_changes(old: Study, new: Study) -> Iterator[StudyChange]:
    """Changes of visits, by code, then of the phases that they end."""
    before = {visit.code: visit for visit in old.visits}
    after = {visit.code: visit for visit in new.visits}
    for code in dict.fromkeys([*before, *after]):
        was, now = before.get(code), after.get(code)
        if was is not None and now is not None:
            yield from _visit(was, now)
        else:
            yield _whole(Part.VISITS, VISIT, _visit_words(was), _visit_words(now))
    phases = {phase.code: phase for phase in old.phases}
    later = {phase.code: phase for phase in new.phases}
    for code in dict.fromkeys([*phases, *later]):
        first, second = phases.get(code), later.get(code)
        if first is not None and second is not None:
            yield from _phase(first, second)
        else:
            words = (_phase_words(first), _phase_words(second))
            yield _whole(Part.VISITS, PHASE, *words)


def _whole(
    part: Part, aspect: Text, before: Text | None, after: Text | None
) -> StudyChange:
    """Something that is in only one of the two versions: its wording is its name."""
    return StudyChange(part, after or before or same(""), aspect, before, after)


def _visit_words(visit: PlannedVisit | None) -> Text | None:
    if visit is None:
        return None
    return joined([same(visit.code), visit.title, visit_when(visit)], same(" · "))


def _visit(was: PlannedVisit, now: PlannedVisit) -> Iterator[StudyChange]:
    name = joined([same(now.code), now.title], same(" "))
    pairs = [
        (WHEN, visit_when(was), visit_when(now)),
        (TITLE, was.title, now.title),
        (BRING, was.bring, now.bring),
    ]
    yield from aspects(Part.VISITS, name, pairs)


def _phase_words(phase: Phase | None) -> Text | None:
    if phase is None:
        return None
    return joined([same(phase.code), phase.title], same(" "))


def _phase(was: Phase, now: Phase) -> Iterator[StudyChange]:
    name = joined([same(now.code), now.title], same(" "))
    pairs = [
        (TITLE, was.title, now.title),
        (DIARY, diary_words(was.diary), diary_words(now.diary)),
        (BEGINS, begin_words(was.begins), begin_words(now.begins)),
        (WARD, _planned(was), _planned(now)),
    ]
    yield from aspects(Part.VISITS, name, pairs)


def _planned(phase: Phase) -> Text:
    days = phase.planned_days
    return worded("%(days)s days", days=days) if phase.ward else _yes(value=False)


def question_changes(old: Study, new: Study) -> Iterator[StudyChange]:
    """Changes of questions, by id, then of the screens that show them."""
    for name in dict.fromkeys([*old.items, *new.items]):
        was, now = old.items.get(name), new.items.get(name)
        if was is not None and now is not None:
            yield from _question(old, was, new, now)
        else:
            words = (_item_words(old, was), _item_words(new, now))
            called = [_item_name(one) for one in (was, now) if one is not None]
            yield StudyChange(Part.QUESTIONS, called[-1], QUESTION, *words)
    yield from _screens(old, new)


def _by_id(study: Study) -> dict[str, Group]:
    return {group.id: group for group in study.groups}


def _item_name(item: Item) -> Text:
    return joined([same(item.id), item.label], same(" · "))


def _item_words(study: Study, item: Item | None) -> Text | None:
    if item is None:
        return None
    asked = filled(ASKED_IN, phases=_asked(study, item))
    return joined([_answers(item), asked], same(" · "))


def _question(old: Study, was: Item, new: Study, now: Item) -> Iterator[StudyChange]:
    limits = (_number(was.max_length), _number(now.max_length))
    pairs: list[tuple[Text, Text | None, Text | None]] = [
        (QUESTION, was.label, now.label),
        (HINT, was.hint, now.hint),
        (ANSWERS, _answers(was), _answers(now)),
        (ASKED, _asked(old, was), _asked(new, now)),
        (WEEKLY, _yes(was.weekly), _yes(now.weekly)),
        (CALM, _number(was.calm), _number(now.calm)),
        (LIMIT, *limits),
        (SYMPTOM, _yes(was.symptom), _yes(now.symptom)),
        (BOUNDS, _bounds(was), _bounds(now)),
        (BY_HAND, _yes(was.handwritten), _yes(now.handwritten)),
        (UNREADABLE, _yes(was.calm_if_unreadable), _yes(now.calm_if_unreadable)),
    ]
    yield from aspects(Part.QUESTIONS, _item_name(now), pairs)


def _answers(item: Item) -> Text:
    codes = [_choice(one) for one in item.choices]
    cannot = [CANNOT] if item.cannot else []
    return joined([KINDS[item.kind], *codes, *cannot], same(" / "))


def _choice(choice: Choice) -> Text:
    """Label and code; what it means where it says so itself."""
    said = [choice.label, same(f"({choice.code})")]
    if choice.calm is not None:
        said.append(CALM_ONE if choice.calm else NOT_CALM)
    if not choice.symptom:
        said.append(NOT_LOOKED)
    return joined(said, same(" "))


def _bounds(item: Item) -> Text | None:
    return same("–".join(map(str, item.plausible))) if item.plausible else None


def _asked(study: Study, item: Item) -> Text:
    codes = [phase.code for phase in study.phases if item.id in phase.form]
    return same(", ".join(codes) or "–")


def _yes(value: bool) -> Text:
    return worded("yes") if value else worded("no")


def _number(value: object) -> Text | None:
    return None if value is None else same(str(value))


def _shown(study: Study, group: Group) -> Text:
    """The questions of a screen as they are asked."""
    items = [study.items.get(name) for name in group.items]
    labels = [one.label for one in items if one is not None]
    return joined(labels, mark("semicolon"))


def _screens(old: Study, new: Study) -> Iterator[StudyChange]:
    before, after = _by_id(old), _by_id(new)
    for name in dict.fromkeys([*before, *after]):
        was, now = before.get(name), after.get(name)
        if was is not None and now is not None:
            pairs: list[tuple[Text, Text | None, Text | None]] = [
                (TITLE, was.title, now.title),
                (BUTTON, was.none_label, now.none_label),
            ]
            if was.items != now.items:
                pairs.append((SHOWN, _shown(old, was), _shown(new, now)))
            yield from aspects(Part.QUESTIONS, now.title, pairs)
        else:
            words = (was.title if was else None, now.title if now else None)
            yield _whole(Part.QUESTIONS, SCREEN, *words)
    if [one for one in before if one in after] != [
        one for one in after if one in before
    ]:
        order = (same(", ".join(before)), same(", ".join(after)))
        yield StudyChange(Part.QUESTIONS, SCREEN, ORDER_OF_SCREENS, *order)
