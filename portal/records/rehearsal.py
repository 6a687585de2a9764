"""What another version would have made of the last days: judged again, not stored.

Entries and silences are judged twice by the same code, by the person's version and by
the other, so that only the versions can differ. Where the person was is taken as it is
known now. The earlier hours of a call after an alarming report are left out: they need
the minute at which each report came.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.diary import Entry, EntryVersion
from portal.db.tables.people import Participant, StudyVersion
from portal.diary import reviews
from portal.diary.reviews import JudgedEntry
from portal.enrolment.adoption import FOLLOWED
from portal.errors import EntryRefused
from portal.people import timeline
from portal.people.case import Case
from portal.protocol.calendar import study_days
from portal.protocol.calendar.whereabouts import Milestones, place_on
from portal.protocol.study.model import Study
from portal.protocol.triage.judge import judge
from portal.protocol.triage.verdict import Verdict
from portal.study_versions import StudyOf
from portal.visits.reminders.past_silence import calls_missed
from portal.vocabulary.diary import EntrySource
from portal.vocabulary.tasks import TaskKind

ALERT, MISSING = "alert", TaskKind.MISSING_DIARY.value


class RehearsedChange(StrEnum):
    """What the other version would have changed."""

    GAINED = "gained"
    LOST = "lost"
    CHANGED = "changed"


@dataclass(frozen=True)
class RehearsedLine:
    """One alert or task that differs: whose, on which day, and both results."""

    code: str
    day: date
    what: str
    change: RehearsedChange
    before: str
    after: str

    @property
    def is_alert(self) -> bool:
        """Whether it is an alert; else ``what`` is a kind of task."""
        return self.what == ALERT


@dataclass(frozen=True)
class RehearsedPlan:
    """What an entry is judged by: a study, and the dates of the timeline."""

    study: Study
    milestones: Milestones

    def phase(self, day: date) -> str:
        """The phase of a day by this plan."""
        return study_days.phase_on(self.study, self.milestones, day)


def plan_of(case: Case, study: Study) -> RehearsedPlan:
    """A person as they are known now, by a study."""
    return RehearsedPlan(study, case.milestones)


Outcomes = dict[str, str]
"""What an entry or a day came to: ``alert`` or a kind of task, and how it is told."""


def rehearse(
    session: Session,
    study_of: StudyOf,
    version: StudyVersion,
    *,
    days: int,
    now: datetime,
) -> Sequence[RehearsedLine]:
    """Everybody in follow-up in the version's study, with what it would have changed."""
    query = (
        select(Participant)
        .join(StudyVersion, StudyVersion.id == Participant.study_version_id)
        .where(
            StudyVersion.study_id == version.study_id,
            Participant.status.in_(FOLLOWED),
            Participant.study_version_id != version.id,
        )
    )
    found: list[RehearsedLine] = []
    for person in session.scalars(query.order_by(Participant.code)):
        case = Case(session, study_of(person.study_version_id), person, now)
        found += _of_person(case, study_of(version.id), days)
    return found


def _of_person(case: Case, other: Study, days: int) -> Iterator[RehearsedLine]:
    since = case.today - timedelta(days=days)
    plans = plan_of(case, case.study), plan_of(case, other)
    yield from of_entries(case, since, *plans)
    silent = [_silent(replace(case, study=one), since) for one in (case.study, other)]
    for day in sorted(silent[0].keys() | silent[1].keys()):
        yield from _lines(case, day, silent[0].get(day, {}), silent[1].get(day, {}))


def of_entries(
    case: Case, since: date, before: RehearsedPlan, after: RehearsedPlan
) -> Iterator[RehearsedLine]:
    """What differs if the entries of one person are judged by two plans."""
    for entry in entries_since(case, since):
        was, now = (_judged(case, entry, one) for one in (before, after))
        yield from _lines(case, entry.local_date, was, now)


def entries_since(case: Case, since: date) -> Sequence[Entry]:
    """A person's entries about a day and those after it."""
    query = select(Entry).where(
        Entry.participant_id == case.participant.id, Entry.local_date >= since
    )
    return case.session.scalars(query.order_by(Entry.id)).all()


def _judged(case: Case, entry: Entry, plan: RehearsedPlan) -> Outcomes:
    """The worst verdict that any sending of the entry gets, and its tasks."""
    versions = list(timeline.versions_of(case.session, entry.id))
    worst: Verdict | None = None
    found: Outcomes = {}
    for place, version in enumerate(versions, start=1):
        verdict = _verdict(case, entry, plan, versions[:place], version.source)
        if verdict is None:
            continue
        same = _same_again(case, entry, plan, versions[:place], verdict)
        asked = reviews.grouped(plan.study, verdict, same)
        for (kind, tier, _), rules in asked.items():
            found[kind.value] = f"{tier.value} ({' '.join(rules)})"
        if verdict.tier.pages and (worst is None or _weight(verdict) > _weight(worst)):
            worst = verdict
    if worst is not None:
        fired = " ".join(one.rule for one in worst.findings if one.tier.pages)
        found[ALERT] = f"{worst.tier.value}, {worst.ack_minutes} min ({fired})"
    return found


def _same_again(
    case: Case,
    entry: Entry,
    plan: RehearsedPlan,
    versions: list[EntryVersion],
    verdict: Verdict,
) -> frozenset[str]:
    day, sent = entry.local_date, versions[-1]
    answers = timeline.merged(versions)
    left = JudgedEntry(entry.id, sent.id, day, sent.phase, answers, verdict)
    return reviews.same_again(replace(case, study=plan.study), left)


def _weight(verdict: Verdict) -> tuple[int, int]:
    return verdict.tier.rank, -(verdict.ack_minutes or 0)


def _verdict(
    case: Case,
    entry: Entry,
    plan: RehearsedPlan,
    versions: list[EntryVersion],
    source: EntrySource,
) -> Verdict | None:
    """What the rules say; None: the version cannot judge such an entry."""
    who, day = (case.session, case.participant), entry.local_date
    try:
        return judge(
            plan.study,
            plan.phase(day),
            timeline.merged(versions),
            timeline.entries_before(*who, entry.id, today=day),
            source=source,
            place=place_on(plan.study, plan.milestones, day),
        )
    except EntryRefused:
        return None


def _silent(case: Case, since: date) -> dict[date, Outcomes]:
    found: dict[date, Outcomes] = {}
    for call in calls_missed(case, since):
        told = f"call at {call.at:%H:%M}" + (" (evening reading)" * call.evening)
        rungs = [f"{role} {_hour(at, call.day)}" for role, at in call.rungs]
        said = f"{told}, then {', '.join(rungs)}" if rungs else told
        known = found.setdefault(call.day, {})
        before = known.get(MISSING)
        known[MISSING] = f"{before}; {said}" if before else said
    return found


def _hour(at: datetime, day: date) -> str:
    """The hour of a rung, with the days after the silent day if it is a later one."""
    later = (at.date() - day).days
    return f"{at:%H:%M}" + (f" (+{later} d)" if later else "")


def _lines(
    case: Case, day: date, before: Outcomes, after: Outcomes
) -> Iterator[RehearsedLine]:
    for what in sorted(before.keys() | after.keys()):
        was, now = before.get(what, ""), after.get(what, "")
        if was == now:
            continue
        change = RehearsedChange.CHANGED
        if not was or not now:
            change = RehearsedChange.LOST if was else RehearsedChange.GAINED
        yield RehearsedLine(case.participant.code, day, what, change, was, now)
