"""Entries that a phone kept while it had no network: taken in once, whenever they come.

The phone's clock may be wrong by a year. How long an entry waited is the difference of
two readings of that clock, so our own clock says when it was written. An entry that is
dangerous is answered as if it had come at once, however old it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.db.diary import Draft, EntryVersion
from portal.db.people import Participant, Site
from portal.diary import drafts, entries
from portal.diary.drafts import Writer
from portal.diary.entries import Receipt, Submission
from portal.errors import EntryRefused
from portal.protocol.calendar import study_days
from portal.protocol.study.model import Study
from portal.protocol.triage.judge import RED_FLAGS

LONGEST_WAIT = timedelta(days=60)
"""Past it the two readings are of two different clocks: it is taken as written now."""


@dataclass(frozen=True)
class KeptEntry:
    """What a phone hands in. ``kind``: red_flags, screen (a diary so far), complete.

    ``entry_id`` is the UUID of the red-flag screen, None for a diary that was begun on
    our own pages; ``draft_id`` the UUID of the rest of that diary. ``written_at`` and
    ``phone_at`` are both the phone's clock: when it was written, and when it was sent.
    ``day`` is the past day of a diary that is added afterwards.
    """

    kind: str
    entry_id: str | None
    draft_id: str
    answers: Mapping[str, Any]
    written_at: datetime
    phone_at: datetime
    phone_zone: str | None
    day: date | None = None


def stated_at(kept: KeptEntry, *, now: datetime) -> datetime:
    """When it was written, by our clock."""
    waited = kept.phone_at - kept.written_at
    return now - waited if timedelta(0) <= waited <= LONGEST_WAIT else now


def take(
    session: Session,
    study: Study,
    participant: Participant,
    writer: Writer,
    kept: KeptEntry,
    *,
    now: datetime,
) -> Receipt | None:
    """Store what came, triaged; None where it is kept as an unfinished diary.

    The same again gives the same receipt. Such a diary is judged by the engine ten
    minutes later, as any that somebody left, unless it reaches urgent now.

    Raises:
        NotFound: the diary is somebody else's, or was never begun.
        EntryRefused: a field is invalid and nothing readable was urgent.
    """
    writer = replace(
        writer,
        stated_at=_stated(session, participant, kept, now),
        phone_at=kept.phone_at,
        phone_zone=kept.phone_zone,
    )
    who = (session, study, participant)
    if kept.kind == "red_flags" and kept.entry_id is not None:
        return _begin(*who, writer, kept.entry_id, kept, now)
    if kept.entry_id is not None and session.get(Draft, kept.draft_id) is None:
        _begin(*who, writer, kept.entry_id, kept, now)
    answers = _rest(session, kept)
    receipt = drafts.save_screen(*who, kept.draft_id, answers, writer, now=now)
    if kept.kind != "complete":
        return receipt
    try:
        with session.begin_nested():
            return drafts.finish(*who, kept.draft_id, writer, now=now)
    except EntryRefused:  # kept as it stands: the engine hands it to a nurse
        return receipt


def _stated(
    session: Session, participant: Participant, kept: KeptEntry, now: datetime
) -> datetime:
    written = stated_at(kept, now=now)
    if kept.day is None:
        return written
    zone = session.get_one(Site, participant.site_id).time_zone
    return min(written, study_days.moment_at(kept.day, "12:00", zone))


def _begin(
    session: Session,
    study: Study,
    participant: Participant,
    writer: Writer,
    entry_id: str,
    kept: KeptEntry,
    now: datetime,
) -> Receipt:
    """The red-flag screen, judged by itself, and the rest of the diary begun."""
    submission = Submission(
        version_id=entry_id,
        kind="red_flags",
        answers={RED_FLAGS: kept.answers.get(RED_FLAGS, [])},
        reporter=writer.reporter,
        language=writer.language,
        actor=writer.actor,
        stated_at=writer.stated_at,
        phone_at=writer.phone_at,
        phone_zone=writer.phone_zone,
        device_id=writer.device_id,
    )
    receipt = entries.submit(session, study, participant, submission, now=now)
    drafts.begin(
        session,
        participant,
        writer,
        entry_id=receipt.entry_id,
        draft_id=kept.draft_id,
        now=now,
    )
    return receipt


def _rest(session: Session, kept: KeptEntry) -> dict[str, Any]:
    """The other screens' answers; red flags again only where they differ."""
    answers = dict(kept.answers)
    first = session.get(EntryVersion, kept.entry_id) if kept.entry_id else None
    if first is None or first.answers.get(RED_FLAGS) == answers.get(RED_FLAGS):
        answers.pop(RED_FLAGS, None)
    return answers
