"""What people do with a visit: book, move, attend, miss, cancel.

Each act is one transaction: the visit, an append-only row of the change, the audit, and
the reminders, so that nobody is reminded of a day that is no longer valid. Nothing here
follows the study file: a visit that somebody has changed stays where it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal import audit
from portal.db.tables.diary import Visit, VisitChange
from portal.db.tables.people import Staff
from portal.errors import ChangedMeanwhile, Doubtful, Faults, InvalidInput
from portal.people.case import Case
from portal.protocol.calendar import study_days
from portal.visits import planned_visits
from portal.visits.reminders import remind
from portal.vocabulary.people import ActorKind
from portal.vocabulary.visits import VisitState

EXPECTED = planned_visits.UPCOMING
OUTSTANDING = (*EXPECTED, VisitState.MISSED)
"""States of a visit that may still be booked, take place or be cancelled."""
SETTLED = (VisitState.ATTENDED, VisitState.MISSED, VisitState.CANCELLED)
LONGEST_REASON = 500


@dataclass(frozen=True)
class VisitForm:
    """A visit that somebody is changing: ``version`` is the one that their form showed."""

    case: Case
    staff: Staff
    code: str
    version: int


def book(
    form: VisitForm, *, at: datetime, reason: str = "", sure: bool = False
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
    visit = _locked(form)
    if visit.state == VisitState.BOOKED and visit.booked_at == at:
        return visit
    _expect(form, visit, OUTSTANDING)
    zone = form.case.site.time_zone
    if at <= form.case.now:
        raise InvalidInput("This time has passed. Choose a later one.", field="at")
    if visit.title is not None:
        visit.target = visit.opens = visit.closes = study_days.local_date(at, zone)
    _check_time(visit, at, zone, reason, sure=sure)
    visit.booked_at, visit.happened_on = at, None
    _change(form, visit, VisitState.BOOKED, reason)
    remind.replan(form.case)
    return visit


def attend(form: VisitForm, *, on: date, reason: str = "") -> Visit:
    """Record that the visit took place ``on`` a day. A repeat changes nothing.

    Raises:
        InvalidInput: the day is before D0 or after today, or outside the visit's
            window without reason.
        ChangedMeanwhile, NotFound: as for ``book``.
    """
    visit = _locked(form)
    if (visit.state, visit.happened_on) == (VisitState.ATTENDED, on):
        return visit
    _expect(form, visit, OUTSTANDING)
    today = form.case.today
    if not form.case.participant.d0 <= on <= today:
        raise InvalidInput("Choose a day from D0 to today.", field="on")
    _outside_needs_reason(visit, on, "on_reason", reason)
    visit.happened_on = on
    _change(form, visit, VisitState.ATTENDED, reason)
    remind.replan(form.case)
    return visit


def miss(form: VisitForm, *, reason: str = "") -> Visit:
    """Record that nobody came. A repeat changes nothing.

    Raises:
        InvalidInput: the day has not come yet.
        ChangedMeanwhile, NotFound: as for ``book``.
    """
    visit = _locked(form)
    if visit.state == VisitState.MISSED:
        return visit
    _expect(form, visit, EXPECTED)
    zone = form.case.site.time_zone
    if planned_visits.day_of(visit, zone) > form.case.today:
        raise InvalidInput("The day of this visit has not come yet.", field="miss")
    _change(form, visit, VisitState.MISSED, reason)
    remind.replan(form.case)
    return visit


def cancel(form: VisitForm, *, reason: str) -> Visit:
    """Record that the visit will not take place. A repeat changes nothing.

    Raises:
        InvalidInput: no reason is given.
        ChangedMeanwhile, NotFound: as for ``book``.
    """
    visit = _locked(form)
    if visit.state == VisitState.CANCELLED:
        return visit
    _expect(form, visit, OUTSTANDING)
    if not reason.strip():
        raise InvalidInput("Write why the visit is cancelled.", field="why")
    _change(form, visit, VisitState.CANCELLED, reason)
    remind.replan(form.case)
    return visit


def reopen(form: VisitForm, *, reason: str) -> Visit:
    """Undo what was recorded by mistake, or expect a missed visit again.

    A repeat changes nothing: an expected visit stays as it is. What was recorded before
    stays in its changes.

    Raises:
        InvalidInput: no reason is given.
        ChangedMeanwhile, NotFound: as for ``book``.
    """
    visit = _locked(form)
    if visit.state in EXPECTED:
        return visit
    _expect(form, visit, SETTLED)
    if not reason.strip():
        raise InvalidInput("Write why it is taken back.", field="back")
    visit.happened_on = visit.booked_at = None
    _change(form, visit, VisitState.PLANNED, reason)
    remind.replan(form.case)
    return visit


def _locked(form: VisitForm) -> Visit:
    """The visit; two acts about one participant follow each other."""
    case = form.case
    case.lock()
    visit = planned_visits.find(case.session, form.staff, case.participant, form.code)
    case.session.refresh(visit)
    return visit


def _expect(form: VisitForm, visit: Visit, states: Sequence[VisitState]) -> None:
    if visit.version != form.version or visit.state not in states:
        raise ChangedMeanwhile(
            "This visit was changed in the meantime. Look at it again first."
        )


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


def _change(form: VisitForm, visit: Visit, state: VisitState, reason: str) -> None:
    session, now = form.case.session, form.case.now
    visit.state, visit.version = state, visit.version + 1
    row = VisitChange(
        visit_id=visit.id,
        version=visit.version,
        state=state,
        booked_at=visit.booked_at,
        reason=reason.strip()[:LONGEST_REASON],
        at=now,
        staff_id=form.staff.id,
    )
    session.add(row)
    session.flush()
    actor = audit.Actor(ActorKind.STAFF, str(form.staff.id))
    subject = ("visit", visit.id)
    act = f"visit.{state}"
    audit.record(session, actor, act, subject, now=now, version=visit.version)
