"""What participants reported recently, as the rules of reminders and silence count it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from portal.db.tables.alerts import Task
from portal.db.tables.diary import Entry, EntryVersion
from portal.people import timeline
from portal.protocol.calendar import study_days
from portal.protocol.calendar.silence_plans import last_day_of_calls, plan_on
from portal.protocol.calendar.whereabouts import Milestones
from portal.protocol.study.model import Study
from portal.protocol.study.silence_calls import written_plans
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.answers import check_answers
from portal.protocol.triage.conditions import holds
from portal.protocol.triage.end_of_silence import answers_something, is_heard
from portal.protocol.triage.facts import build_facts
from portal.visits.reminders.rules.person import DayReport, Recheck
from portal.vocabulary.diary import VersionKind
from portal.vocabulary.tasks import TaskKind

ONE_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class ReportsSince:
    """What came from one participant: versions, and when a nurse heard from them."""

    study: Study
    zone: str
    versions: list[Row[Any]]
    heard_on: Mapping[date, datetime]

    def counts(self, row: Row[Any]) -> bool:
        """Whether a version says how the person is."""
        received_on = study_days.local_date(row.received_at, self.zone)
        said = (row.kind, row.answers, row.tier)
        return is_heard(self.study, *said, day=row.local_date, received_on=received_on)

    def tells(self, row: Row[Any]) -> bool:
        """Whether a version says anything of that day that a rule could judge."""
        return answers_something(self.study, row.answers) or Tier(row.tier).pages


def looks_back(study: Study) -> timedelta:
    """How far before the present the reports lie that decide about a silence.

    Those are the missed days after which somebody is called, a week apart at most, and
    the report before them.
    """
    plans = [one for plan in study.missing.values() for one in plan.plans]
    missed = max((plan.task.after_missed for plan in plans), default=0)
    called = timedelta(days=last_day_of_calls(study) + 1)  # "+ 1": the person's zone
    return (missed + 1) * ONE_WEEK + called


def versions_since(
    session: Session, ids: Iterable[int], since: datetime
) -> dict[int, list[Row[Any]]]:
    """What came from the day of ``since`` on, oldest first."""
    query = (
        select(
            Entry.participant_id,
            Entry.id,
            Entry.local_date,
            EntryVersion.id.label("version_id"),
            EntryVersion.kind,
            EntryVersion.phase,
            EntryVersion.tier,
            EntryVersion.received_at,
            EntryVersion.answers,
        )
        .join(EntryVersion, EntryVersion.entry_id == Entry.id)
        .where(
            Entry.participant_id.in_(list(ids)),
            Entry.local_date >= since.date(),
        )
        .order_by(EntryVersion.received_at, EntryVersion.position)
    )
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    rows: list[Row[Any]] = list(session.execute(query))
    for row in rows:
        found[row.participant_id].append(row)
    return found


def heard_from(
    session: Session, ids: Iterable[int], since: datetime
) -> dict[int, dict[date, datetime]]:
    """The days on which a nurse had heard from each, and when she said so since then."""
    query = select(Task.participant_id, Task.detail, Task.done_at).where(
        Task.participant_id.in_(list(ids)),
        Task.kind.in_((TaskKind.WORDS_TO_READ, TaskKind.MISSING_DIARY)),
        Task.done_at >= since,
    )
    found: dict[int, dict[date, datetime]] = defaultdict(dict)
    for number, detail, said_at in session.execute(query.order_by(Task.done_at)):
        if number is not None and said_at and "heard_on" in detail:
            found[number][date.fromisoformat(detail["heard_on"])] = said_at
    return found


def days_of(
    session: Session, study: Study, came: ReportsSince, asked: list[date]
) -> dict[date, DayReport]:
    """What came, by day; ``asked`` are the days whose last entry may be alarming."""
    by_day: dict[date, list[Row[Any]]] = {day: [] for day in came.heard_on}
    for row in came.versions:
        by_day.setdefault(row.local_date, []).append(row)
    found = {}
    for day, rows in by_day.items():
        counted = [row for row in rows if came.counts(row)]
        heard = {row.id for row in counted}
        said = [came.heard_on[day]] if day in came.heard_on else []
        found[day] = DayReport(
            complete=any(row.kind == VersionKind.COMPLETE for row in rows),
            heard=bool(heard) or day in came.heard_on,
            entries=len(heard),
            alarming=day in asked and _alarming(session, study, came, rows),
            heard_at=max([*said, *(row.received_at for row in counted)], default=None),
        )
    return found


def asked_of(
    study: Study,
    person: Milestones,
    came: ReportsSince,
    today: date,
) -> list[date]:
    """The days whose report may be the last before a silence that needs early action."""
    if today in came.heard_on:
        return []
    if any(row.local_date == today and came.counts(row) for row in came.versions):
        return []
    for day in (today, today - timedelta(days=1)):
        plan = plan_on(study, person, day)
        if plan is not None and plan.brought_forward_minutes is not None:
            told = {row.local_date for row in came.versions if came.tells(row)}
            return sorted(told)[-2:]
    return []


def _alarming(
    session: Session, study: Study, came: ReportsSince, rows: list[Row[Any]]
) -> bool:
    """Whether silence after a day's last entry is worse, by its tier or its answers.

    Words that came after a report do not count, so the report stays the last.
    """
    last = max((row.id for row in rows if came.tells(row)), default=None)
    if last is None:
        return False
    tiers = {row.tier for row in rows if row.id == last}
    answers = timeline.merged(timeline.versions_of(session, last))
    checked = check_answers(study.items, answers).answers
    facts = build_facts(study.items, study.lexicon, checked, ())
    for _key, plan in written_plans(study):
        if tiers & set(plan.brought_forward_tiers):
            return True
        when = plan.brought_forward_when
        if when is not None and holds(when, facts, {}):
            return True
    return False


def _whole(session: Session, ids: list[str]) -> dict[str, EntryVersion]:
    """These versions with all their columns, by id; for none it makes no query."""
    if not ids:
        return {}
    versions = session.scalars(select(EntryVersion).where(EntryVersion.id.in_(ids)))
    return {version.id: version for version in versions}


def rechecks_of(
    session: Session, study: Study, versions: list[Row[Any]], since: datetime
) -> tuple[Recheck, ...]:
    """Entries that asked for another reading which no later entry has brought."""
    plan = study.reminders.recheck
    if plan is None:
        return ()
    from_then = since - timedelta(minutes=plan.task_after_minutes)
    late = [row for row in versions if row.received_at > from_then]
    known = _whole(session, [row.version_id for row in late])
    found: dict[int, Recheck] = {}
    for row in late:
        rules = {one["rule"] for one in known[row.version_id].verdict["findings"]}
        if rules & set(plan.rules) and row.id not in found:
            found[row.id] = Recheck(row.id, row.received_at, row.phase)
    read = plan.ask[:1]
    readings = {
        row.id for row in late if set(read) <= set(known[row.version_id].answers)
    }
    return tuple(
        recheck
        for recheck in found.values()
        if not any(entry > recheck.entry_id for entry in readings)
    )
