"""Where a participant is on the timeline: the site's day, the phase, past entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.diary import Entry, EntryVersion
from portal.db.tables.people import EventDay, Participant, Site, Stay
from portal.protocol.calendar import study_days, whereabouts
from portal.protocol.calendar.whereabouts import Milestones
from portal.protocol.triage.verdict import PastEntry
from portal.vocabulary.people import ReporterKind

REMEMBERED = timedelta(days=400)  # a weekly diary's last answer may be old
MOST_ENTRIES = 60


def local_today(session: Session, participant: Participant, *, now: datetime) -> date:
    """Today in the site's zone, which counts for days, phases and visits."""
    site = session.get_one(Site, participant.site_id)
    return study_days.local_date(now, site.time_zone)


def entry_day(
    session: Session,
    participant: Participant,
    entry_id: int | None,
    stated_at: datetime | None,
    *,
    now: datetime,
) -> date:
    """The site's day that an entry is about: its own, the stated day, or today."""
    if entry_id is not None:
        return session.get_one(Entry, entry_id).local_date
    today = local_today(session, participant, now=now)
    if stated_at is None:
        return today
    stated = local_today(session, participant, now=stated_at)
    return min(max(stated, participant.d0), today)


def milestones(session: Session, participant: Participant) -> Milestones:
    """The dates that the participant's timeline depends on."""
    events = events_of(session, [participant.id]).get(participant.id, {})
    return Milestones(participant.d0, stays_of(session, participant), events)


def events_of(session: Session, ids: Collection[int]) -> dict[int, dict[str, date]]:
    """Of each of these participants the days of the events that have happened."""
    query = select(EventDay).where(EventDay.participant_id.in_(ids))
    found: dict[int, dict[str, date]] = defaultdict(dict)
    for row in session.scalars(query.order_by(EventDay.id)):
        found[row.participant_id].pop(row.event, None)
        if row.day is not None:
            found[row.participant_id][row.event] = row.day
    return found


def stays_of(
    session: Session, participant: Participant
) -> list[whereabouts.HospitalStay]:
    """The participant's stays in hospital in the form of the calendar, oldest first."""
    query = select(Stay).where(Stay.participant_id == participant.id)
    rows = session.scalars(query.order_by(Stay.admitted_on, Stay.id))
    return [as_days(row) for row in rows]


def as_days(row: Stay) -> whereabouts.HospitalStay:
    """A stored stay in the form of the calendar."""
    return whereabouts.HospitalStay(row.admitted_on, row.discharged_on, row.here_on)


def merged(versions: Sequence[EntryVersion]) -> dict[str, Any]:
    """The newest answer to each item; ``versions`` are an entry's, oldest first."""
    answers: dict[str, Any] = {}
    for version in versions:
        answers.update(version.answers)
    return answers


def versions_of(session: Session, entry_id: int) -> Sequence[EntryVersion]:
    """An entry's versions, oldest first."""
    query = select(EntryVersion).where(EntryVersion.entry_id == entry_id)
    ordered = query.order_by(EntryVersion.received_at, EntryVersion.position)
    return session.scalars(ordered).all()


def began_under(session: Session, entry_id: int | None) -> int | None:
    """The study version of an entry's first version; None: there is no version yet."""
    if entry_id is None:
        return None
    query = select(EntryVersion.study_version_id).where(
        EntryVersion.entry_id == entry_id
    )
    ordered = query.order_by(EntryVersion.received_at, EntryVersion.position)
    return session.scalar(ordered.limit(1))


def entries_before(
    session: Session,
    participant: Participant,
    entry_id: int | None,
    *,
    today: date,
    phase: str | None = None,
) -> tuple[PastEntry, ...]:
    """Entries up to ``today`` for the rules, newest first, with their merged answers.

    For an entry about an earlier day, ``today`` is that day: reports about later days
    are not part of its history. With ``phase``: only what was sent in that phase.
    """
    query = (
        select(Entry, EntryVersion)
        .join(EntryVersion, EntryVersion.entry_id == Entry.id)
        .where(
            Entry.participant_id == participant.id,
            Entry.local_date > today - REMEMBERED,
            Entry.local_date <= today,
            *([] if phase is None else [EntryVersion.phase == phase]),
        )
        .order_by(Entry.id.desc(), EntryVersion.received_at, EntryVersion.position)
        .limit(MOST_ENTRIES * 4)
    )
    answers: dict[int, dict[str, Any]] = {}
    days: dict[int, date] = {}
    for entry, version in session.execute(query):
        if entry.id != entry_id:
            days[entry.id] = entry.local_date
            answers.setdefault(entry.id, {}).update(version.answers)
    return tuple(
        PastEntry(max(0, (today - days[number]).days), answers[number])
        for number in answers
    )[:MOST_ENTRIES]


def reported_by(answers: Mapping[str, Any]) -> str:
    """Who reported according to the answers; if they do not say, the participant."""
    said = answers.get("reporter") == ReporterKind.CAREGIVER
    return (ReporterKind.CAREGIVER if said else ReporterKind.SELF).value
