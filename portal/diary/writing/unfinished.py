"""Diaries that were left unfinished: sent as they are after ten minutes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal import audit
from portal.alerting.tasks import tasks
from portal.db.tables.diary import Draft
from portal.db.tables.people import Participant
from portal.diary import handwriting, unread_words
from portal.diary.submission import Writer
from portal.diary.writing.drafts import send_as_it_stands
from portal.engine import one_by_one
from portal.errors import EntryRefused
from portal.people.case import Case
from portal.protocol.demands.duties import Work
from portal.protocol.study.tiers import Tier
from portal.study_versions import StudyOf
from portal.vocabulary.tasks import TaskKind

LEFT_AFTER = timedelta(minutes=10)
AT_ONCE = 50


def finish_left_drafts(session: Session, study_of: StudyOf, *, now: datetime) -> int:
    """Send diaries left unfinished for ten minutes; how many.

    One that fails does not stop the others: see ``one_by_one``.
    """
    query = (
        select(Draft)
        .where(*_left(now))
        .order_by(Draft.updated_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    drafts = session.scalars(query).all()
    return one_by_one.each(
        session,
        "draft",
        drafts,
        lambda draft: _finish(session, study_of, draft, now),
        now=now,
    )


def anything_left(session: Session, *, now: datetime) -> bool:
    """Whether any diary was left unfinished for long enough."""
    return session.scalar(select(Draft.id).where(*_left(now)).limit(1)) is not None


def _left(now: datetime) -> tuple[ColumnElement[bool], ...]:
    unfailed = one_by_one.free("draft", Draft.id, now=now)
    return Draft.unsent, Draft.updated_at <= now - LEFT_AFTER, unfailed  # type: ignore[return-value]


def _finish(session: Session, study_of: StudyOf, draft: Draft, now: datetime) -> None:
    draft.asked_again = []
    participant = session.get_one(Participant, draft.participant_id)
    handwriting.keep(session, participant, draft.id, draft.strokes, now=now)
    study = study_of(participant.study_version_id)
    writer = Writer(draft.reporter, draft.language, audit.ENGINE, draft.device_id)
    try:
        send_as_it_stands(Case(session, study, participant, now), draft, writer)
    except EntryRefused as refused:
        _hand_to_staff(Case(session, study, participant, now), draft, refused.field)


def _hand_to_staff(case: Case, draft: Draft, field: str | None) -> None:
    """A diary that cannot be judged is never silent: a nurse asks the person."""
    tasks.open_task(
        case,
        TaskKind.UNREADABLE_DIARY,
        key=f"X:{draft.id}",
        tier=Tier.SAME_DAY,
        owner_role=case.study.whose(Work.REPORTS),
        field=field or "",
    )
    unread_words.of_draft(case, draft)
