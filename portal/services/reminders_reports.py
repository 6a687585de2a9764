"""What participants reported lately, as the rules of reminders and silence count it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from portal.core import calendar
from portal.core.answers import check_answers
from portal.core.conditions import holds
from portal.core.facts import build_facts
from portal.core.reminders_person import DayReport, Recheck
from portal.core.reminders_work import table_of
from portal.core.study.model import Study
from portal.db.followup import Entry, EntryVersion
from portal.services import timeline

HEARD = ("partial", "complete", "correction")
"""Kinds of a version that are more than a red-flag screen."""
REMEMBERED = timedelta(days=22)  # two missed weeks, and what was said before them


def versions_since(
    session: Session, ids: Iterable[int], since: datetime
) -> dict[int, list[Row[Any]]]:
    """What came lately, oldest first, without its answers."""
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
        )
        .join(EntryVersion, EntryVersion.entry_id == Entry.id)
        .where(
            Entry.participant_id.in_(list(ids)),
            Entry.local_date >= (since - REMEMBERED).date(),
        )
        .order_by(EntryVersion.received_at, EntryVersion.position)
    )
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    rows: list[Row[Any]] = list(session.execute(query))
    for row in rows:
        found[row.participant_id].append(row)
    return found


def days_of(
    session: Session, study: Study, versions: list[Row[Any]], asked: list[date]
) -> dict[date, DayReport]:
    """What came by day; ``asked`` are those whose last entry may be alarming."""
    by_day: dict[date, list[Row[Any]]] = defaultdict(list)
    for row in versions:
        by_day[row.local_date].append(row)
    found = {}
    for day, rows in by_day.items():
        heard = {row.id for row in rows if row.kind in HEARD}
        found[day] = DayReport(
            complete=any(row.kind == "complete" for row in rows),
            heard=bool(heard),
            entries=len(heard),
            alarming=day in asked and _alarming(session, study, rows),
        )
    return found


def asked_of(
    study: Study,
    d0: date,
    stays: list[calendar.Stay],
    versions: list[Row[Any]],
    today: date,
) -> list[date]:
    """The days whose report may be the last before a silence that is acted on early."""
    if any(row.local_date == today and row.kind in HEARD for row in versions):
        return []
    for day in (today, today - timedelta(days=1)):
        phase = calendar.phase_on(study, d0, day, stays)
        if "brought_forward_minutes" in table_of(study.missing, phase):
            return sorted({row.local_date for row in versions})[-2:]
    return []


def _alarming(session: Session, study: Study, rows: list[Row[Any]]) -> bool:
    """Whether silence after a day's last entry is worse: its tier, or what it said."""
    last = max(row.id for row in rows)
    tiers = {row.tier for row in rows if row.id == last}
    answers = timeline.merged(timeline.versions_of(session, last))
    checked = check_answers(study.items, answers).answers
    facts = build_facts(study.items, study.words, checked, ())
    for code in study.missing:
        policy = table_of(study.missing, code)
        if tiers & set(policy.get("brought_forward_tiers", ())):
            return True
        when = policy.get("brought_forward_when")
        if when is not None and holds(when, facts, {}):
            return True
    return False


def _whole(session: Session, ids: list[str]) -> dict[str, EntryVersion]:
    """These versions with all they hold, by id; asks nothing for none."""
    if not ids:
        return {}
    versions = session.scalars(select(EntryVersion).where(EntryVersion.id.in_(ids)))
    return {version.id: version for version in versions}


def rechecks_of(
    session: Session, study: Study, versions: list[Row[Any]], since: datetime
) -> tuple[Recheck, ...]:
    """Entries that asked for another reading which no later entry has brought."""
    plan = study.reminders.get("recheck")
    if not isinstance(plan, Mapping):
        return ()
    from_then = since - timedelta(minutes=plan["task_after_minutes"])
    late = [row for row in versions if row.received_at > from_then]
    known = _whole(session, [row.version_id for row in late])
    found: dict[int, Recheck] = {}
    for row in late:
        rules = {one["rule"] for one in known[row.version_id].verdict["findings"]}
        if rules & set(plan["rules"]) and row.id not in found:
            found[row.id] = Recheck(row.id, row.received_at, row.phase)
    readings = {row.id for row in late if "temp" in known[row.version_id].answers}
    return tuple(
        recheck
        for recheck in found.values()
        if not any(entry > recheck.entry_id for entry in readings)
    )
