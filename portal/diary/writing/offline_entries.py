"""Entries that a phone kept while it had no network: stored once, whenever they come.

The phone's clock may be wrong by a year. How long an entry waited is the difference of
two readings of that clock, so our own clock says when it was written. A dangerous entry
is answered as if it had come at once, however old it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from portal.db.tables.diary import Draft, EntryVersion
from portal.db.tables.people import StudyAdoption, StudyVersion
from portal.diary import handwriting
from portal.diary.entries import Receipt
from portal.diary.submission import Writer
from portal.diary.writing import drafts, red_flag_screen
from portal.errors import EntryRefused
from portal.people.case import Case
from portal.vocabulary.diary import KeptKind

LONGEST_WAIT = timedelta(days=60)
"""Past it the two readings are of two different clocks: it is taken as written now."""


@dataclass(frozen=True)
class KeptEntry:
    """What a phone sends. ``kind``: red_flags, screen (a diary so far), complete.

    ``entry_id`` is the UUID of the red-flag screen, None for a diary that was started
    on our own pages; ``draft_id`` the UUID of the rest of that diary. ``written_at``
    and ``phone_at`` are both the phone's clock: when it was written, and when it was
    sent. ``day`` is the past day of a diary that is added afterwards; ``drawn`` the
    handwriting as it was sent; ``study`` the hash of the study version by which the
    phone asked and judged, if it says so.
    """

    kind: KeptKind
    entry_id: str | None
    draft_id: str
    answers: Mapping[str, Any]
    written_at: datetime
    phone_at: datetime
    phone_zone: str | None
    day: date | None = None
    drawn: object = None
    study: str | None = None


def stated_at(kept: KeptEntry, *, now: datetime) -> datetime:
    """When it was written, by our clock."""
    waited = kept.phone_at - kept.written_at
    return now - waited if timedelta(0) <= waited <= LONGEST_WAIT else now


def take(case: Case, writer: Writer, kept: KeptEntry) -> Receipt | None:
    """Store and triage what came, and the drawing; None: it is an unfinished diary now.

    The same again gives the same receipt. The engine judges such a diary ten minutes
    later, like any unfinished diary, unless it reaches urgent now.

    Raises:
        NotFound: the diary is somebody else's, or was never started.
        EntryRefused: a field is invalid and nothing readable was urgent.
    """
    case = case.under(_asked_by(case, kept.study))
    writer = replace(
        writer,
        stated_at=_stated(case, kept),
        phone_at=kept.phone_at,
        phone_zone=kept.phone_zone,
    )
    receipt = _stored(case, writer, kept)
    who = (case.session, case.participant, kept.draft_id)
    handwriting.keep(*who, kept.drawn, now=case.now)
    return receipt


def _stored(case: Case, writer: Writer, kept: KeptEntry) -> Receipt | None:
    if kept.kind == KeptKind.RED_FLAGS and kept.entry_id is not None:
        return _begin(case, writer, kept.entry_id, kept)
    if kept.entry_id is not None and case.session.get(Draft, kept.draft_id) is None:
        _begin(case, writer, kept.entry_id, kept)
    answers = _rest(case, kept)
    receipt = drafts.save_screen(case, kept.draft_id, answers, writer)
    if kept.kind != KeptKind.COMPLETE:
        return receipt
    try:
        with case.session.begin_nested():
            return drafts.finish_draft(case, kept.draft_id, writer)
    except EntryRefused:  # kept as it is: the engine gives it to a nurse
        return receipt


def _asked_by(case: Case, sha256: str | None) -> int | None:
    """The version by which a phone asked; None: the one that its person follows.

    Only versions that they followed before: a phone names none that it never had.
    """
    if sha256 in (None, case.study.sha256):
        return None
    followed = select(StudyAdoption.from_version_id).filter_by(
        participant_id=case.participant.id
    )
    query = select(StudyVersion.id).where(
        StudyVersion.id.in_(followed), StudyVersion.sha256 == sha256
    )
    return case.session.scalar(query.limit(1))


def _stated(case: Case, kept: KeptEntry) -> datetime:
    written = stated_at(kept, now=case.now)
    return written if kept.day is None else min(written, case.noon(kept.day))


def _begin(case: Case, writer: Writer, entry_id: str, kept: KeptEntry) -> Receipt:
    ticked = kept.answers.get(case.study.red_flags, [])
    return red_flag_screen.begin_diary(case, writer, entry_id, ticked)


def _rest(case: Case, kept: KeptEntry) -> dict[str, Any]:
    """The other screens' answers; red flags again only if they differ."""
    answers, flags = dict(kept.answers), case.study.red_flags
    first = case.session.get(EntryVersion, kept.entry_id) if kept.entry_id else None
    if first is None or first.answers.get(flags) == answers.get(flags):
        answers.pop(flags, None)
    return answers
