"""What a participant's first page says: the day, the diary, the next visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.alerting.answers import reported_alerts
from portal.alerting.answers.reported_alerts import AlertStanding
from portal.db.tables.alerts import Alert, AlertFinding
from portal.db.tables.diary import Entry, EntryVersion, Visit
from portal.db.tables.people import Participant
from portal.enrolment import adoption, day_zero_history
from portal.people import timeline
from portal.people.case import Case
from portal.protocol.calendar import study_days
from portal.protocol.calendar.whereabouts import Place
from portal.protocol.study.timeline import Phase, StudyEvent
from portal.records.own import agenda
from portal.records.own.agenda import Dated
from portal.visits import planned_visits
from portal.visits.planned_visits import VisitWords
from portal.vocabulary.alerts import AlertState
from portal.vocabulary.diary import VersionKind
from portal.vocabulary.people import ParticipantStatus

EVERY_DAY = ("daily", "weekdays")


@dataclass(frozen=True)
class Today:
    """``day`` counts from D0; ``since``: the event that the phase counts from,
    with the days since then; ``done_at`` is when today's diary came, ``opens`` the hour
    at which it opens, while that is still to come.

    ``visit_on`` is the valid day of the next visit; ``missed`` is yesterday, if its
    diary was due and nobody has sent it.
    """

    today: date
    day: int
    since: tuple[StudyEvent, int] | None
    phase: Phase
    place: Place
    diary_due: bool
    opens: str | None
    done_at: datetime | None
    visit: Visit | None
    visit_on: date | None
    visit_words: VisitWords | None
    amended: bool
    recounted: bool  # their D0 was changed lately
    missed: date | None
    dated: Sequence[Dated]
    stand: AlertStanding | None  # what has happened to an open report


def of(case: Case, reporter: str) -> Today:
    """Everything the page of this reporter shows."""
    today = case.today
    phase = case.study.phase(case.phase)
    visit = planned_visits.upcoming(case.session, case.participant, today=today)
    zone = case.site.time_zone
    return Today(
        today=today,
        day=study_days.day_number(case.participant.d0, today),
        since=study_days.since_event(case.study, phase, case.milestones, today),
        phase=phase,
        place=case.place,
        diary_due=study_days.diary_is_due(case.study, phase, case.milestones, today),
        opens=study_days.opens_at(case.study, phase, case.milestones, case.now, zone),
        done_at=done_at(case.session, case.participant, reporter, today),
        visit=visit,
        visit_on=planned_visits.day_of(visit, zone) if visit else None,
        visit_words=_words(case, visit),
        amended=adoption.told_until(case) is not None,
        recounted=day_zero_history.told_until(case) is not None,
        missed=missed(case),
        dated=agenda.dated(case.study, case.participant.d0, today),
        stand=open_report(case),
    )


def _words(case: Case, visit: Visit | None) -> VisitWords | None:
    if visit is None:
        return None
    return planned_visits.words_of(case.session, case.study, visit)


def missed(case: Case) -> date | None:
    """Yesterday, if the day's diary was due and nobody has sent one; else None.

    A weekly one, or one that is asked for once, is not asked for a second time.
    """
    session, study, participant = case.session, case.study, case.participant
    yesterday = case.today - timedelta(days=1)
    enrolled = timeline.local_today(session, participant, now=participant.enrolled_at)
    if participant.status != ParticipantStatus.ACTIVE or yesterday < max(
        participant.d0, enrolled
    ):
        return None
    milestones = case.milestones
    phase = study.phase(study_days.phase_on(study, milestones, yesterday))
    due = study_days.diary_is_due(study, phase, milestones, yesterday)
    if not due or phase.diary not in EVERY_DAY:
        return None
    return None if _was_sent(session, participant, yesterday) else yesterday


def _was_sent(session: Session, participant: Participant, day: date) -> bool:
    query = (
        select(EntryVersion.id)
        .join(Entry, Entry.id == EntryVersion.entry_id)
        .where(
            Entry.participant_id == participant.id,
            Entry.local_date == day,
            EntryVersion.kind == VersionKind.COMPLETE,
        )
    )
    return session.scalar(query.limit(1)) is not None


def done_at(
    session: Session, participant: Participant, reporter: str, today: date
) -> datetime | None:
    """When this reporter's complete diary of the day came, or None."""
    query = (
        select(EntryVersion.received_at)
        .join(Entry, Entry.id == EntryVersion.entry_id)
        .where(
            Entry.participant_id == participant.id,
            Entry.local_date == today,
            Entry.reporter == reporter,
            EntryVersion.kind == VersionKind.COMPLETE,
        )
        .order_by(EntryVersion.received_at.desc())
        .limit(1)
    )
    return session.scalar(query)


def open_report(case: Case) -> AlertStanding | None:
    """What has happened to the report that nobody has dealt with yet; None: there is none.

    Whichever entry it came with, it is shown until its alert is closed.
    """
    alert = open_alert(case.session, case.participant)
    return reported_alerts.of(case, alert) if alert is not None else None


def open_alert(session: Session, participant: Participant) -> Alert | None:
    """The alert that a report has raised and nobody has closed, or None.

    An alert about a missing diary does not answer anything the person said.
    """
    reported = select(AlertFinding.alert_id).where(
        AlertFinding.entry_version_id.is_not(None)
    )
    query = select(Alert).where(
        Alert.participant_id == participant.id,
        Alert.state != AlertState.CLOSED,
        Alert.id.in_(reported),
    )
    return session.scalar(query)
