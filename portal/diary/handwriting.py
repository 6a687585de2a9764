"""The sentence written with a finger: kept with its entry, for people to compare.

A change of handwriting is an early sign of neurotoxicity. The drawing is optional; one
that cannot be read is dropped and delays no entry.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.dialect import insert_unless_present
from portal.db.tables.diary import Draft, Entry, Handwriting
from portal.db.tables.people import Participant
from portal.diary.strokes import read_strokes, svg_path
from portal.vocabulary.people import ReporterKind

logger = logging.getLogger(__name__)
LAST = 5


@dataclass(frozen=True)
class WrittenSentence:
    """One sentence: the day of its entry, when it came, who reported, the SVG path."""

    day: date
    at: datetime
    reporter: str
    path: str

    @property
    def by_caregiver(self) -> bool:
        """Whether a caregiver filled the diary in."""
        return self.reporter == ReporterKind.CAREGIVER


@dataclass(frozen=True)
class Drawings:
    """The first sentence ever written, to compare with, and the last five, newest first."""

    baseline: WrittenSentence | None
    last: tuple[WrittenSentence, ...]


def keep(
    session: Session,
    participant: Participant,
    draft_id: str,
    text: object,
    *,
    now: datetime,
) -> bool:
    """Keep the sentence written on a draft's screen; whether it was new and readable.

    The same drawing again is kept once; a different one of the same entry is kept
    beside the first.
    """
    draft = session.get(Draft, draft_id)
    if text is None or draft is None or draft.participant_id != participant.id:
        return False
    strokes = read_strokes(text) if isinstance(text, str) else None
    draft.strokes = str(text) if strokes else None
    if strokes is None or draft.entry_id is None:
        if text:
            logger.warning("unreadable handwriting was dropped")
        return False
    path = svg_path(strokes)
    return insert_unless_present(
        session,
        Handwriting,
        entry_id=draft.entry_id,
        participant_id=participant.id,
        strokes=strokes,
        content_hash=hashlib.sha256(path.encode()).hexdigest(),
        reporter=draft.reporter,
        received_at=now,
    )


def hold(draft: Draft, text: object, *, now: datetime) -> None:
    """Hold an unfinished sentence, so that a reload shows it again.

    An empty drawing removes nothing, and one that cannot be read is dropped. An
    unfinished diary is sent with its sentence; a finished one stays as it is.
    """
    if not isinstance(text, str) or draft.finished_at or text == draft.strokes:
        return
    if read_strokes(text) is not None:
        draft.strokes, draft.updated_at = text, now
        draft.unsent = draft.unsent or bool(draft.answers)


def of_participant(session: Session, participant_id: int) -> Drawings:
    """What staff compare: the newest drawing of each entry."""
    query = (
        select(Handwriting, Entry.local_date)
        .join(Entry, Entry.id == Handwriting.entry_id)
        .where(Handwriting.participant_id == participant_id)
    )
    first = session.execute(query.order_by(Handwriting.id).limit(1)).first()
    newest = session.execute(query.order_by(Handwriting.id.desc()).limit(LAST * 4))
    by_entry: dict[int, WrittenSentence] = {}
    for row, day in newest:
        by_entry.setdefault(row.entry_id, _drawing(row, day))
    last = tuple(by_entry.values())[:LAST]
    return Drawings(_drawing(*first) if first else None, last)


def of_entries(session: Session, participant_id: int) -> Sequence[Handwriting]:
    """Every drawing of a participant, oldest first."""
    query = select(Handwriting).where(Handwriting.participant_id == participant_id)
    return session.scalars(query.order_by(Handwriting.id)).all()


def _drawing(row: Handwriting, day: date) -> WrittenSentence:
    return WrittenSentence(day, row.received_at, row.reporter, svg_path(row.strokes))
