"""A text that came in: who sent it, the tasks it opens, the answer it gets.

Answers are approved wordings and go to numbers of known people only, at most a few an
hour. So two machines cannot answer each other without end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import study_versions
from portal.alerting.tasks import tasks
from portal.db.dialect import insert_unless_present
from portal.db.tables.alerts import Task
from portal.db.tables.outbox import Inbound, Message
from portal.db.tables.people import Contact, Participant, Site
from portal.messages.operator_texts import BUILT_IN
from portal.messages.outbox import NewMessage, enqueue
from portal.people.case import Case
from portal.people.senders import Sender
from portal.protocol.demands.duties import Work
from portal.protocol.study.tiers import Tier
from portal.study_versions import StudyOf
from portal.vocabulary.messages import Channel, Purpose
from portal.vocabulary.tasks import TaskKind, TaskState

ANSWERS_AN_HOUR = 5
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class ArrivedText:
    """A text that came in for the first time, with its sender."""

    session: Session
    study_of: StudyOf
    row: Inbound
    sender: Sender
    now: datetime


@dataclass(frozen=True)
class TextAnswer:
    """One answer and its recipient: an SMS template, built in or of the study.

    ``place`` numbers the answers if one text gets more than one. ``ends`` has, for each
    variable that promises a time, when that time is over.
    """

    template: str
    contact: Contact
    language: str
    study_version_id: int
    variables: Mapping[str, str]
    participant_id: int | None = None
    staff_id: int | None = None
    place: int = 0
    ends: Mapping[str, datetime] = field(default_factory=dict)


def answer(arrived: ArrivedText, reply: TextAnswer) -> bool:
    """Queue an answer; False if there is no wording or the hourly limit is reached.

    Neither the site's own numbers nor unknown numbers are ever answered.
    """
    session, now = arrived.session, arrived.now
    known = {**arrived.study_of(reply.study_version_id).texts, **BUILT_IN}
    template = known.get(reply.template)
    if template is None or _is_ours(session, reply.contact):
        return False
    if _answered(session, reply.contact, now) >= ANSWERS_AN_HOUR:
        return False
    ends = [reply.ends[name] for name in template.variables if name in reply.ends]
    letter = NewMessage(
        dedupe_key=f"AN:{arrived.row.id}" + (f":{reply.place}" if reply.place else ""),
        purpose=Purpose.ANSWER,
        channel=Channel.TEXT,
        contact=reply.contact,
        study_version_id=reply.study_version_id,
        template=reply.template,
        language=reply.language,
        variables={name: reply.variables[name] for name in template.variables},
        not_after=min([now + HOUR, *ends]),
        participant_id=reply.participant_id,
        staff_id=reply.staff_id,
    )
    return enqueue(session, letter, now=now)


def numbers_to_call(session: Session, site_id: int) -> dict[str, str]:
    """The variables that most answers carry: the duty line and the emergency number."""
    site = session.get_one(Site, site_id)
    return {"tel": site.duty_line, "emergency": site.emergency_number}


def _is_ours(session: Session, contact: Contact) -> bool:
    query = select(Contact.id).where(
        Contact.value == contact.value,
        Contact.site_id.is_not(None),
        Contact.retired_at.is_(None),
    )
    return session.scalar(query.limit(1)) is not None


def _answered(session: Session, contact: Contact, now: datetime) -> int:
    """How many answers a number got in the last hour, whoever owns it."""
    query = (
        select(func.count())
        .select_from(Message)
        .join(Contact, Contact.id == Message.contact_id)
        .where(
            Contact.value == contact.value,
            Message.purpose == Purpose.ANSWER,
            Message.created_at > now - HOUR,
        )
    )
    return session.scalar(query) or 0


def task_about(
    arrived: ArrivedText,
    participant: Participant,
    kind: TaskKind,
    *,
    at_once: bool = False,
    alert_id: int | None = None,
) -> None:
    """Open a task to read it today; ``at_once`` also pages who is on call.

    While such a task is open, further texts join it.
    """
    query = select(Task).filter_by(participant_id=participant.id, kind=kind)
    if _joined(arrived, query, at_once):
        return
    study = arrived.study_of(participant.study_version_id)
    tasks.open_task(
        Case(arrived.session, study, participant, arrived.now),
        kind,
        key=f"I:{arrived.row.id}:{kind}:{participant.id}",
        tier=Tier.SAME_DAY,
        owner_role=study.whose(Work.REPORTS),
        due_at=arrived.now if at_once else None,
        alert_id=alert_id,
        texts=[arrived.row.id],
    )


def task_at_sites(
    arrived: ArrivedText, kind: TaskKind, *, at_once: bool = False
) -> None:
    """Open a task at each site concerned; further texts of the number join it."""
    due_at = arrived.now if at_once else arrived.now + HOUR
    for site_id in arrived.sender.sites:
        earlier = _open_texts(arrived, site_id, kind)
        query = select(Task).where(Task.id.in_(earlier))
        if earlier and _joined(arrived, query, at_once):
            continue
        insert_unless_present(
            arrived.session,
            Task,
            dedupe_key=f"I:{arrived.row.id}:{kind}:s{site_id}",
            site_id=site_id,
            kind=kind,
            tier=(Tier.SAME_DAY if at_once else Tier.ROUTINE).value,
            owner_role=study_versions.whose(arrived.session, Work.ORGANISING),
            detail={"texts": [arrived.row.id]},
            created_at=arrived.now,
            due_at=due_at,
            state=TaskState.OPEN,
        )


def task_of_failure(arrived: ArrivedText) -> None:
    """The portal failed to handle a text: open a task to read it at once."""
    people = {
        person.participant_id: person.site_id for person, _ in arrived.sender.people
    }
    people |= {left.id: left.site_id for left in arrived.sender.left}
    about = people.items() or [(None, site) for site in arrived.sender.sites]
    for participant_id, site_id in about:
        insert_unless_present(
            arrived.session,
            Task,
            dedupe_key=f"I:{arrived.row.id}:failed:{participant_id}:{site_id}",
            site_id=site_id,
            participant_id=participant_id,
            kind=TaskKind.TEXT_FAILED,
            tier=Tier.SAME_DAY.value,
            owner_role=_reader(arrived, participant_id),
            detail={"texts": [arrived.row.id]},
            created_at=arrived.now,
            due_at=arrived.now,
            state=TaskState.OPEN,
        )


def _reader(arrived: ArrivedText, participant_id: int | None) -> str:
    """The duty that reads texts, in the study of this participant or in the newest."""
    person = arrived.session.get(Participant, participant_id or 0)
    version_id = person.study_version_id if person is not None else None
    return study_versions.whose(arrived.session, Work.REPORTS, version_id)


def _open_texts(arrived: ArrivedText, site_id: int, kind: TaskKind) -> list[int]:
    """Open tasks of this kind about texts from the same number."""
    query = select(Task).filter_by(site_id=site_id, kind=kind, state=TaskState.OPEN)
    same = select(Inbound.id).where(Inbound.number == arrived.row.number)
    texts = set(arrived.session.scalars(same))
    found = arrived.session.scalars(query)
    return [task.id for task in found if texts & set(task.detail.get("texts", []))]


def _joined(arrived: ArrivedText, query: Any, at_once: bool) -> bool:
    """Add the text to the open task that ``query`` finds; False if there is none."""
    open_ones = (
        query.where(Task.state == TaskState.OPEN).order_by(Task.id).with_for_update()
    )
    task = arrived.session.scalar(open_ones.limit(1))
    if task is None:
        return False
    texts = [*task.detail.get("texts", []), arrived.row.id]
    task.detail = {**task.detail, "texts": texts}
    if at_once and task.due_at > arrived.now:
        task.due_at, task.tier = arrived.now, Tier.SAME_DAY.value
    return True
