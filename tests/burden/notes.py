"""The notes that the invented people write: out of the corpora, all but the blind ones.

``fresh.tsv`` and ``fourth.tsv`` stay unread. A note is calm if nothing in it may raise more
than a same-day matter, dangerous if it must be raised to urgent or more.
"""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from portal.protocol.study.tiers import Tier

CORPORA = ("phrases.tsv", "unseen.tsv", "third.tsv", "benign.tsv")
WORDS = Path(__file__).parents[1] / "protocol" / "words"
DANGEROUS = 1 / 40
"""The share of notes that are dangerous."""


@dataclass(frozen=True)
class Notes:
    """Calm and dangerous notes of one language."""

    calm: tuple[str, ...]
    dangerous: tuple[str, ...]

    def draw(self, chance: random.Random) -> tuple[str, bool]:
        """A note, and whether it is dangerous."""
        danger = chance.random() < DANGEROUS
        return chance.choice(self.dangerous if danger else self.calm), danger


@cache
def notes_in(language: str) -> Notes:
    """All notes of a language that may be drawn, each as it was written."""
    rows = [
        row for name in CORPORA for row in _rows(name) if row["language"] == language
    ]
    return Notes(
        calm=tuple(row["phrase"] for row in rows if not _pages(row["at_most"])),
        dangerous=tuple(row["phrase"] for row in rows if _pages(row.get("at_least"))),
    )


def _rows(name: str) -> list[dict[str, str]]:
    lines = (WORDS / name).read_text("utf-8").splitlines()
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def _pages(tier: str | None) -> bool:
    return Tier(tier or "routine").pages
