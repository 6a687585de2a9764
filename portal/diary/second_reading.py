"""A second reading: what a doubtful temperature asks for, and no more than that."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from portal.diary import drafts
from portal.diary.entries import Receipt
from portal.diary.submission import Writer
from portal.people.case import Case


def save(
    case: Case,
    draft_id: str,
    answers: Mapping[str, Any],
    writer: Writer,
    *,
    asking: Collection[str] = (),
) -> Receipt | None:
    """Store a second reading as it stands; None while it is asked about once more.

    It is part of a diary and completes none: the day's own stays to be written.
    The same again gives the same receipt.
    """
    draft = drafts.own(case.session, case.participant, draft_id)
    draft.updated_at = case.now
    drafts.put(draft, answers, ())
    drafts.ask_about(draft, asking)
    if asking:
        return None
    draft.finished_at = draft.finished_at or case.now
    return drafts.send_as_it_stands(case, draft, writer)
