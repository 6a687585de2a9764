"""What a participant's first page says: the day, the diary, the next visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, select
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
from portal.protocol.calendar.diary_weeks import (
    WEEK,
    counted_days,
    due_day,
    is_weekly_due,
    last_due,
)
from portal.protocol.calendar.whereabouts import Place
from portal.protocol.study.timeline import Phase, StudyEvent
from portal.records.own import agenda
from portal.records.own.agenda import Dated
from portal.visits import planned_visits
from portal.visits.planned_visits import VisitWords
from portal.vocabulary.alerts import AlertState
from portal.vocabulary.diary import VersionKind
from portal.vocabulary.people import ParticipantStatus


@dataclass(frozen=True)
class Today:
    """``day`` counts from D0; ``since``: the event that the phase counts from,
    with the days since then; ``done_at`` is when the diary came that is due next,
    ``opens`` the hour at which it opens, while that is still to come.

    ``week``: the day on which a weekly diary is due, from today on, and that of the one
    after it. ``visit_on`` is the valid day of the next visit; ``missed`` is the past day
    whose diary was due and may still be added.
    """

    today: date
    day: int
    since: tuple[StudyEvent, int] | None
    phase: Phase
    place: Place
    diary_due: bool
    week: tuple[date, date | None] | None
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
        week=_week(case),
        done_at=done_at(case, reporter),
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


def _week(case: Case) -> tuple[date, date | None] | None:
    study, person, today = case.study, case.milestones, case.today
    due = due_day(study, person, today)
    if not is_weekly_due(study, person, due):
        return None
    after = due + timedelta(days=WEEK)
    return due, after if is_weekly_due(study, person, after) else None


def missed(case: Case) -> date | None:
    """A past day whose diary was due, did not come and may still be added; else None."""
    session, participant = case.session, case.participant
    enrolled = timeline.local_today(session, participant, now=participant.enrolled_at)
    day = last_due(case.study, case.milestones, case.today)
    if participant.status != ParticipantStatus.ACTIVE or day is None:
        return None
    if day < max(participant.d0, enrolled):
        return None
    counted = counted_days(case.study, case.milestones, day)
    return None if session.scalar(_complete(case, counted)) else day


def done_at(case: Case, reporter: str) -> datetime | None:
    """When this reporter's complete diary came, of today or of today's week; or None."""
    due = due_day(case.study, case.milestones, case.today)
    query = _complete(case, counted_days(case.study, case.milestones, due))
    return case.session.scalar(query.where(Entry.reporter == reporter))


def _complete(case: Case, days: Sequence[date]) -> Select[datetime]:
    """When the last complete diary of these days came."""
    return (
        select(EntryVersion.received_at)
        .join(Entry, Entry.id == EntryVersion.entry_id)
        .where(
            Entry.participant_id == case.participant.id,
            Entry.local_date.in_(days),
            EntryVersion.kind == VersionKind.COMPLETE,
        )
        .order_by(EntryVersion.received_at.desc())
        .limit(1)
    )


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
