"""D0 is corrected or postponed: everything computed from it follows.

One signed transaction: who, why, when, from which day to which. What was judged stays
as judged, and what was sent stays sent; visits, reminders and phases follow from now
on. A booked visit keeps its time, and staff check the visits that do not fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.alerting.tasks import deviations, tasks
from portal.db.tables.diary import Entry, Visit
from portal.db.tables.people import Consent, DayZeroChange, Participant, Staff, Stay
from portal.enrolment import adoption, stays
from portal.enrolment.enrolment_form import D0_AHEAD, D0_BEHIND
from portal.errors import InvalidInput
from portal.people.case import Case
from portal.protocol.calendar import study_days
from portal.protocol.demands.duties import Work
from portal.protocol.study.tiers import Tier
from portal.study_versions import StudyOf
from portal.visits import amended_visits, planned_visits
from portal.visits.amended_visits import ReplannedVisits
from portal.visits.reminders import amended_plan
from portal.visits.reminders.reminded_people import snapshot
from portal.vocabulary.people import ActorKind, ConsentAct
from portal.vocabulary.tasks import TaskKind
from portal.vocabulary.visits import VisitState


@dataclass(frozen=True)
class SignedDay:
    """The right day, signed by whom and why."""

    on: date
    staff_id: int
    why: str


@dataclass(frozen=True)
class DayZeroChanged:
    """What a change of D0 did; ``to_check`` are visits that do not fit the new day."""

    code: str
    before: date
    after: date
    visits: ReplannedVisits = field(default_factory=ReplannedVisits)
    to_check: tuple[str, ...] = ()


def change(
    session: Session, study_of: StudyOf, code: str, signed: SignedDay, *, now: datetime
) -> DayZeroChanged:
    """Give a person the right D0, and plan again from it.

    Raises:
        NotFound: no such participant at the signer's site.
        NotAllowed: it is not theirs to sign.
        InvalidInput: no reason is given, or the day cannot be right (``refuse_unfit``).
    """
    staff = adoption.signer(session, signed.staff_id, signed.why)
    person = adoption.locked(session, staff, code)
    case = Case(session, study_of(person.study_version_id), person, now)
    refuse_unfit(case, signed.on)
    amended_plan.settle(case)
    old, before = snapshot(case, since=now), person.d0
    stay = moving_stay(session, person, signed.on)
    written = _write_down(case, staff, signed)
    person.d0 = signed.on
    if stay is not None:
        _move_stay(case, stay)
    visits = amended_visits.replan(case, staff, f"D0 {signed.on}")
    to_check = _have_checked(case, written)
    amended_plan.go_on_from_today(case, old, visits.moved)
    return DayZeroChanged(person.code, before, signed.on, visits, to_check)


def refuse_unfit(case: Case, on: date) -> None:
    """Refuse a day that cannot be right for this person.

    Raises:
        InvalidInput: they have left, it is the day on record, it is too far off or
            before their consent, or earlier events rule it out.
    """
    for fault in _faults(case, on):
        raise fault


def _faults(case: Case, on: date) -> Iterator[InvalidInput]:
    person, today = case.participant, case.today
    consented = _consented_on(case)
    if person.status not in adoption.FOLLOWED:
        yield InvalidInput("This person is not in follow-up any more.", field="d0")
    if on == person.d0:
        yield InvalidInput("This is the day on record already.", field="d0")
    if not today - D0_BEHIND <= on <= today + D0_AHEAD:
        yield InvalidInput("This D0 is too far from today.", field="d0")
    if consented is not None and on < consented:
        yield InvalidInput("The consent was signed after this day.", field="d0")
    if on > today and _reported_since(case.session, person):
        yield InvalidInput(
            "They have reported since D0, so it cannot be still to come.",
            field="d0",
        )
    if _attended_before(case.session, person, on):
        yield InvalidInput(
            "A visit took place before this day. Look at that visit first.", field="d0"
        )
    if any(day < on for day in case.milestones.events.values()):
        yield InvalidInput(
            "An event is recorded before this day. Correct its day first.", field="d0"
        )


def _consented_on(case: Case) -> date | None:
    """The day of the first consent; a later one to a new form does not concern D0."""
    query = select(Consent.signed_at).where(
        Consent.participant_id == case.participant.id,
        Consent.caregiver_id.is_(None),
        Consent.act == ConsentAct.GIVEN,
    )
    at = case.session.scalar(query.order_by(Consent.signed_at).limit(1))
    return study_days.local_date(at, case.site.time_zone) if at else None


def _reported_since(session: Session, person: Participant) -> bool:
    query = select(Entry.id).where(
        Entry.participant_id == person.id, Entry.local_date >= person.d0
    )
    return session.scalar(query.limit(1)) is not None


def _attended_before(session: Session, person: Participant, on: date) -> bool:
    query = select(Visit.id).where(
        Visit.participant_id == person.id,
        Visit.state == VisitState.ATTENDED,
        Visit.happened_on >= person.d0,
        Visit.happened_on < on,
    )
    return session.scalar(query.limit(1)) is not None


def moving_stay(session: Session, person: Participant, on: date) -> Stay | None:
    """The stay that began on the old D0 because of it, so that it moves to the new one.

    One that somebody confirmed or ended before the new day was real: it stays.
    """
    for stay in stays.of(session, person):
        known = [day for day in (stay.discharged_on, stay.here_on) if day is not None]
        if stay.admitted_on == person.d0 and all(day >= on for day in known):
            return stay
    return None


def _move_stay(case: Case, stay: Stay) -> None:
    """Give the stay its first day; whether the person went home early is judged again."""
    stay.admitted_on = case.participant.d0
    if stay.discharged_on is not None:
        deviations.discharge_corrected(case, on=stay.discharged_on)


def _write_down(case: Case, staff: Staff, signed: SignedDay) -> int:
    row = DayZeroChange(
        participant_id=case.participant.id,
        before=case.participant.d0,
        after=signed.on,
        staff_id=staff.id,
        reason=signed.why.strip()[: adoption.LONGEST_REASON],
        at=case.now,
    )
    case.session.add(row)
    case.session.flush()
    actor = audit.Actor(ActorKind.STAFF, str(staff.id))
    subject = ("participant", case.participant.id)
    told = {"change": row.id, "from": str(row.before), "to": str(row.after)}
    act = "participant.day_zero_changed"
    audit.record(case.session, actor, act, subject, now=case.now, **told)
    return row.id


def _have_checked(case: Case, change_id: int) -> tuple[str, ...]:
    """One task for staff about all visits that do not fit; their codes."""
    codes = tuple(one.code for one in unfit(case))
    if codes:
        tasks.open_task(
            case,
            TaskKind.VISITS_TO_CHECK,
            key=f"V:{case.participant.id}:d0:{change_id}",
            tier=Tier.ROUTINE,
            owner_role=case.study.whose(Work.ORGANISING),
            visits=list(codes),
            d0=str(case.participant.d0),
        )
    return codes


def unfit(case: Case) -> Sequence[Visit]:
    """Expected visits that are booked outside their window, or whose window is over."""
    zone = case.site.time_zone
    return [
        one
        for one in planned_visits.of(case.session, case.participant)
        if one.state in planned_visits.UPCOMING
        and (
            not one.opens <= planned_visits.day_of(one, zone) <= one.closes
            or planned_visits.is_over(one, zone, today=case.today)
        )
    ]
