"""Everybody followed up at one site, as a roster: four weeks of cells for each person.

Coded data only: no name and no number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.db.tables.alerts import Alert
from portal.db.tables.diary import Entry, EntryVersion
from portal.db.tables.people import Participant, Stay
from portal.errors import NotFound
from portal.people import timeline
from portal.protocol.calendar import study_days, whereabouts
from portal.protocol.calendar.diary_weeks import WEEK, counted_days
from portal.protocol.calendar.whereabouts import Milestones, Place
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text
from portal.protocol.study.tiers import Tier
from portal.study_versions import StudyOf
from portal.vocabulary.alerts import AlertState
from portal.vocabulary.people import ParticipantStatus

DAYS = 28


@dataclass(frozen=True)
class RosterRow:
    """One participant: their phase, and ``cells`` of the last days, oldest first.

    A cell is diary, alert, missing, hospital or none.
    """

    code: str
    day: int
    phase: str
    phase_title: Text
    status: str
    last_entry_at: datetime | None
    alert_tier: str | None
    alert_state: str | None
    place: Place
    cells: tuple[str, ...]

    @property
    def place_unsaid(self) -> bool:
        """Whether nobody has said where they are: the ward is asked."""
        return whereabouts.is_unsaid(self.place, self.day)

    @property
    def in_follow_up(self) -> bool:
        """Whether they are still followed here."""
        return self.status == ParticipantStatus.ACTIVE


@dataclass(frozen=True)
class Roster:
    """The rows in order of code, and the days of their cells."""

    days: tuple[date, ...]
    rows: tuple[RosterRow, ...]


@dataclass(frozen=True)
class _RosterFacts:
    stays: Mapping[int, list[whereabouts.HospitalStay]]
    last: Mapping[int, datetime]
    days: Mapping[int, Mapping[date, bool]]
    alerts: Mapping[int, tuple[str, str]]
    events: Mapping[int, Mapping[str, date]]


def by_code(session: Session, code: str) -> Participant:
    """The participant of a study code, as people type it.

    Raises:
        NotFound: there is none.
    """
    wanted = code.strip().upper()
    found = session.scalar(select(Participant).where(Participant.code == wanted))
    if found is None:
        raise NotFound(f"There is no participant {wanted[:20]}.")
    return found


def roster(
    session: Session,
    study_of: StudyOf,
    site_id: int,
    *,
    zone: str,
    now: datetime,
    search: str = "",
) -> Roster:
    """Everybody at a site whose code contains ``search``, people with an alert first."""
    today = study_days.local_date(now, zone)
    days = tuple(today - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1))
    query = select(Participant).where(Participant.site_id == site_id)
    found = session.scalars(query.order_by(Participant.code)).all()
    wanted = search.strip().upper()
    people = [person for person in found if wanted in person.code]
    since = days[0] - timedelta(days=WEEK - 1)  # the week of a diary due on the first
    known = _known(session, [person.id for person in people], since)
    rows = [
        _row(study_of(person.study_version_id), person, known, days)
        for person in people
    ]
    return Roster(days, tuple(sorted(rows, key=lambda row: row.alert_tier is None)))


def _known(session: Session, ids: Sequence[int], since: date) -> _RosterFacts:
    stays: dict[int, list[whereabouts.HospitalStay]] = defaultdict(list)
    query = select(Stay).where(Stay.participant_id.in_(ids))
    for stay in session.scalars(query.order_by(Stay.admitted_on)):
        stays[stay.participant_id].append(timeline.as_days(stay))
    newest = (
        select(EntryVersion.participant_id, func.max(EntryVersion.received_at))
        .where(EntryVersion.participant_id.in_(ids))
        .group_by(EntryVersion.participant_id)
    )
    last = {number: at for number, at in session.execute(newest)}  # noqa: C416
    open_ones = select(Alert).where(
        Alert.participant_id.in_(ids), Alert.state != AlertState.CLOSED
    )
    alerts = {a.participant_id: (a.tier, a.state) for a in session.scalars(open_ones)}
    events = timeline.events_of(session, ids)
    return _RosterFacts(stays, last, _days(session, ids, since), alerts, events)


def _days(
    session: Session, ids: Sequence[int], since: date
) -> dict[int, dict[date, bool]]:
    """For each person, the days with an entry, and whether one was serious."""
    query = (
        select(Entry.participant_id, Entry.local_date, EntryVersion.tier)
        .join(EntryVersion, EntryVersion.entry_id == Entry.id)
        .where(Entry.participant_id.in_(ids), Entry.local_date >= since)
        .distinct()
    )
    found: dict[int, dict[date, bool]] = defaultdict(dict)
    for number, day, tier in session.execute(query):
        found[number][day] = found[number].get(day, False) or Tier(tier).pages
    return found


def _row(
    study: Study, person: Participant, known: _RosterFacts, days: tuple[date, ...]
) -> RosterRow:
    today = days[-1]
    events = known.events.get(person.id, {})
    milestones = Milestones(person.d0, known.stays.get(person.id, []), events)
    code = study_days.phase_on(study, milestones, today)
    tier, state = known.alerts.get(person.id, (None, None))
    return RosterRow(
        code=person.code,
        day=study_days.day_number(person.d0, today),
        phase=code,
        phase_title=study.phase(code).title,
        status=person.status,
        last_entry_at=known.last.get(person.id),
        alert_tier=tier,
        alert_state=state,
        place=whereabouts.place_on(study, milestones, today),
        cells=tuple(
            _cell(study, person, milestones, known.days.get(person.id, {}), day, today)
            for day in days
        ),
    )


def _cell(
    study: Study,
    person: Participant,
    milestones: Milestones,
    entries: Mapping[date, bool],
    day: date,
    today: date,
) -> str:
    if day in entries:
        return "alert" if entries[day] else "diary"
    if day < person.d0:
        return "none"
    if whereabouts.in_hospital(study, milestones, day):
        return "hospital"
    phase = study.phase(study_days.phase_on(study, milestones, day))
    due = (
        study_days.diary_is_due(study, phase, milestones, day)
        and person.status == ParticipantStatus.ACTIVE
    )
    came = any(one in entries for one in counted_days(study, milestones, day))
    return "missing" if due and day < today and not came else "none"
