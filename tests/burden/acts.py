"""The acts of a team, whom each was for, and what they come to a participant-week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

WEEK = 7


class ActKind(StrEnum):
    """What somebody of the team does at once."""

    READING = "readings of what people wrote"
    REVIEW = "same-day reviews"
    WEEKLY = "weekly lines"
    ROUTINE = "routine reviews"
    CALL = "calls about a missing diary"
    EVENING = "evening calls, and missed second readings"
    WARD = "ward lines"
    ALERT = "alerts"
    OTHER = "everything else"


@dataclass(frozen=True)
class TeamAct:
    """One act. ``phases`` has the phase of each person it was for."""

    kind: ActKind
    role: str
    phases: tuple[str, ...]


@dataclass
class Burden:
    """Every act of a course, and the days on which people were in each phase."""

    acts: list[TeamAct] = field(default_factory=list)
    days: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    diaries: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    fired: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    """In how many diaries of a phase each rule fired."""
    raised: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Diaries of a phase that only the words of a calm note made urgent or worse."""

    def weeks(self, phase: str) -> float:
        """Participant-weeks in a phase."""
        return self.days[phase] / WEEK

    def a_week(
        self, phase: str, role: str, kinds: Iterable[ActKind] = tuple(ActKind)
    ) -> float:
        """Acts of a role for one participant in a week of a phase.

        An act for several people counts for each of them by their share.
        """
        chosen = set(kinds)
        share = sum(
            act.phases.count(phase) / len(act.phases)
            for act in self.acts
            if act.role == role and act.kind in chosen
        )
        return share / self.weeks(phase) if self.days[phase] else 0.0

    def false_urgent(self, phase: str) -> float:
        """Urgent or worse from the words of a calm note, a participant-week."""
        return self.raised[phase] / self.weeks(phase) if self.days[phase] else 0.0

    def fires(self, phase: str, rule: str) -> float:
        """The share of diaries of a phase in which a rule fires."""
        return self.fired[phase, rule] / max(self.diaries[phase], 1)

    def roles(self) -> list[str]:
        """Everybody who did something, in order."""
        return sorted({act.role for act in self.acts})


def table(burden: Burden, phase: str) -> list[str]:
    """The figures of a phase, a line for each kind of act and a column for each role."""
    roles = burden.roles()
    head = f"{phase}: {burden.weeks(phase):.1f} participant-weeks"
    lines = [f"{head:<44}" + "".join(f"{role:>14}" for role in roles)]
    for kind in ActKind:
        found = [burden.a_week(phase, role, [kind]) for role in roles]
        if any(found):
            lines.append(f"  {kind.value:<42}" + "".join(f"{n:>14.2f}" for n in found))
    whole = [burden.a_week(phase, role) for role in roles]
    lines.append(f"  {'in all':<42}" + "".join(f"{n:>14.2f}" for n in whole))
    lines.append(
        f"  {'false urgent from words':<42}{burden.false_urgent(phase):>14.2f}"
    )
    return lines
