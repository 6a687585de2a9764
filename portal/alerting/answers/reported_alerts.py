"""The state of what somebody reported: awaited, unanswered, seen, closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal.alerting.answers.promise import (
    PromisedAlert,
    ReportState,
    minutes_left,
    standing,
)
from portal.db.tables.alerts import Alert, AlertEvent, AlertFinding
from portal.db.tables.diary import EntryVersion
from portal.db.tables.people import Staff
from portal.people.case import Case
from portal.protocol.calendar.whereabouts import Place
from portal.protocol.study.tiers import Tier
from portal.vocabulary.alerts import Happening

TAKEN = (Happening.ACKNOWLEDGED, Happening.HANDED_OVER)


@dataclass(frozen=True)
class AlertStanding:
    """An alert as the person who reported may know it.

    ``seen_by`` is the holder's role, ``version_id`` the newest version that reported
    it, ``place`` where the person is, if known.
    """

    alert: Alert
    standing: ReportState
    seen_by: str | None
    version_id: str | None
    place: Place

    @property
    def on_ward(self) -> bool:
        """Whether the person is on the ward, where they can ring for a nurse."""
        return self.place is Place.WARD

    @property
    def emergency(self) -> bool:
        """Whether the alert is an open emergency."""
        return self.alert.tier == Tier.EMERGENCY.value


@dataclass(frozen=True)
class Outlook:
    """What a report may expect: its alert, and by when somebody answers.

    ``minutes``: within how many after its arrival; 0: no promise. ``answer_in``: the
    seconds that staff have left; 0: nobody answered in time; None: somebody has
    answered.
    """

    stand: AlertStanding
    minutes: int
    answer_in: int | None


def outlook(case: Case, alert_id: int, own: int | None, since: datetime) -> Outlook:
    """What a report that came at ``since`` may expect; ``own``: its own minutes."""
    session, now = case.session, case.now
    alert = session.get_one(Alert, alert_id)
    return Outlook(
        stand=of(case, alert),
        minutes=promised(session, alert, own, since, now=now),
        answer_in=answer_in(session, alert, now=now),
    )


def of(case: Case, alert: Alert) -> AlertStanding:
    """The state of their alert now."""
    return AlertStanding(
        alert=alert,
        standing=standing(waiting(case.session, alert), case.now),
        seen_by=_role_of_holder(case.session, alert),
        version_id=newest_report(case.session, alert),
        place=case.place,
    )


def waiting(session: Session, alert: Alert) -> PromisedAlert:
    """What a promise needs to know of the alert."""
    told = alert.told_at is not None and not _taken_since(session, alert)
    return PromisedAlert(alert.state, alert.ack_due_at, told)


def _taken_since(session: Session, alert: Alert) -> bool:
    """Whether somebody took the alert after the person was told that nobody had."""
    query = select(
        exists().where(
            AlertEvent.alert_id == alert.id,
            AlertEvent.kind.in_(TAKEN),
            AlertEvent.at >= alert.told_at,
        )
    )
    return bool(session.scalar(query))


def promised(
    session: Session, alert: Alert, own: int | None, since: datetime, *, now: datetime
) -> int:
    """Within how many minutes of ``since`` a report is answered; 0: no promise.

    ``own``: the report's own minutes; None: those of its alert.
    """
    known = waiting(session, alert)
    return minutes_left(known, own or alert.ack_minutes, since, now)


def answer_in(session: Session, alert: Alert, *, now: datetime) -> int | None:
    """Seconds until the deadline; 0: nobody has answered. None: somebody has."""
    known = waiting(session, alert)
    held = standing(known, now)
    if held is ReportState.AWAITED:
        return ceil((known.due_at - now).total_seconds())
    return 0 if held is ReportState.UNANSWERED else None


def newest_report(session: Session, alert: Alert) -> str | None:
    """The newest entry version that reported the alert; None: it came by words only."""
    query = (
        select(EntryVersion.id)
        .join(AlertFinding, AlertFinding.entry_version_id == EntryVersion.id)
        .where(AlertFinding.alert_id == alert.id)
        .order_by(EntryVersion.received_at.desc(), EntryVersion.position.desc())
    )
    return session.scalar(query.limit(1))


def _role_of_holder(session: Session, alert: Alert) -> str | None:
    """The holder's role, all that the reporter may know; None: nobody has the alert."""
    if alert.acked_by is None:
        return None
    return session.scalar(select(Staff.role).filter_by(id=alert.acked_by))
