"""The invented people of the burden: enrolled by turns, a diary a day, some days silent.

Their lives are those of the demonstration's people; only what they answer is another.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from portal.demo.past.cast import UnusualReport, celsius
from portal.demo.past.participant_past import ParticipantPast
from portal.demo.past.people import InventedParticipant
from portal.enrolment import status
from portal.protocol.calendar import study_days
from portal.vocabulary.people import ParticipantStatus
from tests.burden.complaints import Body
from tests.burden.notes import notes_in

if TYPE_CHECKING:
    from tests.burden.followed import Followed

HOME_ON = (7, 8, 8, 9, 10, 11)
LANGUAGES = ("zh", "zh", "en")
APART = 3.5
"""Days between one infusion and the next: two a week."""
MONTH_3 = 92
SILENT, NOTED, EVENING, MEASURED_AGAIN = 0.05, 0.2, 0.85, 0.85


def invented(number: int, days: int, apart: float) -> list[InventedParticipant]:
    """So many people, the first of whom had their infusion ``days`` days ago."""
    return [
        InventedParticipant(
            code=f"DS-{place + 1:03}",
            day=round(days - place * apart),
            home=HOME_ON[place % len(HOME_ON)],
            language=LANGUAGES[place % len(LANGUAGES)],
        )
        for place in range(number)
    ]


class FollowedPast(ParticipantPast):
    """One person from enrolment to ``last``, the day on which their follow-up ends."""

    def __init__(
        self, history: Followed, person: InventedParticipant, last: int, seed: int
    ) -> None:
        super().__init__(history, person)
        self._followed, self._language = history, person.language
        self._chance = random.Random(f"{seed}:{person.code}")
        self._last = self._d0 + timedelta(days=last)
        self._said: dict[date, dict[str, Any]] = {}
        self._body = Body(random.Random(f"{seed}:{person.code}:body"))

    def plan(self) -> None:
        """Plan all of it; after the last day nobody asks them anything."""
        super().plan()
        over = self._history.moment(self._last + timedelta(days=1), "06:00")
        self._history.at(over, self._completes)

    def _completes(self, now: datetime) -> None:
        over, why = ParticipantStatus.COMPLETED, "Followed to the end."
        session = self._history.session
        status.change_status(session, self._participant(), over, why, None, now=now)

    def _diary_days(self) -> Iterator[date]:
        """Every day at home on which a diary is due, but for the silent ones."""
        study, person = self._history.study, self._milestones
        phases = {phase.code: phase for phase in study.phases}
        day = self._d0
        while day <= self._last and day <= self._history.today():
            phase = phases[self._phase(day)]
            self._followed.lived(phase.code)
            self._said[day] = self._body.lives_a_day()
            due = study_days.diary_is_due(study, phase, person, day)
            if due and self._chance.random() >= SILENT:
                yield day
            day += timedelta(days=1)

    def _plan_diary(self, day: date) -> None:
        """The morning's diary, with a note on some days."""
        said = dict(self._said[day])
        if self._chance.random() < NOTED:
            words, danger = notes_in(self._language).draw(self._chance)
            said["note"] = words
            self._followed.wrote(words, danger)
        told = UnusualReport(self._invented.code, 0, "", said)
        minute = self._chance.randint(0, 179)
        at = self._history.moment(day, f"{7 + minute // 60:02}:{minute % 60:02}")
        self._history.at(at, self._report(told))
        self._plan_recheck(at, said)

    def _plan_evening(self, day: date) -> None:
        """The second reading of a day, most of the times that it is asked for."""
        plan = self._history.study.reminders.evening
        asked = plan is not None and self._phase(day) in plan.phases
        if asked and self._chance.random() < EVENING:
            minute = self._chance.randint(5, 55)
            self._history.at(
                self._history.moment(day, f"19:{minute:02}"), self._measures
            )

    def _plan_recheck(self, at: datetime, said: dict[str, Any]) -> None:
        temperature = said.get("temp")
        near = isinstance(temperature, dict) and temperature["value"] == "37.6"
        if near and self._chance.random() < MEASURED_AGAIN:
            self._history.at(at + timedelta(minutes=70), self._measures)

    def _measures(self, now: datetime) -> None:
        """A reading and nothing else."""
        value = celsius(f"36.{self._chance.randint(1, 8)}")
        answers = {"emerg": [], "temp": value, "temp_site": "armpit"}
        self._followed.measured(self._participant(), answers, now)
