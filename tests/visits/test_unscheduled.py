"""A visit that the study does not plan: booked, moved, reminded of, as any other."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.db.tables.diary import Visit
from portal.db.tables.outbox import Message
from portal.db.tables.people import Staff
from portal.errors import Faults, InvalidInput
from portal.records.own import agenda
from portal.records.staff import changes
from portal.runtime import Runtime
from portal.visits import amended_visits, appointments, planned_visits, unscheduled
from portal.visits.appointments import VisitForm
from portal.visits.reminders import remind
from portal.visits.unscheduled import VisitWish
from tests.support.clock import Clock, local_moment
from tests.support.vaccine import Clinic, clinic

TODAY = date(2026, 3, 12)
AT = local_moment("2026-03-17T10:30")
WISH = VisitWish("Look at the arm", "Building 3, room 201", AT)


@pytest.fixture
def found(runtime: Runtime) -> Clinic:
    return clinic(runtime, TODAY - timedelta(days=10))


def book(found: Clinic, wish: VisitWish = WISH) -> str:
    with found.runtime.writing() as session:
        staff = session.get_one(Staff, found.staff_id)
        return unscheduled.book(found.case(session), staff, wish).code


def move(found: Clinic, at: datetime) -> None:
    with found.runtime.writing() as session:
        staff = session.get_one(Staff, found.staff_id)
        appointments.book(VisitForm(found.case(session), staff, "U1", 2), at=at)


def visits(found: Clinic, code: str = "VX-001") -> list[Visit]:
    with found.runtime.reading() as session:
        case = found.case(session, code)
        rows = planned_visits.of(session, case.participant)
        session.expunge_all()
        return [row for row in rows if row.title is not None]


def texts(found: Clinic) -> list[str]:
    with found.runtime.reading() as session:
        query = select(Message.dedupe_key).where(Message.dedupe_key.contains(":U1:"))
        return list(session.scalars(query.order_by(Message.id)))


@pytest.mark.smoke
def test_it_stands_among_the_visits_with_what_it_is_for_and_where(
    found: Clinic,
) -> None:
    assert book(found) == "U1"
    (visit,) = visits(found)
    day = AT.date()
    assert (visit.state, visit.booked_at) == ("booked", AT)
    assert (visit.target, visit.opens, visit.closes) == (day, day, day)
    assert visits(found, "VX-002") == []
    with found.runtime.reading() as session:
        case = found.case(session)
        shown = [one for one in agenda.of(case).visits if one.code == "U1"]
        lines = changes.changes(session, found.study, case.participant)
    assert [(one.title.say("en"), one.bring.say("en")) for one in shown] == [
        ("Look at the arm", "Building 3, room 201")
    ]
    assert [one.title.say("zh") for one in lines if one.kind == "visit"] == [
        "Look at the arm"
    ]


def test_a_form_sent_twice_books_once_and_another_visit_has_another_code(
    found: Clinic,
) -> None:
    assert (book(found), book(found)) == ("U1", "U1")
    assert book(found, VisitWish("Blood sample", "", AT)) == "U2"


def test_it_is_reminded_of_as_a_planned_visit_is(found: Clinic, clock: Clock) -> None:
    book(found)
    for hour in ("2026-03-14T18:01", "2026-03-16T18:01"):
        clock.set(local_moment(hour))
        with found.runtime.writing() as session:
            study_of = found.runtime.studies(session)
            remind.remind_due(session, study_of, now=clock())
    assert [key.split(":", 3)[3] for key in texts(found)] == ["-3:2", "-1:2"]


def test_it_is_moved_without_a_reason_and_the_new_day_is_told(found: Clinic) -> None:
    book(found)
    move(found, AT + timedelta(days=2))
    (visit,) = visits(found)
    assert visit.target == visit.opens == visit.closes == AT.date() + timedelta(days=2)
    assert [key.split(":", 3)[3] for key in texts(found)] == ["moved:3"]


def test_a_new_plan_of_the_study_leaves_it_as_it_is(found: Clinic) -> None:
    book(found)
    with found.runtime.writing() as session:
        staff, case = session.get_one(Staff, found.staff_id), found.case(session)
        case.participant.d0 += timedelta(days=1)
        done = amended_visits.replan(case, staff, "D0")
    assert "U1" not in (*done.added, *done.moved, *done.dropped)
    assert [one.state for one in visits(found)] == ["booked"]


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (VisitWish(" ", "", AT), "title"),
        (VisitWish("Arm", "", local_moment("2026-03-12T08:00")), "at"),
        (VisitWish("Arm", "", local_moment("2026-03-15T10:00")), "at"),  # a Sunday
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_booked(
    found: Clinic, wish: VisitWish, field: str
) -> None:
    with pytest.raises((InvalidInput, Faults)) as refused:
        book(found, wish)
    faults = getattr(refused.value, "faults", [refused.value])
    assert [one.field for one in faults] == [field]
    assert visits(found) == []


def test_a_time_on_a_weekend_is_booked_once_it_is_confirmed(found: Clinic) -> None:
    sunday = VisitWish("Arm", "", local_moment("2026-03-15T10:00"), sure=True)
    assert book(found, sunday) == "U1"
