"""Notes of people with the tier that each must reach, and how many do.

A file of cases is a table with tabs: ``phrase``, ``language``, ``at_least`` (left out:
routine), ``at_most``, ``theme``. The counts say how well a study's signs hear what was
never written into them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from portal.errors import EntryRefused, InvalidInput
from portal.protocol.study.form import ItemKind
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.judge import judge
from portal.protocol.triage.unread_words import leaves_unread, must_be_read
from portal.vocabulary.diary import EntrySource

NEEDED = ("phrase", "at_most")


@dataclass(frozen=True)
class NoteCase:
    """A note, and the tiers between which its verdict must be."""

    phrase: str
    at_least: Tier
    at_most: Tier


@dataclass(frozen=True)
class Count:
    """How many of the notes that ask for something got it."""

    what: str
    got: int
    of: int

    @property
    def share(self) -> float:
        """The part that got it; 1 if nobody asks."""
        return self.got / self.of if self.of else 1.0


@dataclass(frozen=True)
class Heard:
    """A case with what the study makes of it."""

    case: NoteCase
    tier: Tier
    unread: bool
    quiet: bool


def read_cases(text: str) -> tuple[NoteCase, ...]:
    """The cases of a file's text.

    Raises:
        InvalidInput: a column is missing, or a tier is none.
    """
    lines = [line.split("\t") for line in text.splitlines() if line.strip()]
    columns = lines[0] if lines else []
    for name in NEEDED:
        if name not in columns:
            raise InvalidInput(f"The file has no column {name}.", field=name)
    return tuple(_case(dict(zip(columns, line, strict=False))) for line in lines[1:])


def _case(row: dict[str, str]) -> NoteCase:
    least, most = row.get("at_least") or Tier.ROUTINE.value, row.get("at_most", "")
    try:
        return NoteCase(row["phrase"], Tier(least), Tier(most))
    except ValueError as error:
        raise InvalidInput(f"{row['phrase']}: {error}.", field="at_most") from error


def heard(study: Study, phase: str, cases: Iterable[NoteCase]) -> Iterator[Heard]:
    """What the study makes of each note, alone in an entry of this phase."""
    note = study.of_kind(ItemKind.TEXT)[0]
    for case in cases:
        answers = {note: case.phrase}
        try:
            verdict = judge(study, phase, answers, source=EntrySource.TEXT)
        except EntryRefused:
            yield Heard(case, Tier.ROUTINE, unread=False, quiet=False)
            continue
        unread = leaves_unread(study.items, answers, verdict)
        quiet = not must_be_read(case.phrase, study.items, answers, asked=True)
        yield Heard(case, verdict.tier, unread, quiet)


def counts(said: Iterable[Heard]) -> tuple[Count, ...]:
    """How many notes reach their tier, are raised without need, or are read."""
    every = list(said)
    calm = [one for one in every if not one.case.at_most.pages]
    silent = [one for one in every if one.tier is Tier.ROUTINE and not one.quiet]
    return (
        _reaching("emergencies heard as an emergency", every, Tier.EMERGENCY),
        _reaching("dangers heard as urgent or more", every, Tier.URGENT),
        _reaching("matters of the day heard as such or more", every, Tier.SAME_DAY),
        Count(
            "calm notes raised to urgent", sum(h.tier.pages for h in calm), len(calm)
        ),
        Count(
            "silent notes that a person reads",
            sum(h.unread for h in silent),
            len(silent),
        ),
    )


def _reaching(what: str, every: list[Heard], tier: Tier) -> Count:
    asked = [one for one in every if one.case.at_least.rank >= tier.rank]
    return Count(what, sum(one.tier.rank >= tier.rank for one in asked), len(asked))
