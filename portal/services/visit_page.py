"""One visit with everything that was done about it, as staff look at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.core.study.model import Study, Text
from portal.db.followup import Visit
from portal.db.people import Participant, Site
from portal.services import appointments, visits
from portal.services.record_alerts import staff_names


@dataclass(frozen=True)
class Change:
    """One change of a visit, by whom and why. ``booked_at`` is the time agreed then."""

    at: datetime
    state: str
    booked_at: datetime | None
    reason: str
    by: str


@dataclass(frozen=True)
class VisitPage:
    """A visit as it stands: ``day`` is the one that holds, ``due`` whether it came."""

    code: str
    title: Text
    bring: Text
    target: date
    opens: date
    closes: date
    state: str
    day: date
    due: bool
    booked_at: datetime | None
    happened_on: date | None
    version: int
    changes: tuple[Change, ...]


def page(
    session: Session,
    study: Study,
    participant: Participant,
    visit: Visit,
    *,
    today: date,
) -> VisitPage:
    """The visit and its changes, newest first."""
    zone = session.get_one(Site, participant.site_id).time_zone
    planned = next((one for one in study.visits if one.code == visit.code), None)
    unknown = Text(visit.code, visit.code)
    day = visits.day_of(visit, zone)
    return VisitPage(
        code=visit.code,
        title=planned.title if planned else unknown,
        bring=planned.bring if planned else Text("", ""),
        target=visit.target,
        opens=visit.opens,
        closes=visit.closes,
        state=visit.state,
        day=day,
        due=day <= today,
        booked_at=visit.booked_at,
        happened_on=visit.happened_on,
        version=visit.version,
        changes=_changes(session, visit),
    )


def _changes(session: Session, visit: Visit) -> tuple[Change, ...]:
    rows = appointments.changes_of(session, visit)
    names = staff_names(session, {row.staff_id for row in rows if row.staff_id})
    return tuple(
        Change(
            row.at,
            row.state,
            row.booked_at,
            row.reason,
            names.get(row.staff_id or 0, ""),
        )
        for row in reversed(rows)
    )
