"""Words that no rule raised: one task for each person and day, "Read what they wrote".

However they come, they open the day's task or join it while it is open. Words that come
after it is done open another, so that none are hidden behind an outcome that was
written before them. The task holds where the words are, never a copy of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.alerting.tasks import tasks
from portal.db.tables.alerts import Task
from portal.db.tables.diary import CorrectionRequest, Draft
from portal.db.tables.people import Participant, Staff
from portal.diary import reviews
from portal.diary.submission import CHANGED_AFTERWARDS
from portal.people import timeline
from portal.people.case import Case
from portal.protocol.calendar import study_days
from portal.protocol.calendar.due import read_by
from portal.protocol.demands.duties import Work
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.unread_words import (
    must_be_read,
    raised_by_words,
    words_in,
)
from portal.protocol.triage.verdict import Verdict
from portal.visits.reminders import silence
from portal.vocabulary.tasks import TaskKind, TaskState

HEARD = (TaskKind.WORDS_TO_READ, TaskKind.MISSING_DIARY)
"""Tasks at whose end somebody may say that they heard from the person today."""
PLACES = ("texts", "versions", "conflicts", "requests", "drafts")
"""The lists of a task's detail: rows of which table hold the words."""


@dataclass(frozen=True)
class Words:
    """Where the words are: one of ``PLACES``, and the row."""

    place: str
    row: int | str


@dataclass(frozen=True)
class Handed:
    """What a person sent: the answers and reason of one version of an entry."""

    entry_id: int
    words: Words
    answers: Mapping[str, Any]
    reason: str | None
    verdict: Verdict


def of_entry(case: Case, handed: Handed) -> None:
    """Have somebody read the words of a stored version, if they are new.

    Not if the note itself raised an alert or an open review, or if an earlier version
    of the entry said the same.
    """
    reason = handed.reason if handed.reason != CHANGED_AFTERWARDS else None
    unread = reason is not None and must_be_read(reason, case.study.items)
    if unread or _note_is_unread(case.session, case.study, handed):
        open_or_join_task(case, handed.words)


def is_carried(session: Session, entry_id: int, verdict: Verdict) -> bool:
    """Whether the note itself raised an alert, or a review that is not done yet."""
    if not raised_by_words(verdict):
        return False
    return verdict.tier.pages or reviews.is_open(session, entry_id)


def of_request(case: Case, request: CorrectionRequest) -> None:
    """Have somebody read the reason and the note of a correction asked for."""
    said = [note for _, note in words_in(case.study.items, request.answers)]
    if request.reason != CHANGED_AFTERWARDS:
        said.append(request.reason)
    if any(must_be_read(one, case.study.items) for one in said):
        open_or_join_task(case, Words("requests", request.id))


def of_draft(case: Case, draft: Draft) -> None:
    """Have somebody read the note of a diary that could not be judged."""
    items = case.study.items
    said = words_in(items, draft.answers)
    if any(must_be_read(note, items, asked=True) for _, note in said):
        open_or_join_task(case, Words("drafts", draft.id))


def open_or_join_task(case: Case, words: Words) -> datetime:
    """Open the day's task about these words, or join it; by when they are read.

    The task keeps the earliest hour of all its words. Words that join an overdue task
    have their own hour, and page again when it is over.
    """
    case.lock()
    zone = case.site.time_zone
    soon = is_soon(case)
    by = read_by(case.now, zone, soon=soon)
    open_one = _open_today(case.session, case.participant, zone, case.now)
    if open_one is None:
        _open(case, words, by, _tier(soon))
        return by
    _join(open_one, words, by, soon=soon)
    return open_one.due_at if open_one.due_at > case.now else by


def finish_reading(
    session: Session,
    task_id: int,
    staff: Staff,
    outcome: str,
    *,
    heard_from: bool,
    now: datetime,
) -> Task:
    """Close any task; one about words or a call may say that they were heard from today.

    Then nobody is asked to phone about today's missing diary. A repeat changes nothing.

    Raises:
        InvalidInput: no outcome is given.
        NotFound: no such task at this person's site.
    """
    known = session.get(Task, task_id)
    was_open = known is not None and known.state == TaskState.OPEN
    task = tasks.finish_task(session, task_id, staff, outcome, now=now)
    person = session.get(Participant, task.participant_id or 0)
    if heard_from and was_open and person and task.kind in HEARD:
        day = silence.heard_from(session, person, staff, outcome, now=now)
        task.detail = {**task.detail, "heard_on": str(day)}
    return task


def is_soon(case: Case) -> bool:
    """Whether the person is in hospital, or a phase began with D0 or with an event."""
    phase = case.study.phase(case.phase)
    begins = phase.begins
    return (
        phase.ward or begins is None or (begins.event is not None and not begins.days)
    )


def _note_is_unread(session: Session, study: Study, handed: Handed) -> bool:
    if is_carried(session, handed.entry_id, handed.verdict):
        return False
    earlier = timeline.merged(
        [
            version
            for version in timeline.versions_of(session, handed.entry_id)
            if version.id != handed.words.row
        ]
    )
    return any(
        earlier.get(item) != said
        and must_be_read(said, study.items, handed.answers, asked=True)
        for item, said in words_in(study.items, handed.answers)
    )


def _open_today(
    session: Session, participant: Participant, zone: str, now: datetime
) -> Task | None:
    query = (
        select(Task)
        .filter_by(
            participant_id=participant.id,
            kind=TaskKind.WORDS_TO_READ,
            state=TaskState.OPEN,
        )
        .order_by(Task.id.desc())
        .with_for_update()
    )
    today = study_days.local_date(now, zone)
    found = session.scalars(query)
    same_day = (t for t in found if study_days.local_date(t.created_at, zone) == today)
    return next(same_day, None)


def _open(case: Case, words: Words, by: datetime, tier: Tier) -> None:
    key = f"W:{case.participant.id}:{case.today}"
    begun = select(func.count(Task.id)).where(Task.dedupe_key.startswith(f"{key}:"))
    tasks.open_task(
        case,
        TaskKind.WORDS_TO_READ,
        key=f"{key}:{(case.session.scalar(begun) or 0) + 1}",
        tier=tier,
        owner_role=case.study.whose(Work.REPORTS),
        due_at=by,
        entry_version_id=str(words.row) if words.place == "versions" else None,
        **_with(words, by, {}),
    )


def _join(task: Task, words: Words, by: datetime, *, soon: bool) -> None:
    if task.overdue_paged_at is not None:
        task.detail = {**task.detail, "page_at": by.isoformat()}
        task.overdue_paged_at = None
    task.detail = _with(words, by, task.detail)
    task.due_at = min(task.due_at, by)
    if soon:
        task.tier = _tier(soon)


def _tier(soon: bool) -> Tier:
    """Same-day work while it pages when late; in later phases it is only shown."""
    return Tier.SAME_DAY if soon else Tier.ROUTINE


def _with(words: Words, by: datetime, detail: Mapping[str, Any]) -> dict[str, Any]:
    """A task's detail with these words among the others, each once."""
    rows = [row for row in detail.get(words.place, []) if row != words.row]
    hours = {**detail.get("by", {}), f"{words.place}:{words.row}": by.isoformat()}
    return {**detail, words.place: [*rows, words.row], "by": hours}
