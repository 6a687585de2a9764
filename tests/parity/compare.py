"""Both sides asked about the same entries, and where they differ."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from portal.protocol.study.model import Study
from tests.parity.sides import Phone, by_python

BATCH = 2_000
SHOWN = 5


@dataclass
class Comparison:
    """How many entries were compared, what came out, and the first differences."""

    compared: int = 0
    differing: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    shown: list[str] = field(default_factory=list)

    def add(self, entry: dict[str, Any], ours: Any, theirs: Any) -> None:
        self.compared += 1
        self.outcomes[ours.get("tier", "refused")] += 1
        self.rules.update(found["rule"] for found in ours.get("findings", ()))
        if _written(ours) != _written(theirs):
            self.differing += 1
            if len(self.shown) < SHOWN:
                told = {"entry": entry, "python": ours, "javascript": theirs}
                self.shown.append(json.dumps(told, indent=1))

    def line(self) -> str:
        tiers = ", ".join(f"{name} {n:,}" for name, n in self.outcomes.most_common())
        return (
            f"{self.compared:,} entries compared, {self.differing} differences"
            f" ({tiers}; {len(self.rules)} rules fired)"
        )


def _written(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def compare(
    study: Study, phone: Phone, entries: Iterable[dict[str, Any]]
) -> Comparison:
    """Judge every entry on both sides, a batch at a time."""
    result = Comparison()
    waiting = iter(entries)
    while batch := list(islice(waiting, BATCH)):
        for entry, theirs in zip(batch, phone.judge(batch), strict=True):
            result.add(entry, by_python(study, entry), theirs)
    return result
