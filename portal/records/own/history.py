"""A participant's own past entries, newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.diary import Entry, EntryVersion
from portal.db.tables.people import Participant
from portal.errors import NotFound
from portal.people import timeline
from portal.vocabulary.diary import VersionKind

PAGE = 30


@dataclass(frozen=True)
class OwnEntry:
    """One entry: the site's day, who reported, when it first came, what was said."""

    id: int
    day: date
    reporter: str
    received_at: datetime
    complete: bool
    answers: dict[str, Any]
    versions: Sequence[EntryVersion]


def newest(
    session: Session, participant: Participant, *, before: int | None = None
) -> list[OwnEntry]:
    """Up to ``PAGE`` entries, newest first; those older than entry ``before``."""
    query = select(Entry).where(Entry.participant_id == participant.id)
    if before is not None:
        query = query.where(Entry.id < before)
    entries = session.scalars(query.order_by(Entry.id.desc()).limit(PAGE)).all()
    ids = [entry.id for entry in entries]
    versions = session.scalars(
        select(EntryVersion)
        .where(EntryVersion.entry_id.in_(ids))
        .order_by(EntryVersion.received_at, EntryVersion.position)
    ).all()
    return [
        _past(entry, [version for version in versions if version.entry_id == entry.id])
        for entry in entries
    ]


def one(session: Session, participant: Participant, entry_id: int) -> OwnEntry:
    """One entry of this participant.

    Raises:
        NotFound: it does not exist, or is somebody else's.
    """
    entry = session.get(Entry, entry_id)
    if entry is None or entry.participant_id != participant.id:
        raise NotFound("There is no such entry.")
    return _past(entry, timeline.versions_of(session, entry.id))


def _past(entry: Entry, versions: Sequence[EntryVersion]) -> OwnEntry:
    return OwnEntry(
        id=entry.id,
        day=entry.local_date,
        reporter=entry.reporter,
        received_at=entry.created_at,
        complete=any(version.kind == VersionKind.COMPLETE for version in versions),
        answers=timeline.merged(versions),
        versions=versions,
    )
