"""Facts that need earlier entries: what is new, has risen, is repeated or unchanged.

"Last" is always the newest earlier entry that answered the item.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal.protocol.study.form import Item, ItemKind
from portal.protocol.triage.answers import check_answers
from portal.protocol.triage.facts.names import is_yes_no
from portal.protocol.triage.verdict import AnswerFault, PastEntry
from portal.protocol.words.measured import read_item
from portal.protocol.words.numbers import (
    TemperatureReading,
    read_temperature,
    say_tenths,
)

Answers = Mapping[str, object]

LONGEST_HISTORY = 200
"""How many earlier entries are read: half a year of daily diaries."""


@dataclass(frozen=True)
class EarlierEntry:
    """An earlier entry with its usable answers."""

    days_ago: int
    answers: Answers


def read_history(
    items: Mapping[str, Item], previous: Sequence[PastEntry]
) -> tuple[tuple[EarlierEntry, ...], tuple[AnswerFault, ...]]:
    """Earlier entries, newest first, and the faults of their answers.

    Old answers were judged when they came, perhaps by an older study file. An answer
    that does not fit is left out and named, and never blocks today's entry.
    """
    ordered = sorted(previous, key=lambda entry: entry.days_ago)[:LONGEST_HISTORY]
    past: list[EarlierEntry] = []
    doubts: list[AnswerFault] = []
    for place, entry in enumerate(ordered):
        checked = check_answers(items, entry.answers)
        past.append(EarlierEntry(entry.days_ago, checked.answers))
        doubts += (
            AnswerFault(
                f"previous[{place}].{fault.field}", f"{fault.problem}; left out"
            )
            for fault in checked.faults
        )
    return tuple(past), tuple(doubts)


def history_facts(
    items: Mapping[str, Item], answers: Answers, past: Sequence[EarlierEntry]
) -> dict[str, object]:
    """All facts that compare ``answers`` with ``past``, which is newest first."""
    facts: dict[str, object] = {}
    for item in items.values():
        facts.update(_changes(item, answers, past))
        facts.update(_before(item, past))
        facts.update(_raised(item, answers, past))
    rises = [
        value for name, value in facts.items() if name.endswith("_rise")
    ]  # fmt: skip
    facts["highest_rise"] = max((int(str(rise)) for rise in rises), default=0)
    facts["same_days"] = _same_days(items, answers, past)
    return facts


def _last(item: str, past: Iterable[EarlierEntry]) -> object:
    """The newest earlier answer to ``item``, or None."""
    given = (entry.answers[item] for entry in past if item in entry.answers)
    return next(given, None)


def _changes(
    item: Item, answers: Answers, past: Sequence[EarlierEntry]
) -> dict[str, object]:
    """``_new`` and ``_rise`` of one item; never answered before: new, without rise."""
    rank = _rank(item, answers.get(item.id))
    if rank is None:
        return {}
    before = _rank(item, _last(item.id, past))
    facts: dict[str, object] = {f"{item.id}_new": rank > (before or 0)}
    if item.kind is ItemKind.LEVEL:
        facts[f"{item.id}_rise"] = max(rank - (rank if before is None else before), 0)
    return facts


def _rank(item: Item, answer: object) -> int | None:
    if item.kind is ItemKind.LEVEL and isinstance(answer, int):
        return answer
    if item.kind is ItemKind.CHOICE and is_yes_no(item) and answer is not None:
        return int(answer == "yes")
    return None


def _before(item: Item, past: Iterable[EarlierEntry]) -> dict[str, object]:
    """``_last``: what was answered last, of a reading the last that could be read."""
    if item.kind in (ItemKind.CHOICE, ItemKind.LEVEL):
        given = _last(item.id, past)
        return {} if given is None else {f"{item.id}_last": given}
    if item.kind not in (ItemKind.NUMBER, ItemKind.TEMPERATURE):
        return {}
    tenths = _last_read(item, past)
    return {} if tenths is None else {f"{item.id}_last": say_tenths(tenths)}


def _raised(
    item: Item, answers: Answers, past: Iterable[EarlierEntry]
) -> dict[str, object]:
    """``_raised`` of a dose: more than the last that could be read."""
    tenths = _tenths(item, answers.get(item.id))
    if item.kind is not ItemKind.DOSE or tenths is None:
        return {}
    before = _last_read(item, past)
    return {f"{item.id}_raised": before is not None and tenths > before}


def _last_read(item: Item, past: Iterable[EarlierEntry]) -> int | None:
    read = (_tenths(item, entry.answers.get(item.id)) for entry in past)
    return next((one for one in read if one is not None), None)


def _tenths(item: Item, answer: object) -> int | None:
    if item.kind is ItemKind.TEMPERATURE:
        return read_temperature(answer).tenths
    return read_item(item, answer).tenths


def _same_days(
    items: Mapping[str, Item], answers: Answers, past: Iterable[EarlierEntry]
) -> int:
    """Days in the unbroken run of entries equal to this one."""
    today = _fingerprint(items, answers)
    days = {0}
    for entry in past:
        if _fingerprint(items, entry.answers) != today:
            break
        days.add(entry.days_ago)
    return len(days)


def _fingerprint(items: Mapping[str, Item], answers: Answers) -> dict[str, object]:
    """Answers as days are compared: temperatures rounded, all others unchanged."""
    return {
        name: _comparable(items[name].kind, answer) for name, answer in answers.items()
    }


def _comparable(kind: ItemKind, answer: object) -> object:
    if kind is not ItemKind.TEMPERATURE:
        return answer
    reading = read_temperature(answer)
    return answer if reading.tenths is None else _rounded(reading)


def _rounded(reading: TemperatureReading) -> tuple[str, int | None]:
    return "℃", reading.tenths


def others_today(answers: Answers, past: Sequence[EarlierEntry]) -> tuple[int, ...]:
    """Indexes in ``past`` of the day's entries by another reporter (rule T32)."""
    reporter = answers.get("reporter")
    if reporter is None:
        return ()
    today = [place for place, entry in enumerate(past) if entry.days_ago == 0]
    given = [(place, past[place].answers.get("reporter")) for place in today]
    return tuple(place for place, name in given if name not in (None, reporter))


def symptoms_differ(
    items: Mapping[str, Item], answers: Answers, other: Answers
) -> bool:
    """Whether two entries answer some symptom, asked in both, differently."""
    kinds = (ItemKind.CHOICE, ItemKind.LEVEL, ItemKind.MULTI)
    shared = [items[name] for name in answers if name in other and items[name].symptom]
    return any(
        answers[item.id] != other[item.id] for item in shared if item.kind in kinds
    )
