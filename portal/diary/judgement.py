"""The verdict on what a person says, with everything that the rules take into account.

Every way in for reports asks here: phase and place today, the entry's own day, what the
entry said before and what was reported before it. Code that forgot one of them would
miss a page.

An entry keeps the study version that it began under, even if its person was moved
meanwhile: its questions, its rules and what is said about it belong together.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.people import timeline
from portal.people.case import Case
from portal.protocol.triage.judge import judge
from portal.protocol.triage.verdict import Verdict
from portal.vocabulary.diary import EntrySource


def of_entry(case: Case, entry_id: int | None) -> Case:
    """The case by the version that an entry began under; None: it begins now."""
    return case.under(timeline.began_under(case.session, entry_id))


def judged(
    case: Case,
    answers: Mapping[str, Any],
    *,
    entry_id: int | None = None,
    stated_at: datetime | None = None,
    source: EntrySource = EntrySource.APP,
    phase: str | None = None,
) -> Verdict:
    """The verdict on an entry that would say ``answers`` over what it said before.

    ``entry_id`` is None for an entry without a version yet; ``stated_at`` is then the
    day that it is about. ``phase`` is that of an earlier sending, by default today's.

    Raises:
        EntryRefused: a field is invalid and nothing readable was urgent.
    """
    case = of_entry(case, entry_id)
    who = (case.session, case.participant)
    day = timeline.entry_day(*who, entry_id, stated_at, now=case.now)
    earlier = timeline.versions_of(case.session, entry_id) if entry_id else ()
    return judge(
        case.study,
        phase or case.phase,
        {**timeline.merged(earlier), **answers},
        timeline.entries_before(*who, entry_id, today=day),
        source=source,
        place=case.place,
    )
