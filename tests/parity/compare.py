"""Both sides asked about the same cases, and where they differ."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from portal.protocol.study.model import Study
from tests.parity.kinds import TRIAGE, Kind
from tests.parity.sides import Phone

BATCH = 2_000
SHOWN = 5


@dataclass
class Comparison:
    """How many cases were compared, what came out, and the first differences.

    ``outcomes`` and ``rules`` are of verdicts alone.
    """

    compared: int = 0
    differing: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    shown: list[str] = field(default_factory=list)

    def add(self, kind: Kind, case: dict[str, Any], ours: Any, theirs: Any) -> None:
        self.compared += 1
        if kind is TRIAGE:
            self.outcomes[ours.get("tier", "refused")] += 1
            self.rules.update(found["rule"] for found in ours.get("findings", ()))
        if _written(ours) != _written(theirs):
            self.differing += 1
            if len(self.shown) < SHOWN:
                told = {"case": case, "python": ours, "javascript": theirs}
                self.shown.append(json.dumps(told, indent=1))

    def line(self) -> str:
        said = f"{self.compared:,} cases compared, {self.differing} differences"
        if not self.outcomes:
            return said
        tiers = ", ".join(f"{name} {n:,}" for name, n in self.outcomes.most_common())
        return f"{said} ({tiers}; {len(self.rules)} rules fired)"


def _written(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def compare(
    study: Study, phone: Phone, cases: Iterable[dict[str, Any]], kind: Kind = TRIAGE
) -> Comparison:
    """Ask both sides about every case, a batch at a time."""
    result = Comparison()
    waiting = iter(cases)
    while batch := list(islice(waiting, BATCH)):
        for case, theirs in zip(batch, phone.answer(kind.name, batch), strict=True):
            result.add(kind, case, kind.by_python(study, case), theirs)
    return result
