"""The words that a task asks somebody to read, each with its hour and where it stood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.alerts import Task
from portal.db.diary import CorrectionRequest, Draft, EntryConflict, EntryVersion
from portal.diary.submission import CHANGED_AFTERWARDS
from portal.protocol.study.model import Study
from portal.protocol.triage.unread_words import words_in
from portal.records.staff import texts_received
from portal.vocabulary.diary import VersionKind


@dataclass(frozen=True)
class Written:
    """What was written. ``where``: text, note or reason.

    ``reporter`` is self or caregiver, empty where nobody knows; ``number`` that of a
    text, masked.
    """

    at: datetime
    where: str
    body: str
    reporter: str = ""
    number: str = ""


def words_of_task(
    session: Session, study: Study | None, task: Task
) -> tuple[Written, ...]:
    """All the words of a task, oldest first."""
    texts = (
        Written(text.at, "text", text.body, number=text.number)
        for text in texts_received.texts_of_task(session, task)
    )
    rest = _written(session, study, task.detail) if study is not None else ()
    return tuple(sorted([*texts, *rest], key=lambda one: one.at))


def _written(
    session: Session, study: Study, detail: Mapping[str, Any]
) -> Iterator[Written]:
    for version in _rows(session, EntryVersion, detail.get("versions")):
        who, at = version.reporter, version.received_at
        yield from _notes(study, version.answers, at, who)
        if version.kind == VersionKind.CORRECTION:
            yield from _reason(version.reason, at, who)
    for conflict in _rows(session, EntryConflict, detail.get("conflicts")):
        who = str(conflict.answers.get("reporter", ""))
        yield from _notes(study, conflict.answers, conflict.received_at, who)
    for request in _rows(session, CorrectionRequest, detail.get("requests")):
        who = "caregiver" if request.asked_by.startswith("caregiver") else "self"
        yield from _notes(study, request.answers, request.asked_at, who)
        yield from _reason(request.reason, request.asked_at, who)
    for draft in _rows(session, Draft, detail.get("drafts")):
        yield from _notes(study, draft.answers, draft.updated_at, draft.reporter)


def _rows(session: Session, table: Any, keys: Any) -> Iterable[Any]:
    return session.scalars(select(table).where(table.id.in_(keys))) if keys else ()


def _notes(
    study: Study, answers: Mapping[str, Any], at: datetime, reporter: str
) -> Iterator[Written]:
    for _, said in words_in(study.items, answers):
        yield Written(at, "note", said, reporter)


def _reason(reason: str | None, at: datetime, reporter: str) -> Iterator[Written]:
    if reason and reason != CHANGED_AFTERWARDS:
        yield Written(at, "reason", reason, reporter)
