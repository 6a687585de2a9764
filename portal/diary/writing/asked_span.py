"""The span that a diary's questions ask about: since the diary before it.

The page names its beginning, so that a night or a week is not left out. A diary counts
from when it was written, also if it was sent later. A diary that was added for a past
day counts from that day: what came after it has not been asked about.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from portal.db.tables.diary import EntryVersion
from portal.diary.writing import drafts
from portal.people.case import Case
from portal.vocabulary.diary import EntrySource, VersionKind

_LOOKED_AT = 20  # the newest diaries: a few may have been added for past days


def begins(case: Case, draft_id: str) -> datetime | None:
    """When the last whole diary before this one was written; None: there is none.

    Raises:
        NotFound: the draft is somebody else's.
    """
    draft = drafts.own(case.session, case.participant, draft_id)
    query = (
        select(EntryVersion.stated_at, EntryVersion.received_at)
        .where(
            EntryVersion.participant_id == case.participant.id,
            EntryVersion.entry_id != draft.entry_id,
            EntryVersion.kind == VersionKind.COMPLETE,
            EntryVersion.source == EntrySource.APP,
        )
        .order_by(EntryVersion.received_at.desc())
        .limit(_LOOKED_AT)
    )
    found = case.session.execute(query).all()
    return max((min(one.stated_at or one[1], one[1]) for one in found), default=None)
