"""Tasks as staff see them: a line of the worklist, a place in a timeline, words to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.alerts import Task
from portal.db.tables.diary import CorrectionRequest, Draft, EntryConflict, EntryVersion
from portal.db.tables.people import Participant
from portal.diary.submission import CHANGED_AFTERWARDS
from portal.languages import LANGUAGES
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text
from portal.protocol.triage.unread_words import words_in
from portal.records.staff.alerts import staff_names
from portal.records.staff.fired_rules import AlertRule, titled
from portal.records.staff.messages import texts_of_task
from portal.study_versions import StudyOf
from portal.vocabulary.diary import VersionKind
from portal.vocabulary.people import ActorKind, ReporterKind
from portal.vocabulary.tasks import TaskKind, TaskState

MOST_TASKS = 200


@dataclass(frozen=True)
class Written:
    """What was written. ``where``: text, note or reason.

    ``reporter`` is self or caregiver, empty if nobody knows; ``number`` is that of a
    text, masked.
    """

    at: datetime
    where: str
    body: str
    reporter: str = ""
    number: str = ""


@dataclass(frozen=True)
class TaskLine:
    """One task: ``words`` are the study's own if its ladder wrote it.

    ``said``: the rules that it came from; a private matter names none.
    """

    id: int
    participant: str
    kind: TaskKind
    tier: str
    owner_role: str
    due_at: datetime
    said: tuple[AlertRule, ...]
    words: Text | None
    alert_id: int | None

    @property
    def is_correction(self) -> bool:
        """Whether a correction waits for a decision."""
        return self.kind == TaskKind.CORRECTION

    @property
    def is_reconsent(self) -> bool:
        """Whether a new consent is to be recorded."""
        return self.kind == TaskKind.RECONSENT


@dataclass(frozen=True)
class TaskItem:
    """A task in the timeline; ``outcome`` once it is done."""

    at: datetime
    line: TaskLine
    state: str
    done_at: datetime | None
    done_by: str
    outcome: str

    @property
    def kind(self) -> str:
        """Its kind among the items of a timeline."""
        return "task"

    @property
    def is_done(self) -> bool:
        """Whether somebody, or the portal, has ended it with an outcome."""
        return self.state == TaskState.DONE


def task_lines(session: Session, study_of: StudyOf, site_id: int) -> list[TaskLine]:
    """What is open at a site, the most urgent first."""
    query = (
        select(Task, Participant.code, Participant.study_version_id)
        .outerjoin(Participant, Participant.id == Task.participant_id)
        .where(Task.site_id == site_id, Task.state == TaskState.OPEN)
        .order_by(Task.due_at, Task.id)
        .limit(MOST_TASKS)
    )
    return [
        task_line(task, code or "", study_of(version) if version else None)
        for task, code, version in session.execute(query)
    ]


def task_line(task: Task, code: str, study: Study | None) -> TaskLine:
    """A task with the titles of its rules."""
    rules = {str(rule): task.tier for rule in task.detail.get("rules", [])}
    private = task.kind == TaskKind.PRIVATE
    said = {key: task.detail[key] for key in LANGUAGES if key in task.detail}
    return TaskLine(
        id=task.id,
        participant=code,
        kind=task.kind,
        tier=task.tier,
        owner_role=task.owner_role,
        due_at=task.due_at,
        said=titled(study, rules) if study and not private else (),
        words=Text(said) if said else None,
        alert_id=task.alert_id,
    )


def tasks_of(
    session: Session, study: Study, participant: Participant
) -> Sequence[TaskItem]:
    """Every task about a participant, the newest first."""
    query = select(Task).where(Task.participant_id == participant.id)
    tasks = session.scalars(query.order_by(Task.id.desc())).all()
    names = staff_names(session, {task.done_by for task in tasks if task.done_by})
    return [
        TaskItem(
            at=task.created_at,
            line=task_line(task, participant.code, study),
            state=task.state,
            done_at=task.done_at,
            done_by=names.get(task.done_by or 0, ""),
            outcome=task.outcome or "",
        )
        for task in tasks
    ]


def words_of_task(
    session: Session, study: Study | None, task: Task
) -> tuple[Written, ...]:
    """All the words of a task, oldest first."""
    texts = (
        Written(text.at, "text", text.body, number=text.number)
        for text in texts_of_task(session, task)
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
        asker, _, _ = request.asked_by.partition(":")
        theirs = asker == ActorKind.CAREGIVER
        who = ReporterKind.CAREGIVER if theirs else ReporterKind.SELF
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
