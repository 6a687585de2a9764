"""One participant's record: who they are in the study, and one timeline of it all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.core import calendar
from portal.core.phone import masked
from portal.core.study.model import Study, Text
from portal.db.alerts import Alert, Task
from portal.db.outbox import Message
from portal.db.people import Caregiver, Consent, Participant
from portal.services import audit, contacts, stays, timeline, visits
from portal.services.record_alerts import AlertItem, alert_items, staff_names
from portal.services.record_entries import Reported, reported
from portal.services.record_messages import MessageItem, message_items
from portal.services.worklist import TaskLine, task_line

RECENT = timedelta(days=60)


@dataclass(frozen=True)
class Reach:
    """How somebody is reached: ``status`` works, unverified, broken or none.

    ``number`` and ``name`` are for staff who may see them; ``masked`` for the rest.
    """

    status: str
    masked: str
    number: str
    name: str


@dataclass(frozen=True)
class CaregiverCard:
    """A caregiver, with the consent they gave for themselves."""

    language: str
    active: bool
    reach: Reach
    consent_version: str
    consented_at: datetime | None


@dataclass(frozen=True)
class VisitLine:
    """A clinic visit: the target, the days that count, and what became of it."""

    code: str
    title: Text
    target: date
    opens: date
    closes: date
    state: str


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
        """Its place among the other items of a timeline."""
        return "task"


@dataclass(frozen=True)
class Pages:
    """The texts and calls about one alert that were written in one moment."""

    at: datetime
    messages: tuple[MessageItem, ...]

    @property
    def kind(self) -> str:
        """Its place among the other items of a timeline."""
        return "pages"


@dataclass(frozen=True)
class Card:
    """Who somebody is in the study."""

    id: int
    code: str
    status: str
    d0: date
    day: int
    phase: str
    phase_title: Text
    language: str
    time_zone: str
    stays: tuple[tuple[date, date | None], ...]
    discharge_overdue: bool
    in_hospital: bool
    consent_version: str
    consented_at: datetime | None
    consent_act: str
    reach: Reach
    caregivers: tuple[CaregiverCard, ...]
    visits: tuple[VisitLine, ...]


@dataclass(frozen=True)
class Record:
    """The card, what was reported, the alert that is open, and the timeline."""

    card: Card
    reported: Reported
    open_alert: AlertItem | None
    items: tuple[object, ...]
    since: date


def card(
    session: Session, study: Study, participant: Participant, *, now: datetime
) -> Card:
    """The facts of one participant today."""
    today = timeline.local_today(session, participant, now=now)
    days = tuple(
        (stay.admitted_on, stay.discharged_on)
        for stay in stays.of(session, participant)
    )
    code = calendar.phase_on(study, participant.d0, today, days)
    consent = _consent(session, participant, None)
    return Card(
        id=participant.id,
        code=participant.code,
        status=participant.status,
        d0=participant.d0,
        day=calendar.day_number(participant.d0, today),
        phase=code,
        phase_title=next(p.title for p in study.phases if p.code == code),
        language=participant.language,
        time_zone=participant.time_zone,
        stays=days,
        discharge_overdue=calendar.discharge_is_overdue(participant.d0, today, days),
        in_hospital=bool(days) and days[-1][1] is None,
        consent_version=consent.version if consent else "",
        consented_at=consent.signed_at if consent else None,
        consent_act=consent.act if consent else "",
        reach=_reach(session, participant_id=participant.id),
        caregivers=_caregivers(session, participant),
        visits=_visits(session, study, participant),
    )


def record(
    session: Session,
    study_of: Callable[[int], Study],
    participant: Participant,
    *,
    now: datetime,
    whole: bool = False,
) -> Record:
    """The record of the last 60 days, or with ``whole`` since the beginning."""
    study = study_of(participant.study_version_id)
    today = timeline.local_today(session, participant, now=now)
    since = date.min if whole else today - RECENT
    told = reported(session, study, participant.id, since=since, today=today)
    alerts = alert_items(session, study_of, Alert.participant_id == participant.id)
    ours = [alert.id for alert in alerts]
    about = or_(Message.participant_id == participant.id, Message.alert_id.in_(ours))
    items: list[object] = [
        *told.entries,
        *alerts,
        *_together(message_items(session, about)),
        *_tasks(session, study, participant),
    ]
    recent = [item for item in items if _is_recent(item, since, today)]
    recent.sort(key=lambda item: item.at, reverse=True)  # type: ignore[attr-defined]
    standing = [alert for alert in alerts if alert.state != "closed"]
    return Record(
        card=card(session, study, participant, now=now),
        reported=told,
        open_alert=standing[0] if standing else None,
        items=tuple(recent),
        since=since,
    )


def _together(messages: Iterable[MessageItem]) -> Iterator[object]:
    """Pages of one alert and moment as one; whatever else alone."""
    for (at, alert_id), group in groupby(messages, lambda m: (m.at, m.alert_id)):
        found = tuple(group)
        if alert_id is not None and len(found) > 1:
            yield Pages(at, found)
        else:
            yield from found


def _is_recent(item: object, since: date, today: date) -> bool:
    at: datetime = item.at  # type: ignore[attr-defined]
    return since == date.min or at.date() >= since or at.date() > today


def note_viewing(
    session: Session,
    actor: audit.Actor,
    subject: str,
    subject_id: int,
    *,
    now: datetime,
) -> None:
    """Write down that somebody looked at a ``participant`` or an ``alert``."""
    audit.record(session, actor, f"{subject}.viewed", (subject, subject_id), now=now)


def _consent(
    session: Session, participant: Participant, caregiver_id: int | None
) -> Consent | None:
    query = select(Consent).where(
        Consent.participant_id == participant.id,
        Consent.caregiver_id == caregiver_id
        if caregiver_id
        else Consent.caregiver_id.is_(None),
    )
    return session.scalar(query.order_by(Consent.id.desc()).limit(1))


def _reach(session: Session, **owner: int) -> Reach:
    contact = contacts.current(session, "mobile", **owner)
    name = contacts.name(session, **owner) or ""
    if contact is None or contact.value is None:
        return Reach("none", "", "", name)
    status = "works" if contact.verified_at else "unverified"
    if contact.broken_at is not None:
        status = "broken"
    return Reach(status, masked(contact.value), contact.value, name)


def _caregivers(
    session: Session, participant: Participant
) -> tuple[CaregiverCard, ...]:
    query = select(Caregiver).where(Caregiver.participant_id == participant.id)
    cards = []
    for caregiver in session.scalars(query.order_by(Caregiver.id)):
        consent = _consent(session, participant, caregiver.id)
        cards.append(
            CaregiverCard(
                caregiver.language,
                caregiver.active,
                _reach(session, caregiver_id=caregiver.id),
                consent.version if consent else "",
                consent.signed_at if consent else None,
            )
        )
    return tuple(cards)


def _visits(
    session: Session, study: Study, participant: Participant
) -> tuple[VisitLine, ...]:
    titles = {visit.code: visit.title for visit in study.visits}
    return tuple(
        VisitLine(
            visit.code,
            titles.get(visit.code, Text(visit.code, visit.code)),
            visit.target,
            visit.opens,
            visit.closes,
            visit.state,
        )
        for visit in visits.of(session, participant)
    )


def _tasks(
    session: Session, study: Study, participant: Participant
) -> Sequence[TaskItem]:
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
