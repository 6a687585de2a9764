"""What is compared: for each kind, the cases and what the server says of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from portal.errors import EntryRefused
from portal.protocol.calendar.whereabouts import Place
from portal.protocol.study.model import Study
from portal.protocol.triage.judge import judge
from portal.protocol.triage.verdict import PastEntry, Verdict
from tests.parity import advices, days, fields, screens
from tests.parity.generate import Generator

Case = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """``name`` is what the phone's page calls it; ``cases`` come from a seed."""

    name: str
    cases: Callable[[Study, int, int], Iterator[Case]]
    by_python: Callable[[Study, Case], Any]


def _entries(study: Study, seed: int, count: int) -> Iterator[Case]:
    return Generator(study, seed).entries(count)


def by_python(study: Study, entry: Case) -> Case:
    """What the server says of an entry, as JSON values."""
    past = [PastEntry(old["days_ago"], old["answers"]) for old in entry["previous"]]
    try:
        verdict = judge(
            study,
            entry["phase"],
            entry["answers"],
            past,
            source=entry["source"],
            place=Place(entry["place"]) if entry.get("place") else None,
        )
    except EntryRefused as refused:
        return {"refused": refused.message, "field": refused.field}
    return verdict_data(verdict)


def verdict_data(verdict: Verdict) -> Case:
    """A verdict as the phone has it."""
    return {
        "tier": verdict.tier.value,
        "ack_minutes": verdict.ack_minutes,
        "findings": [
            {**vars(found), "tier": found.tier.value, "facts": dict(found.facts)}
            for found in verdict.findings
        ],
        "advice": list(verdict.advice),
        "faults": [vars(fault) for fault in verdict.faults],
    }


TRIAGE = Kind("judge", _entries, by_python)
OTHERS = (
    Kind("screens", screens.cases, screens.by_python),
    Kind("fields", fields.cases, fields.by_python),
    Kind("advice", advices.cases, advices.by_python),
    Kind("days", days.cases, days.by_python),
)
