"""One participant's record: their facts in the study, and one timeline of everything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Protocol

from sqlalchemy import or_
from sqlalchemy.orm import Session

from portal import audit
from portal.db.tables.alerts import Alert
from portal.db.tables.outbox import Message
from portal.db.tables.people import Participant
from portal.diary import handwriting
from portal.diary.handwriting import Drawings
from portal.people import timeline
from portal.people.case import Case
from portal.protocol.study.model import Study
from portal.records.staff.alerts import AlertItem, alert_items
from portal.records.staff.changes import changes
from portal.records.staff.entries import Reported, reported
from portal.records.staff.messages import MessageItem, message_items, text_items
from portal.records.staff.person_card import Card, card
from portal.records.staff.tasks import tasks_of
from portal.study_versions import StudyOf
from portal.vocabulary.alerts import AlertState

RECENT = timedelta(days=60)


class TimelineItem(Protocol):
    """One thing in the timeline: when it was, and of which kind."""

    @property
    def at(self) -> datetime:
        """Its moment in the timeline."""
        ...

    @property
    def kind(self) -> str:
        """Which template shows it."""
        ...


@dataclass(frozen=True)
class Pages:
    """The texts and calls about one alert that were written in one moment."""

    at: datetime
    messages: tuple[MessageItem, ...]

    @property
    def kind(self) -> str:
        """Its kind among the items of a timeline."""
        return "pages"


@dataclass(frozen=True)
class Record:
    """The card, what was reported and written by hand, the open alert, the timeline."""

    card: Card
    reported: Reported
    drawings: Drawings
    open_alert: AlertItem | None
    items: tuple[TimelineItem, ...]
    since: date


def record(
    session: Session,
    study_of: StudyOf,
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
    rest = _beside_alerts(session, study, participant, [one.id for one in alerts])
    items: list[TimelineItem] = [*told.entries, *alerts, *rest]
    recent = [item for item in items if _is_recent(item, since, today)]
    recent.sort(key=lambda item: item.at, reverse=True)
    standing = [alert for alert in alerts if alert.state != AlertState.CLOSED]
    return Record(
        card=card(Case(session, study, participant, now)),
        reported=told,
        drawings=handwriting.of_participant(session, participant.id),
        open_alert=standing[0] if standing else None,
        items=tuple(recent),
        since=since,
    )


def _beside_alerts(
    session: Session, study: Study, participant: Participant, alert_ids: list[int]
) -> Iterator[TimelineItem]:
    """Messages, tasks, texts received, and what staff changed."""
    theirs = Message.participant_id == participant.id
    about = or_(theirs, Message.alert_id.in_(alert_ids))
    yield from _together(message_items(session, about))
    yield from tasks_of(session, study, participant)
    yield from text_items(session, participant)
    yield from changes(session, study, participant)


def _together(messages: Iterable[MessageItem]) -> Iterator[TimelineItem]:
    """Pages of one alert and one moment together; everything else alone."""
    for (at, alert_id), group in groupby(messages, lambda m: (m.at, m.alert_id)):
        found = tuple(group)
        if alert_id is not None and len(found) > 1:
            yield Pages(at, found)
        else:
            yield from found


def _is_recent(item: TimelineItem, since: date, today: date) -> bool:
    day = item.at.date()
    return since == date.min or day >= since or day > today


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
