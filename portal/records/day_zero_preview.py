"""What another D0 would change for one person: shown before it is signed, never stored.

It shows what moves from when to when, what was sent about the days that move, which
entries would be in another phase, and which alerts and tasks the rules would have made
for them there. The entries themselves stay as judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import or_, select

from portal.db.dialect import literals
from portal.db.tables.outbox import Message
from portal.enrolment import day_zero
from portal.people import timeline
from portal.people.case import Case
from portal.protocol.calendar import study_days
from portal.protocol.calendar.study_days import VisitWindow
from portal.records import rehearsal
from portal.records.rehearsal import RehearsedLine, RehearsedPlan
from portal.visits import planned_visits
from portal.visits.reminders.amended_plan import NEVER_LEFT
from portal.vocabulary.visits import VisitState


@dataclass(frozen=True)
class VisitMove:
    """An expected visit: its day by the old D0 and by the new.

    A booked visit keeps its time (``was`` is ``becomes``); ``fits``: in its new window.
    """

    code: str
    was: date
    becomes: date
    booked: bool
    fits: bool


@dataclass(frozen=True)
class LeftText:
    """A text already sent about a day that would move; ``about`` names the day."""

    at: datetime
    about: str


@dataclass(frozen=True)
class OtherPhase:
    """An entry that would be in another phase."""

    day: date
    was: str
    becomes: str


@dataclass(frozen=True)
class DayZeroPreview:
    """The whole preview for one person."""

    code: str
    before: date
    after: date
    visits: tuple[VisitMove, ...]
    stay: date | None  # the first day of the stay that would begin on the new D0
    sent: tuple[LeftText, ...]
    phases: tuple[OtherPhase, ...]
    outcomes: tuple[RehearsedLine, ...]


def preview(case: Case, on: date) -> DayZeroPreview:
    """What the new day would change.

    Raises:
        InvalidInput: the day cannot be right for this person.
    """
    day_zero.refuse_unfit(case, on)
    person = case.participant
    stay = day_zero.moving_stay(case.session, person, on)
    known = case.milestones
    stays = [
        one._replace(admitted=on) if stay and one == timeline.as_days(stay) else one
        for one in known.stays
    ]
    moved = replace(known, d0=on, stays=stays)
    old, new = (RehearsedPlan(case.study, one) for one in (known, moved))
    return DayZeroPreview(
        code=person.code,
        before=person.d0,
        after=on,
        visits=tuple(_visits(case, on)),
        stay=stay.admitted_on if stay else None,
        sent=tuple(_sent(case)),
        phases=tuple(_phases(case, old, new)),
        outcomes=tuple(rehearsal.of_entries(case, date.min, old, new)),
    )


def _visits(case: Case, on: date) -> Iterator[VisitMove]:
    windows = {one.code: one for one in study_days.planned_visits(case.study, on)}
    for visit in planned_visits.of(case.session, case.participant):
        if visit.state in planned_visits.UPCOMING and visit.code in windows:
            day = planned_visits.day_of(visit, case.site.time_zone)
            booked = visit.state == VisitState.BOOKED
            yield _move(case, windows[visit.code], day, booked=booked)


def _move(case: Case, window: VisitWindow, day: date, *, booked: bool) -> VisitMove:
    becomes = day if booked else window.date
    fits = window.opens <= becomes <= window.closes
    ahead = max(becomes, window.closes) >= case.today
    return VisitMove(window.code, day, becomes, booked, fits and ahead)


def _sent(case: Case) -> Iterator[LeftText]:
    """Texts about expected visits, and about days that depend on D0 alone."""
    number = case.participant.id
    query = select(Message).where(
        Message.participant_id == number,
        Message.state.not_in(literals(NEVER_LEFT)),
        or_(
            *(
                Message.dedupe_key.startswith(f"{kind}:{number}:", autoescape=True)
                for kind in "RN"
            )
        ),
    )
    expected = {
        one.code
        for one in planned_visits.of(case.session, case.participant)
        if one.state in planned_visits.UPCOMING
    }
    for message in case.session.scalars(query.order_by(Message.id)):
        kind, _, about, *_ = message.dedupe_key.split(":")
        if kind == "N" or about in expected:
            yield LeftText(message.created_at, about)


def _phases(case: Case, old: RehearsedPlan, new: RehearsedPlan) -> Iterator[OtherPhase]:
    for entry in rehearsal.entries_since(case, date.min):
        day = entry.local_date
        was, becomes = old.phase(day), new.phase(day)
        if was != becomes:
            yield OtherPhase(day, was, becomes)
