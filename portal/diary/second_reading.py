"""A second reading: what a doubtful temperature asks for, and no more than that."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.db.people import Participant
from portal.diary import drafts
from portal.diary.drafts import Writer
from portal.diary.entries import Receipt
from portal.protocol.study.model import Study


def save(
    session: Session,
    study: Study,
    participant: Participant,
    draft_id: str,
    answers: Mapping[str, Any],
    writer: Writer,
    *,
    now: datetime,
    asking: Collection[str] = (),
) -> Receipt | None:
    """Store a second reading as it stands; None while it is asked about once more.

    It is part of a diary and completes none: the day's own stays to be written.
    The same again gives the same receipt.
    """
    draft = drafts.own(session, participant, draft_id)
    draft.updated_at = now
    drafts.put(draft, answers, ())
    drafts.ask_about(draft, asking)
    if asking:
        return None
    draft.finished_at = draft.finished_at or now
    who = (session, study, participant, draft, writer)
    return drafts.send_as_it_stands(*who, now=now)
