"""Who the ward is asked about: everybody of a site whose place nobody knows.

Asked once a day, from the day before it matters, all together: one line on the
worklist, one form. A task "ask the ward" about one of them who is silent is part of
that line, not a line of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from portal import audit
from portal.db.tables.alerts import Task
from portal.db.tables.people import Participant, Stay
from portal.enrolment import stays
from portal.errors import Faults, InvalidInput, NotFound
from portal.people import timeline
from portal.people.case import Case
from portal.protocol.calendar import study_days, whereabouts
from portal.protocol.calendar.whereabouts import Milestones, Place
from portal.study_versions import StudyOf
from portal.visits.reminders import ward_answers
from portal.vocabulary.people import ParticipantStatus
from portal.vocabulary.tasks import TaskKind, TaskState

HERE, HOME = "here", "home"


@dataclass(frozen=True)
class WardQuestion:
    """A person the ward is asked about.

    ``unknown``: already today; else from tomorrow on. ``silent_due``: their diary is
    missing today, and the ward should be asked by then; ``task_id`` is that task.
    """

    code: str
    day: int
    unknown: bool
    admitted: date
    silent_due: datetime | None
    task_id: int | None


@dataclass(frozen=True)
class WardAnswer:
    """The ward's answer about one person: still ``here``, or went ``home`` on a day."""

    code: str
    said: str
    on: date | None = None


def asked_at(
    session: Session, study_of: StudyOf, site_id: int, *, zone: str, now: datetime
) -> tuple[WardQuestion, ...]:
    """Everybody in follow-up at a site whose place is not known today or tomorrow."""
    today = study_days.local_date(now, zone)
    people = _candidates(session, site_id, today)
    if not people:
        return ()
    ids = [person.id for person in people]
    known, open_tasks = _stays(session, ids), _questions(session, ids)
    found = []
    for person in people:
        study = study_of(person.study_version_id)
        milestones = Milestones(person.d0, known[person.id])
        if whereabouts.is_asked(study, milestones, today):
            place = whereabouts.place_on(study, milestones, today)
            question = open_tasks.get(person.id)
            found.append(_asked(person.code, milestones, place, question, today))
    return tuple(found)


def holds(asked: Sequence[WardQuestion], task_id: int) -> bool:
    """Whether a task is one of the questions that ``asked`` already asks."""
    return any(person.task_id == task_id for person in asked)


def answer(
    session: Session,
    study_of: StudyOf,
    site_id: int,
    words: Sequence[WardAnswer],
    *,
    actor: audit.Actor,
    now: datetime,
) -> None:
    """Record what the ward said, all of it or nothing. A repeat changes nothing.

    Raises:
        Faults: a day that cannot be, each by the field ``on-`` and the code.
        InvalidInput: nothing was said.
        NotFound: somebody is not of this site.
    """
    if not words:
        raise InvalidInput("Say where at least one person is.", field="ward")
    refused = []
    for word in sorted(words, key=lambda one: one.code):
        try:
            _record(session, study_of, site_id, word, actor, now)
        except InvalidInput as error:
            refused.append(InvalidInput(error.message, field=f"on-{word.code}"))
    if refused:
        raise Faults(refused)


def _record(
    session: Session,
    study_of: StudyOf,
    site_id: int,
    word: WardAnswer,
    actor: audit.Actor,
    now: datetime,
) -> None:
    query = select(Participant).filter_by(code=word.code, site_id=site_id)
    person = session.scalar(query)
    if person is None:
        raise NotFound("There is no such participant.")
    today = timeline.local_today(session, person, now=now)
    if word.said == HERE:
        stays.still_here(session, person, on=today, actor=actor, now=now)
        return
    if word.on is None:
        raise InvalidInput("Write the day like 2026-03-10.")
    study = study_of(person.study_version_id)
    stays.discharge(Case(session, study, person, now), on=word.on, actor=actor)


def _candidates(session: Session, site_id: int, today: date) -> Sequence[Participant]:
    """People without a last day in hospital on record: nobody else needs checking."""
    mine = Stay.participant_id == Participant.id
    lasts = exists().where(mine, Stay.discharged_on.is_(None))
    query = select(Participant).where(
        Participant.site_id == site_id,
        Participant.status == ParticipantStatus.ACTIVE,
        Participant.d0 <= today,
        or_(lasts, ~exists().where(mine, _covers_d0())),
    )
    return session.scalars(query.order_by(Participant.code)).all()


def _covers_d0() -> ColumnElement[bool]:
    ends = or_(Stay.discharged_on.is_(None), Stay.discharged_on >= Participant.d0)
    return and_(Stay.admitted_on <= Participant.d0, ends)


def _stays(
    session: Session, ids: Sequence[int]
) -> Mapping[int, list[whereabouts.HospitalStay]]:
    found: dict[int, list[whereabouts.HospitalStay]] = defaultdict(list)
    query = select(Stay).where(Stay.participant_id.in_(ids))
    for row in session.scalars(query.order_by(Stay.admitted_on, Stay.id)):
        found[row.participant_id].append(timeline.as_days(row))
    return found


def _questions(session: Session, ids: Sequence[int]) -> Mapping[int, Task]:
    """For each person the newest open task about their silence that asks the ward."""
    query = select(Task).where(
        Task.participant_id.in_(ids),
        Task.kind == TaskKind.MISSING_DIARY,
        Task.state == TaskState.OPEN,
    )
    return {
        task.participant_id or 0: task
        for task in session.scalars(query.order_by(Task.id))
        if task.detail.get(ward_answers.ASKS_WARD)
    }


def _asked(
    code: str,
    person: Milestones,
    place: Place,
    question: Task | None,
    today: date,
) -> WardQuestion:
    lasting = [stay.admitted for stay in person.stays if stay.discharged is None]
    return WardQuestion(
        code=code,
        day=study_days.day_number(person.d0, today),
        unknown=place is Place.UNKNOWN,
        admitted=max(lasting, default=person.d0),
        silent_due=question.due_at if question else None,
        task_id=question.id if question else None,
    )
