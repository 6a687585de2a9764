"""Words that nobody read in time: who is on call is paged once for all participants.

This applies to participants in hospital and in their first weeks at home, and only from
08:00 to 20:00 at the site. A page covers everything overdue now or within the hour, so
that a morning's notes are one page and not ten. Words of others are on the worklist
only.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.alerts import Task
from portal.db.tables.people import Contact, Participant, Site
from portal.engine import one_by_one
from portal.messages.outbox import NewMessage, enqueue
from portal.messages.unread_texts import WORDS_OVERDUE, people
from portal.people import contacts, rota
from portal.protocol.calendar.due import in_reading_hours
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Tier
from portal.study_versions import StudyOf
from portal.vocabulary.messages import Channel, Purpose
from portal.vocabulary.tasks import TaskKind, TaskState

AHEAD = timedelta(hours=1)
PAGED_LATE = timedelta(hours=24)


def page_overdue(session: Session, study_of: StudyOf, *, now: datetime) -> int:
    """Text who is on call about all unread words of each site; return how many sites.

    A site that fails does not stop the paging at others: see ``one_by_one``.
    """
    first = {task.site_id: task for task in reversed(_late(session, now))}

    def page(task: Task) -> None:
        _page(session, study_of, task, now)

    return one_by_one.each(session, "task", list(first.values()), page, now=now)


def anything_overdue(session: Session, *, now: datetime) -> bool:
    """Whether a page would go out now."""
    return bool(_late(session, now))


def pages_at(task: Task) -> datetime:
    """When a task about words pages: at its due time, or at ``page_at`` if given."""
    again = task.detail.get("page_at")
    return datetime.fromisoformat(again) if again else task.due_at


def _waiting(session: Session, now: datetime) -> list[tuple[Task, str]]:
    """Open tasks that page when they are overdue, with the zone of their site."""
    query = (
        select(Task, Site.time_zone)
        .join(Site, Site.id == Task.site_id)
        .where(
            Task.state == TaskState.OPEN,
            Task.kind == TaskKind.WORDS_TO_READ,
            Task.tier == Tier.SAME_DAY.value,
            Task.due_at <= now + AHEAD,
            Task.overdue_paged_at.is_(None),
            one_by_one.free("task", Task.id, now=now),
        )
        .order_by(Task.due_at, Task.id)
    )
    return [(task, zone) for task, zone in session.execute(query)]


def _late(session: Session, now: datetime) -> list[Task]:
    return [
        task
        for task, zone in _waiting(session, now)
        if pages_at(task) <= now and in_reading_hours(now, zone)
    ]


def _page(session: Session, study_of: StudyOf, first: Task, now: datetime) -> None:
    covered = [
        task
        for task, _ in _waiting(session, now)
        if task.site_id == first.site_id and pages_at(task) <= now + AHEAD
    ]
    for task in covered:
        task.overdue_paged_at = now
    person = session.get_one(Participant, first.participant_id)
    study = study_of(person.study_version_id)
    for contact, language in _readers(session, study, first.site_id, now):
        _text(session, first, covered, contact, language, now)


def _readers(
    session: Session, study: Study, site_id: int, now: datetime
) -> Iterable[tuple[Contact, str]]:
    """Who is paged about overdue same-day work, with a number; else the catch-all."""
    steps = study.policies[Tier.SAME_DAY].steps or study.policies[Tier.URGENT].steps
    on_call = {
        staff.id: staff
        for role in steps[0].roles
        for staff in rota.on_call(session, site_id, role, now=now)
    }
    found = [
        (contact, staff.language)
        for staff in on_call.values()
        if (contact := contacts.mobile(session, staff_id=staff.id)) is not None
    ]
    everybody = contacts.mobile(session, site_id=site_id)
    return found or ([(everybody, study.languages[0])] if everybody is not None else [])


def _text(
    session: Session,
    first: Task,
    covered: list[Task],
    contact: Contact,
    language: str,
    now: datetime,
) -> None:
    about = [session.get_one(Participant, task.participant_id) for task in covered]
    codes = list(dict.fromkeys(person.code for person in about))
    who = contact.staff_id or f"site{contact.site_id}"
    letter = NewMessage(
        dedupe_key=f"W:{first.id}:{now:%Y%m%d%H%M%S}:{who}",
        purpose=Purpose.TASK,
        channel=Channel.TEXT,
        contact=contact,
        study_version_id=about[0].study_version_id,
        template=WORDS_OVERDUE.id,
        language=language,
        variables={"code": people(codes, language)},
        not_after=now + PAGED_LATE,
        staff_id=contact.staff_id,
    )
    enqueue(session, letter, now=now)
