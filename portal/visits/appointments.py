"""What people do with a visit: book, move, attend, miss, cancel.

Each act is one transaction: the visit, an append-only row of the change, the audit, and
the reminders, so that nobody is reminded of a day that is no longer valid. Nothing here
follows the study file: a visit that somebody has changed stays where it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal import audit
from portal.db.diary import Visit, VisitChange
from portal.db.people import Participant, Site, Staff
from portal.errors import ChangedMeanwhile, Doubtful, Faults, InvalidInput
from portal.people.case import Case
from portal.protocol.calendar import study_days
from portal.protocol.study.model import Study
from portal.visits import planned_visits
from portal.visits.reminders import remind
from portal.vocabulary.people import ActorKind
from portal.vocabulary.visits import VisitState

EXPECTED = planned_visits.UPCOMING
SETTLED = (VisitState.ATTENDED, VisitState.MISSED, VisitState.CANCELLED)
LONGEST_REASON = 500


@dataclass(frozen=True)
class VisitForm:
    """A visit that somebody is changing: ``version`` is the one that their form showed."""

    study: Study
    staff: Staff
    participant: Participant
    code: str
    version: int


def book(
    session: Session,
    desk: VisitForm,
    *,
    at: datetime,
    reason: str = "",
    sure: bool = False,
    now: datetime,
) -> Visit:
    """Agree on a time, or move the visit to another one.

    ``at`` is aware; its day counts in the site's zone. Reminders of the day before are
    withdrawn, new ones planned, and the participant gets one text with the day that is
    valid now. The same time again changes nothing. ``sure`` says that a time at night
    or on a weekend was confirmed.

    Raises:
        InvalidInput: the time has passed.
        Faults: outside the visit's window without reason, or at an hour to confirm.
        ChangedMeanwhile: somebody else changed the visit since the form was shown.
        NotFound: no such visit at this person's site.
    """
    visit = _locked(session, desk)
    if visit.state == VisitState.BOOKED and visit.booked_at == at:
        return visit
    _expect(desk, visit, (*EXPECTED, VisitState.MISSED))
    zone = _zone(session, desk)
    if at <= now:
        raise InvalidInput("This time has passed. Choose a later one.", field="at")
    if visit.title is not None:
        visit.target = visit.opens = visit.closes = study_days.local_date(at, zone)
    _check_time(visit, at, zone, reason, sure=sure)
    visit.booked_at, visit.happened_on = at, None
    _change(session, desk, visit, VisitState.BOOKED, reason, now)
    _remind(session, desk, now)
    return visit


def attend(
    session: Session, desk: VisitForm, *, on: date, reason: str = "", now: datetime
) -> Visit:
    """Record that the visit took place ``on`` a day. A repeat changes nothing.

    Raises:
        InvalidInput: the day is before D0 or after today, or outside the visit's
            window without reason.
        ChangedMeanwhile, NotFound: as for ``book``.
    """
    visit = _locked(session, desk)
    if (visit.state, visit.happened_on) == (VisitState.ATTENDED, on):
        return visit
    _expect(desk, visit, (*EXPECTED, VisitState.MISSED))
    today = study_days.local_date(now, _zone(session, desk))
    if not desk.participant.d0 <= on <= today:
        raise InvalidInput("Choose a day from D0 to today.", field="on")
    _outside_needs_reason(visit, on, "on_reason", reason)
    visit.happened_on = on
    _change(session, desk, visit, VisitState.ATTENDED, reason, now)
    _remind(session, desk, now)
    return visit


def miss(
    session: Session, desk: VisitForm, *, reason: str = "", now: datetime
) -> Visit:
    """Record that nobody came. A repeat changes nothing.

    Raises:
        InvalidInput: the day has not come yet.
        ChangedMeanwhile, NotFound: as for ``book``.
    """
    visit = _locked(session, desk)
    if visit.state == VisitState.MISSED:
        return visit
    _expect(desk, visit, EXPECTED)
    zone = _zone(session, desk)
    if planned_visits.day_of(visit, zone) > study_days.local_date(now, zone):
        raise InvalidInput("The day of this visit has not come yet.", field="miss")
    _change(session, desk, visit, VisitState.MISSED, reason, now)
    _remind(session, desk, now)
    return visit


def cancel(session: Session, desk: VisitForm, *, reason: str, now: datetime) -> Visit:
    """Record that the visit will not take place. A repeat changes nothing.

    Raises:
        InvalidInput: no reason is given.
        ChangedMeanwhile, NotFound: as for ``book``.
    """
    visit = _locked(session, desk)
    if visit.state == VisitState.CANCELLED:
        return visit
    _expect(desk, visit, (*EXPECTED, VisitState.MISSED))
    if not reason.strip():
        raise InvalidInput("Write why the visit is cancelled.", field="why")
    _change(session, desk, visit, VisitState.CANCELLED, reason, now)
    _remind(session, desk, now)
    return visit


def reopen(session: Session, desk: VisitForm, *, reason: str, now: datetime) -> Visit:
    """Undo what was recorded by mistake, or expect a missed visit again.

    A repeat changes nothing: an expected visit stays as it is. What was recorded before
    stays in its changes.

    Raises:
        InvalidInput: no reason is given.
        ChangedMeanwhile, NotFound: as for ``book``.
    """
    visit = _locked(session, desk)
    if visit.state in EXPECTED:
        return visit
    _expect(desk, visit, SETTLED)
    if not reason.strip():
        raise InvalidInput("Write why it is taken back.", field="back")
    visit.happened_on = visit.booked_at = None
    _change(session, desk, visit, VisitState.PLANNED, reason, now)
    _remind(session, desk, now)
    return visit


def _locked(session: Session, desk: VisitForm) -> Visit:
    """The visit; two acts about one participant follow each other."""
    session.get_one(Participant, desk.participant.id, with_for_update=True)
    visit = planned_visits.find(session, desk.staff, desk.participant, desk.code)
    session.refresh(visit)
    return visit


def _expect(desk: VisitForm, visit: Visit, states: Sequence[VisitState]) -> None:
    if visit.version != desk.version or visit.state not in states:
        raise ChangedMeanwhile(
            "This visit was changed in the meantime. Look at it again first."
        )


def _zone(session: Session, desk: VisitForm) -> str:
    return session.get_one(Site, desk.participant.site_id).time_zone


def _check_time(
    visit: Visit, at: datetime, zone: str, reason: str, *, sure: bool
) -> None:
    faults: list[InvalidInput] = []
    if not sure and study_days.is_unusual_for_a_visit(at, zone):
        faults.append(
            Doubtful(
                "This is at night or on a weekend. If the time is right, press the "
                "button once more.",
                field="at",
            )
        )
    try:
        _outside_needs_reason(visit, study_days.local_date(at, zone), "reason", reason)
    except InvalidInput as fault:
        faults.append(fault)
    if faults:
        raise Faults(faults)


def _outside_needs_reason(visit: Visit, day: date, field: str, reason: str) -> None:
    if not visit.opens <= day <= visit.closes and not reason.strip():
        raise InvalidInput(
            "This day is outside the visit's window. Write the reason.", field=field
        )


def _change(
    session: Session,
    desk: VisitForm,
    visit: Visit,
    state: VisitState,
    reason: str,
    now: datetime,
) -> None:
    visit.state, visit.version = state, visit.version + 1
    row = VisitChange(
        visit_id=visit.id,
        version=visit.version,
        state=state,
        booked_at=visit.booked_at,
        reason=reason.strip()[:LONGEST_REASON],
        at=now,
        staff_id=desk.staff.id,
    )
    session.add(row)
    session.flush()
    actor = audit.Actor(ActorKind.STAFF, str(desk.staff.id))
    subject = ("visit", visit.id)
    act = f"visit.{state}"
    audit.record(session, actor, act, subject, now=now, version=visit.version)


def _remind(session: Session, desk: VisitForm, now: datetime) -> None:
    """Withdraw texts that are no longer right, plan again, and announce a new day once."""
    remind.replan(Case(session, desk.study, desk.participant, now))
