"""The first screen of a diary: stored and judged by itself, then the rest begins.

Every tick is answered before anybody continues. The rest gets a draft whose UUID
follows from the screen's, so that a screen sent twice begins one diary.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from portal.db.tables.diary import EntryVersion
from portal.diary import correction_requests, entries
from portal.diary.corrections import Correction
from portal.diary.submission import CHANGED_AFTERWARDS, Receipt, Submission, Writer
from portal.diary.version_ids import rest_of, version_of
from portal.diary.writing import drafts
from portal.errors import InvalidInput
from portal.people.case import Case
from portal.protocol.calendar.diary_weeks import WEEK, is_weekly_due
from portal.vocabulary.diary import VersionKind

ADDED_WITHIN = timedelta(days=2)
WEEK_ADDED_WITHIN = timedelta(days=WEEK)


def may_be_added(case: Case, day: date) -> bool:
    """Whether a past day's diary may still be added: not after two days, nor before D0.

    One is asked for yesterday's, and for a weekly one until the next is due. A form may
    lie open past midnight, so the day before counts too.
    """
    late = case.today - day
    if day < case.participant.d0 or late <= timedelta(0):
        return False
    if late <= ADDED_WITHIN:
        return True
    in_time = late <= WEEK_ADDED_WITHIN
    return in_time and is_weekly_due(case.study, case.milestones, day)


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
        kind=VersionKind.RED_FLAGS,
        answers={case.study.red_flags: ticked},
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


def correct_first(
    case: Case, writer: Writer, entry_id: str, ticked: Sequence[str]
) -> str | None:
    """Treat a screen that was sent twice with other ticks as a correction of the first.

    The version to show: the correction's, or the first if the correction waits or there
    is none. None: the first is not this person's.
    """
    first = case.session.get(EntryVersion, entry_id)
    if first is None or first.participant_id != case.participant.id:
        return None
    told = {case.study.red_flags: ticked}
    correction = Correction(
        entry_id=first.entry_id,
        version_id=version_of(first.id, told),
        answers=told,
        reason=CHANGED_AFTERWARDS,
        actor=writer.actor,
        language=writer.language,
        device_id=writer.device_id,
    )
    try:
        receipt = correction_requests.correct_or_ask(case, correction)
    except InvalidInput:
        return first.id  # it says so already
    return receipt.version_id if receipt is not None else first.id
