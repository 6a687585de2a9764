"""A course of people followed to month 3, told by the demonstration's own machinery.

The engine works at each full hour of the day and at every hour that the study names, an alert is answered within minutes, and the
team looks at its worklist every hour. Everything that was done is noted as it is done.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from portal import study_versions
from portal.db.tables.diary import Entry, EntryVersion
from portal.db.tables.people import Participant
from portal.demo.past import staff as troupe
from portal.demo.past.history import A_MINUTE, History
from portal.demo.past.people import STUDY
from portal.diary import reviews
from portal.people import timeline
from portal.people.case import Case
from portal.protocol.calendar import study_days
from portal.protocol.study.hours import named_hours
from portal.protocol.study.model import Study
from portal.protocol.triage.judge import judge
from portal.protocol.triage.verdict_json import from_data
from portal.runtime import Runtime
from portal.visits.reminders import remind
from portal.vocabulary.people import ReporterKind
from tests.burden.acts import Burden
from tests.burden.desk import LOOKS, Desk
from tests.burden.people import APART, FollowedPast, invented
from tests.support.study import the_study

BEGINS = datetime.fromisoformat("2026-03-02T01:00:00+00:00")
HOURS = tuple(f"{hour:02}:00" for hour in range(6, 23))


class Followed(History):
    """Lives a whole course through, and notes what it costs."""

    def __init__(self, *told: object, begins: datetime, seed: int) -> None:
        super().__init__(*told)  # type: ignore[arg-type]
        self.begins, self.burden = begins, Burden()
        self.cast = replace(self.cast, caregivers=(), reports=(), just_now={})
        self.chance.seed(seed)
        self.desk = Desk(self)
        self._dangerous: set[str] = set()
        self._measuring = False

    def lived(self, phase: str) -> None:
        """Count a day of somebody in a phase."""
        self.burden.days[phase] += 1

    def wrote(self, words: str, danger: bool) -> None:
        """Remember whether a note is dangerous."""
        if danger:
            self._dangerous.add(words)

    def measured(
        self, person: Participant, answers: Mapping[str, Any], now: datetime
    ) -> None:
        """Submit a reading that is no diary of its own."""
        self._measuring = True
        self.report(person, answers, ReporterKind.SELF.value, None, now)
        self._measuring = False

    def _reminding_since(self) -> datetime:
        return self.begins

    def _plan_sweeps(self) -> None:
        day, last = (
            study_days.local_date(self.begins, self.site.time_zone),
            self.today(),
        )
        while day <= last:
            for clock in sorted({*named_hours(self.study), *HOURS}):
                self.at(self.moment(day, clock) + A_MINUTE, self._sweep)
            for clock in LOOKS:
                self.at(self.moment(day, clock), self.desk.look)
            self.at(self.moment(day, "23:50"), self._tell_day)
            day += timedelta(days=1)

    def _sweep(self, now: datetime) -> None:
        if remind.anyone_due(self.session, now=now):
            super()._sweep(now)

    def _tell_day(self, now: datetime) -> None:
        self.session.flush()
        day = study_days.local_date(now, self.site.time_zone)
        acts = len(self.burden.acts)
        print(f"\r{day}: {acts} acts", end="", file=sys.stderr, flush=True)

    def _plan_tasks(self, version_id: str, now: datetime) -> None:
        """Note what was reported; the team's looks do what it asks for."""
        version = self.session.get_one(EntryVersion, version_id)
        verdict = from_data(version.verdict)
        phase = version.phase
        if not self._measuring:
            self.burden.diaries[phase] += 1
            for finding in verdict.findings:
                self.burden.fired[phase, finding.rule] += 1
        note = version.answers.get("note")
        if note and verdict.tier.pages and note not in self._dangerous:
            self.burden.raised[phase] += self._only_by_words(version)
        alert = reviews.alert_of(self.session, version_id)
        if alert is not None:
            self.desk.expect(alert, now)

    def _only_by_words(self, version: EntryVersion) -> bool:
        """Whether the entry without its note would page nobody."""
        entry = self.session.get_one(Entry, version.entry_id)
        person = self.session.get_one(Participant, version.participant_id)
        rest = {name: one for name, one in version.answers.items() if name != "note"}
        before = timeline.entries_before(
            self.session, person, entry.id, today=entry.local_date
        )
        return not judge(self.study, version.phase, rest, before).tier.pages

    # --------------------------------------------------------------------- what is so

    def is_morning(self, now: datetime) -> bool:
        """Whether this is the first look of a day."""
        day = study_days.local_date(now, self.site.time_zone)
        return now == self.moment(day, LOOKS[0])

    def study_of(self, _version: int) -> Study:
        """The study that everybody follows."""
        return self.study

    def of_code(self, code: str) -> Participant:
        """The participant of a code."""
        query = select(Participant).where(Participant.code == code)
        return self.session.scalars(query).one()

    def phase_of(self, person: int, now: datetime) -> str:
        """The phase of a participant at a moment."""
        participant = self.session.get_one(Participant, person)
        return Case(self.session, self.study, participant, now).phase


def followed(
    runtime: Runtime, *, people: int, last: int, seed: int, apart: float = APART
) -> Burden:
    """Follow so many people to day ``last`` on an empty database; what it cost.

    Their infusions are ``apart`` days from one another. The same seed gives the same
    course.
    """
    study, source = the_study(STUDY)
    days = round((people - 1) * apart) + last + 2
    ends = BEGINS + timedelta(days=days, hours=14)
    with runtime.writing() as session:
        version = study_versions.install(session, study, source, now=BEGINS)
        site = troupe.open_site(session, study.site, now=BEGINS)
        staff = troupe.hire(session, site, study, now=BEGINS)
        course = Followed(
            session, version, study, site, staff, ends, begins=BEGINS, seed=seed
        )
        for person in invented(people, days - 1, apart):
            FollowedPast(course, person, last, seed).plan()
        course.tell()
    return course.burden
