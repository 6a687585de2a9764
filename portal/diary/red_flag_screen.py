"""The first screen of a diary: stored and judged by itself, then the rest begins.

Whatever is ticked there is answered before anybody goes on. The rest gets the draft
that the screen's UUID leads to, so that a screen sent twice begins one diary.
"""

from __future__ import annotations

from collections.abc import Sequence

from portal.diary import drafts, entries
from portal.diary.submission import Receipt, Submission, Writer
from portal.diary.version_ids import rest_of
from portal.people.case import Case
from portal.protocol.triage.judge import RED_FLAGS


def begin_diary(
    case: Case, writer: Writer, entry_id: str, ticked: Sequence[str]
) -> Receipt:
    """Store what was ticked under ``entry_id``, and begin the rest of the diary.

    Raises:
        EntryRefused: a code is none of the study's, and nothing readable was urgent.
        NotFound: the UUID belongs to somebody else.
    """
    submission = Submission(
        version_id=entry_id,
        kind="red_flags",
        answers={RED_FLAGS: ticked},
        reporter=writer.reporter,
        language=writer.language,
        actor=writer.actor,
        stated_at=writer.stated_at,
        phone_at=writer.phone_at,
        phone_zone=writer.phone_zone,
        device_id=writer.device_id,
    )
    receipt = entries.submit(case, submission)
    drafts.begin(
        case.session,
        case.participant,
        writer,
        entry_id=receipt.entry_id,
        draft_id=rest_of(entry_id),
        now=case.now,
    )
    return receipt
