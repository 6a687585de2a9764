"""The stretches of a study, and the people who are in them now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import cycle

from portal.demo.past.people import InventedParticipant
from portal.protocol.calendar.usual_days import first_days
from portal.protocol.study.model import Study
from portal.protocol.study.timeline import Phase

ASKED, UNASKED = 6, 3
"""How many people are in a phase whose diary is due, and in any other."""
LAST_PHASE_DAYS = 90


@dataclass(frozen=True)
class Stretch:
    """A phase, with its first day and its last counted from D0."""

    phase: Phase
    first: int
    last: int


@dataclass
class Crowd:
    """People who have no part yet, each in a stretch; ``taken`` are those who have one."""

    free: dict[str, tuple[Stretch, InventedParticipant]]
    taken: dict[str, InventedParticipant]

    def take(
        self, phase: str, language: str | None = None, lived: int = 0
    ) -> InventedParticipant | None:
        """Somebody of a phase, there for ``lived`` days already; None: nobody is left."""
        for code, (stretch, one) in self.free.items():
            there = stretch.phase.code == phase and one.day - stretch.first >= lived
            if there and language in (None, one.language):
                del self.free[code]
                self.taken[code] = one
                return one
        return None

    def silence(self, one: InventedParticipant, days: int) -> None:
        """Let somebody who was taken leave out today's diary and so many before."""
        self.taken[one.code] = replace(one, silent=days)

    def everybody(self) -> tuple[InventedParticipant, ...]:
        """All people, whoever has been here longest first."""
        found = {**{code: one for code, (_, one) in self.free.items()}, **self.taken}
        return tuple(found[code] for code in sorted(found))


def stretches(study: Study) -> Iterator[Stretch]:
    """Every phase with its days, for people to whom all happens as it is planned."""
    ward, begun = study.ward, first_days(study)
    stay = 0
    if ward is not None:
        stay = ward.planned_days or 0
        yield Stretch(ward, 0, stay)
    firsts = [*begun.values()]
    for place, phase in enumerate(study.phases_at_home):
        first = max(firsts[place], stay + 1 if ward else 0)
        later = firsts[place + 1 :]
        last = later[0] - 1 if later else first + LAST_PHASE_DAYS
        yield Stretch(phase, first, max(last, first))


def crowd(study: Study) -> Crowd:
    """Some people in each phase, with all the languages of the study."""
    days = [
        (stretch, day)
        for stretch in stretches(study)
        for day in _days(stretch, _many(stretch))
    ]
    days.sort(key=lambda pair: -pair[1])
    prefix, languages = _prefix(study), cycle(study.languages)
    people = {}
    for number, (stretch, day) in enumerate(days, start=1):
        code = f"{prefix}-{number:03}"
        home = None if stretch.phase.ward else _home(study)
        people[code] = (stretch, InventedParticipant(code, day, home, next(languages)))
    return Crowd(people, {})


def _many(stretch: Stretch) -> int:
    return ASKED if stretch.phase.diary.is_due else UNASKED


def _days(stretch: Stretch, many: int) -> list[int]:
    """Days spread over a stretch, none of them D0."""
    length = stretch.last - stretch.first
    spread = [stretch.first + length * (n + 1) // (many + 1) for n in range(many)]
    return [max(day, 1) for day in spread]


def _home(study: Study) -> int | None:
    ward = study.ward
    return None if ward is None else (ward.planned_days or 0) + 1


def _prefix(study: Study) -> str:
    """What the codes of a study begin with: initials, or its first letters."""
    words = [word for word in re.split("[-_]", study.id) if word[:1].isalpha()]
    initials = "".join(word[0] for word in words)[:3]
    letters = re.sub("[^A-Za-z]", "", study.id)[:2]
    return (initials if len(initials) > 1 else letters).upper()
