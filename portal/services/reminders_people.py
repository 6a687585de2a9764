"""What the rules of reminders must know of participants, read a batch at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from portal.core import calendar
from portal.core.answers import check_answers
from portal.core.conditions import holds
from portal.core.facts import build_facts
from portal.core.reminders_person import DayReport, Person, Recheck, VisitDay
from portal.core.reminders_work import NOT_YET, table_of
from portal.core.study.model import Study
from portal.db.followup import Entry, EntryVersion, Visit, VisitChange
from portal.db.people import Participant, Site, Stay
from portal.services import timeline

StudyOf = Callable[[int], Study]
HEARD = ("partial", "complete", "correction")
"""Kinds of a version that are more than a red-flag screen."""
REMEMBERED = timedelta(days=22)  # two missed weeks, and what was said before them


def snapshots(
    session: Session,
    study_of: StudyOf,
    participants: Sequence[Participant],
    *,
    since: datetime,
    now: datetime,
) -> dict[int, Person]:
    """Each of these participants as the rules see them at ``now``, by id.

    ``since`` is the earliest moment of which anything will be asked.
    """
    ids = [participant.id for participant in participants]
    visits, stays = _visits(session, ids), _stays(session, ids)
    versions = _versions(session, ids, since)
    return {
        one.id: _person(
            session,
            study_of(one.study_version_id),
            one,
            (visits[one.id], stays[one.id], versions[one.id]),
            since,
            now,
        )
        for one in participants
    }


def _person(
    session: Session,
    study: Study,
    participant: Participant,
    known: tuple[list[Any], list[calendar.Stay], list[Row[Any]]],
    since: datetime,
    now: datetime,
) -> Person:
    site = session.get_one(Site, participant.site_id)
    visits, stays, versions = known
    today = calendar.local_date(now, site.time_zone)
    asked = _asked_of(study, participant.d0, stays, versions, today)
    return Person(
        id=participant.id,
        d0=participant.d0,
        zone=participant.time_zone,
        site_zone=site.time_zone,
        quiet=(
            participant.quiet_from or study.site.quiet_from,
            participant.quiet_to or study.site.quiet_to,
        ),
        since=participant.status_at,
        stays=tuple(stays),
        visits=tuple(_visit_day(visit, past, site.time_zone) for visit, past in visits),
        days=_days(session, study, versions, asked),
        rechecks=_rechecks(session, study, versions, since),
    )


def _visits(
    session: Session, ids: Iterable[int]
) -> dict[int, list[tuple[Visit, list[VisitChange]]]]:
    query = select(Visit).where(
        Visit.participant_id.in_(list(ids)), Visit.state.in_(NOT_YET)
    )
    visits = session.scalars(query.order_by(Visit.target)).all()
    moved = [visit.id for visit in visits if visit.version > 1]
    history: dict[int, list[VisitChange]] = defaultdict(list)
    if moved:
        changes = select(VisitChange).where(VisitChange.visit_id.in_(moved))
        for change in session.scalars(changes.order_by(VisitChange.id)):
            history[change.visit_id].append(change)
    found: dict[int, list[tuple[Visit, list[VisitChange]]]] = defaultdict(list)
    for visit in visits:
        found[visit.participant_id].append((visit, history[visit.id]))
    return found


def _visit_day(visit: Visit, past: list[VisitChange], site_zone: str) -> VisitDay:
    day = _booked_day(visit.booked_at, site_zone) or visit.target
    made = [change.at for change in past if change.version == visit.version]
    return VisitDay(
        code=visit.code,
        day=day,
        closes=visit.closes,
        state=visit.state,
        version=visit.version,
        booked_at=visit.booked_at,
        since=made[0] if made else None,
        moved=bool(made) and _day_before(visit, past, site_zone) != day,
    )


def _day_before(visit: Visit, past: list[VisitChange], site_zone: str) -> date:
    """The day that held before this version of the visit."""
    earlier = [change for change in past if change.version < visit.version]
    booked_at = earlier[-1].booked_at if earlier else None
    return _booked_day(booked_at, site_zone) or visit.target


def _booked_day(booked_at: datetime | None, site_zone: str) -> date | None:
    return calendar.local_date(booked_at, site_zone) if booked_at else None


def _stays(session: Session, ids: Iterable[int]) -> dict[int, list[calendar.Stay]]:
    query = select(Stay.participant_id, Stay.admitted_on, Stay.discharged_on)
    found: dict[int, list[calendar.Stay]] = defaultdict(list)
    rows = session.execute(
        query.where(Stay.participant_id.in_(list(ids))).order_by(Stay.admitted_on)
    )
    for number, admitted, discharged in rows:
        found[number].append((admitted, discharged))
    return found


def _versions(
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
        .order_by(EntryVersion.received_at, EntryVersion.id)
    )
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    rows: list[Row[Any]] = list(session.execute(query))
    for row in rows:
        found[row.participant_id].append(row)
    return found


def _days(
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


def _asked_of(
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


def _rechecks(
    session: Session, study: Study, versions: list[Row[Any]], since: datetime
) -> tuple[Recheck, ...]:
    """Entries that asked for another reading which no later entry has brought."""
    plan = study.reminders.get("recheck")
    if not isinstance(plan, Mapping):
        return ()
    from_then = since - timedelta(minutes=plan["task_after_minutes"])
    late = [row for row in versions if row.received_at > from_then]
    known = {
        version.id: version
        for version in (
            session.scalars(
                select(EntryVersion).where(
                    EntryVersion.id.in_([row.version_id for row in late])
                )
            )
            if late
            else ()
        )
    }
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
