"""One visit with everything that was done about it, as staff look at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.db.tables.diary import Visit
from portal.db.tables.people import Staff
from portal.people.case import Case
from portal.protocol.study.text import Text
from portal.records.staff.alerts import staff_names
from portal.visits import appointments, planned_visits
from portal.visits.reminders.reminded_people import snapshot
from portal.visits.reminders.rules.person import Occasion
from portal.visits.reminders.rules.visit_texts import moves, visit_texts
from portal.vocabulary.people import ParticipantStatus
from portal.vocabulary.visits import VisitState


@dataclass(frozen=True)
class Change:
    """One change of a visit, by whom and why. ``booked_at``: the time, if one was agreed."""

    at: datetime
    state: str
    booked_at: datetime | None
    reason: str
    by: str


@dataclass(frozen=True)
class VisitPage:
    """A visit: ``day`` is the valid one, ``due`` whether that day has come.

    ``texts`` are the moments at which the participant will be texted about it.
    """

    code: str
    title: Text
    bring: Text
    target: date
    opens: date
    closes: date
    state: str
    day: date
    today: date
    due: bool
    booked_at: datetime | None
    happened_on: date | None
    version: int
    changes: tuple[Change, ...]
    texts: tuple[datetime, ...]

    @property
    def is_booked(self) -> bool:
        """Whether a time is agreed: another one moves the visit."""
        return self.state == VisitState.BOOKED

    @property
    def is_outstanding(self) -> bool:
        """Whether it may be booked, take place or be cancelled; else only taken back."""
        return self.state in appointments.OUTSTANDING

    @property
    def may_be_missed(self) -> bool:
        """Whether it may be recorded that nobody came: it was expected by today."""
        return self.state in appointments.EXPECTED and self.due


def page(case: Case, staff: Staff, code: str) -> VisitPage:
    """The visit and its changes, newest first.

    Raises:
        NotFound: there is none with this code, or it is another site's.
    """
    visit = planned_visits.find(case.session, staff, case.participant, code)
    words = planned_visits.words_of(case.session, case.study, visit)
    day = planned_visits.day_of(visit, case.site.time_zone)
    return VisitPage(
        code=visit.code,
        title=words.title,
        bring=words.bring,
        target=visit.target,
        opens=visit.opens,
        closes=visit.closes,
        state=visit.state,
        day=day,
        today=case.today,
        due=day <= case.today,
        booked_at=visit.booked_at,
        happened_on=visit.happened_on,
        version=visit.version,
        changes=_changes(case.session, visit),
        texts=_texts(case, visit),
    )


def _texts(case: Case, visit: Visit) -> tuple[datetime, ...]:
    """By the engine's own rules; none for a person not in follow-up."""
    if case.participant.status != ParticipantStatus.ACTIVE:
        return ()
    study, now = case.study, case.now
    person = snapshot(case, since=now)
    found = [one.at for one in moves(study, person, now) if _about(one, visit)]
    for day in person.visits:
        if day.code == visit.code:
            found += [one.at for one in visit_texts(study, person, day)]
    return tuple(sorted(at for at in found if at > now))


def _about(occasion: Occasion, visit: Visit) -> bool:
    return bool(occasion.detail.get("visit") == visit.code)


def _changes(session: Session, visit: Visit) -> tuple[Change, ...]:
    rows = planned_visits.changes_of(session, visit)
    names = staff_names(session, {row.staff_id for row in rows if row.staff_id})
    return tuple(
        Change(
            row.at,
            row.state,
            row.booked_at if row.state == VisitState.BOOKED else None,
            row.reason,
            names.get(row.staff_id or 0, ""),
        )
        for row in reversed(rows)
    )
