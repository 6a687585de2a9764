"""The visits of a person who was moved to another version, or whose D0 was corrected.

A visit that was only planned takes the new day. A booked visit keeps its time, because
people agreed on it. What happened stays as it was. Each changed visit has a row among
its changes, and its version makes texts about the old day outdated.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal import audit
from portal.db.tables.diary import Visit, VisitChange
from portal.db.tables.people import Staff
from portal.people.case import Case
from portal.protocol.calendar import study_days
from portal.protocol.calendar.study_days import VisitWindow
from portal.visits import planned_visits
from portal.vocabulary.people import ActorKind
from portal.vocabulary.visits import VisitState


@dataclass(frozen=True)
class ReplannedVisits:
    """The codes of visits that were added, that moved, and that were removed."""

    added: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


def replan(case: Case, staff: Staff, reason: str) -> ReplannedVisits:
    """Plan again by ``case``'s study and D0; a repeat changes nothing.

    A new visit whose window is over already is not added: nobody could come to it.
    """
    known = {
        visit.code: visit
        for visit in planned_visits.of(case.session, case.participant)
        if visit.title is None
    }
    windows = study_days.planned_visits(case.study, case.participant.d0)
    added, moved, dropped = [], [], []
    for window in windows:
        visit = known.pop(window.code, None)
        if visit is None and window.closes >= case.today:
            case.session.add(planned_visits.planned(case.participant, window))
            added.append(window.code)
        elif visit is not None and _move(case, visit, window, staff, reason):
            moved.append(window.code)
    for visit in known.values():
        if visit.state == VisitState.PLANNED:
            _change(case, visit, VisitState.CANCELLED, staff, reason)
            dropped.append(visit.code)
    case.session.flush()
    return ReplannedVisits(tuple(added), tuple(moved), tuple(dropped))


def _move(
    case: Case, visit: Visit, window: VisitWindow, staff: Staff, reason: str
) -> bool:
    """Give an expected visit its new window; whether its day has changed."""
    if visit.state not in planned_visits.UPCOMING:
        return False
    before = visit.target
    visit.target, visit.opens = window.date, window.opens
    visit.closes = window.closes
    if visit.state != VisitState.PLANNED or before == window.date:
        return False
    _change(case, visit, VisitState.PLANNED, staff, reason)
    return True


def _change(
    case: Case, visit: Visit, state: VisitState, staff: Staff, reason: str
) -> None:
    visit.state, visit.version = state, visit.version + 1
    row = VisitChange(
        visit_id=visit.id,
        version=visit.version,
        state=state,
        booked_at=None,
        reason=reason,
        at=case.now,
        staff_id=staff.id,
    )
    case.session.add(row)
    actor = audit.Actor(ActorKind.STAFF, str(staff.id))
    act, subject = f"visit.{state}", ("visit", visit.id)
    audit.record(case.session, actor, act, subject, now=case.now, version=visit.version)
