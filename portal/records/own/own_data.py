"""Everything a person reported, as a file that they may keep.

Every version of every entry with its four times: the moment it is about (``stated``),
the phone's clock and zone, when it arrived, and how wrong the phone's clock was. The
verdict of triage is for the study team and is not in the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.diary import Entry, EntryVersion
from portal.db.tables.people import Participant, Site
from portal.diary import handwriting
from portal.protocol.study.model import Study
from portal.protocol.study.text import worded
from portal.protocol.triage.answer_words import spoken
from portal.records.own.csv_file import Cell, to_csv
from portal.visits import planned_visits

FORMAT = "follow-up portal, own data, 1"
COLUMNS = {  # of the CSV, before the questions
    "entry": worded("Entry"),
    "day": worded("Day"),
    "version": worded("Version"),
    "kind": worded("Kind"),
    "reporter": worded("Reporter"),
    "source": worded("Source"),
    "received": worded("Received"),
    "stated": worded("Stated for"),
    "phone": worded("Phone's clock"),
    "phone_zone": worded("Phone's zone"),
    "offset_seconds": worded("Phone's clock ahead by (s)"),
    "reason": worded("Reason of a correction"),
}


@dataclass(frozen=True)
class OwnDataSubject:
    """Whose data, in which study; times are written in ``zone``, the site's."""

    study: Study
    participant: Participant
    zone: str


def whose(session: Session, study: Study, participant: Participant) -> OwnDataSubject:
    """The person, with the zone of their site."""
    zone = session.get_one(Site, participant.site_id).time_zone
    return OwnDataSubject(study, participant, zone)


def as_csv(session: Session, about: OwnDataSubject, language: str) -> str:
    """One line a version, oldest first; questions and answers in words."""
    items = about.study.items
    head: list[Cell] = [name.say(language) for name in COLUMNS.values()]
    head += [item.label.say(language) for item in items.values()]
    rows: list[list[Cell]] = [head]
    for entry, version in _versions(session, about.participant):
        words = {
            said.item: said.words.say(language)
            for said in spoken(about.study, version.answers)
        }
        facts = _facts(about, entry, version)
        row: list[Cell] = [facts[name] for name in COLUMNS]
        rows.append(row + [words.get(name) for name in items])
    return to_csv(rows)


def as_json(session: Session, about: OwnDataSubject, *, now: datetime) -> str:
    """The same with the study's codes, and the visits: for programs."""
    entries: dict[int, dict[str, Any]] = {}
    for entry, version in _versions(session, about.participant):
        facts = _facts(about, entry, version)
        day, number = facts.pop("day"), facts.pop("entry")
        kept = entries.setdefault(
            entry.id, {"entry": number, "day": day, "versions": []}
        )
        answers = {"id": version.id, "answers": version.answers}
        kept["versions"].append({**facts, **answers})
    for drawn in handwriting.of_entries(session, about.participant.id):
        entries[drawn.entry_id].setdefault("handwriting", []).append(drawn.strokes)
    data = {
        "format": FORMAT,
        "study": {"id": about.study.id, "version": about.study.version},
        "code": about.participant.code,
        "infusion": str(about.participant.d0),
        "time_zone": about.zone,
        "made": _local(now, about.zone),
        "entries": list(entries.values()),
        "visits": _visits(session, about),
    }
    return json.dumps(data, ensure_ascii=False, indent=1)


def _visits(session: Session, about: OwnDataSubject) -> list[dict[str, Any]]:
    return [
        {
            "visit": visit.code,
            "day": str(visit.happened_on or planned_visits.day_of(visit, about.zone)),
            "state": visit.state,
            "booked": _local(visit.booked_at, about.zone),
        }
        for visit in planned_visits.of(session, about.participant)
    ]


def _versions(
    session: Session, participant: Participant
) -> Iterator[tuple[Entry, EntryVersion]]:
    query = (
        select(Entry, EntryVersion)
        .join(EntryVersion, EntryVersion.entry_id == Entry.id)
        .where(Entry.participant_id == participant.id)
        .order_by(Entry.id, EntryVersion.received_at, EntryVersion.position)
    )
    yield from session.execute(query)


def _facts(
    about: OwnDataSubject, entry: Entry, version: EntryVersion
) -> dict[str, Any]:
    return {
        "entry": entry.id,
        "day": str(entry.local_date),
        "version": version.position,
        "kind": version.kind,
        "reporter": version.reporter,
        "source": version.source,
        "received": _local(version.received_at, about.zone),
        "stated": _local(version.stated_at, about.zone),
        "phone": _local(version.phone_at, about.zone),
        "phone_zone": version.phone_zone,
        "offset_seconds": version.offset_seconds,
        "reason": version.reason,
    }


def _local(at: datetime | None, zone: str) -> str | None:
    """A moment with its offset from UTC, so that no reader has to guess the zone."""
    return at.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds") if at else None
