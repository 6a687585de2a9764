"""A participant's calendar: what was, what comes next, and what holds until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from portal.db.tables.diary import Visit
from portal.people.case import Case
from portal.protocol.calendar import study_days
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text
from portal.visits import planned_visits
from portal.vocabulary.visits import VisitState


@dataclass(frozen=True)
class AgendaVisit:
    """One visit. ``place`` in the list: past, next or later; ``day`` is the valid one.

    ``window`` is given only if the study shows it and the visit is not past.
    """

    id: int
    code: str
    title: Text
    bring: Text
    place: str
    state: VisitState
    day: date
    booked_at: datetime | None
    happened_on: date | None
    window: tuple[date, date] | None


@dataclass(frozen=True)
class Dated:
    """Something that is valid up to and including ``until``: a page message's id."""

    message: str
    until: date


@dataclass(frozen=True)
class Agenda:
    """The visits in order of their days, and what is valid now."""

    today: date
    day: int
    visits: tuple[AgendaVisit, ...]
    dated: tuple[Dated, ...]


def of(case: Case) -> Agenda:
    """The calendar of one participant, in the site's days."""
    today = case.today
    rows = planned_visits.of(case.session, case.participant)
    coming = planned_visits.upcoming(case.session, case.participant, today=today)
    found = [
        _visit(case, row, is_next=coming is not None and row.id == coming.id)
        for row in rows
    ]
    found.sort(key=lambda visit: visit.day)
    return Agenda(
        today=today,
        day=study_days.day_number(case.participant.d0, today),
        visits=tuple(found),
        dated=tuple(dated(case.study, case.participant.d0, today)),
    )


def dated(study: Study, d0: date, today: date) -> list[Dated]:
    """What is valid today until a day counted from D0, the nearest end first."""
    found = [
        Dated(plan.message, study_days.after(d0, days=plan.days, months=plan.months))
        for plan in study.reminders.dated
    ]
    return sorted(
        (one for one in found if d0 <= today <= one.until), key=lambda one: one.until
    )


def _visit(case: Case, visit: Visit, *, is_next: bool) -> AgendaVisit:
    words = planned_visits.words_of(case.session, case.study, visit)
    zone, today = case.site.time_zone, case.today
    over = planned_visits.is_over(visit, zone, today=today)
    window = (visit.opens, visit.closes)
    shown = case.study.options.show_visit_windows and not over
    return AgendaVisit(
        id=visit.id,
        code=visit.code,
        title=words.title,
        bring=words.bring,
        place="next" if is_next else "past" if over else "later",
        state=visit.state,
        day=visit.happened_on or planned_visits.day_of(visit, zone),
        booked_at=visit.booked_at if visit.state == VisitState.BOOKED else None,
        happened_on=visit.happened_on,
        window=window if shown else None,
    )
