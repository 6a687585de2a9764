"""The rota: who is put on call, and the hours that nobody covers."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from portal.db.tables.audit import Audit
from portal.db.tables.people import Contact, Shift, Staff
from portal.errors import InvalidInput, NotFound
from portal.people import rota, shifts
from portal.people.shifts import OnCall, RotaGap
from portal.protocol.calendar import study_days
from portal.runtime import Runtime
from tests.support.cast import Cast, cast
from tests.support.clock import START, Clock

HOUR = timedelta(hours=1)
UNTIL = START + timedelta(days=14)


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime, on_call=False)


def put(
    runtime: Runtime,
    people: Cast,
    who: str,
    role: str,
    starts_at: datetime = START,
    ends_at: datetime | None = None,
    staff_id: int | None = None,
    override: bool = False,
) -> int:
    with runtime.writing() as session:
        return shifts.plan(
            session,
            people.here["coordinator"],
            staff_id=staff_id or people.here[who].id,
            duty=role,
            starts_at=starts_at,
            ends_at=ends_at,
            now=runtime.now(),
            known=people.study.paged,
            override=override,
        ).id


def seen(runtime: Runtime, people: Cast) -> list[OnCall]:
    with runtime.reading() as session:
        return list(shifts.between(session, people.here.site.id, START, UNTIL))


def holes(runtime: Runtime, people: Cast, role: str = "nurse") -> list[RotaGap]:
    found = shifts.gaps(seen(runtime, people), START, UNTIL, people.study.paged)
    return [gap for gap in found if gap.duty == role]


def on_call(runtime: Runtime, people: Cast, role: str = "nurse") -> list[int]:
    with runtime.reading() as session:
        here = people.here.site.id
        found = rota.on_call(session, here, role, now=runtime.now())
        return [staff.id for staff in found]


def test_a_duty_without_anybody_is_one_long_gap(runtime: Runtime, people: Cast) -> None:
    with runtime.writing() as session:
        rota.assign(session, people.there["nurse"], "nurse", starts_at=START)
    assert holes(runtime, people) == [RotaGap("nurse", START, UNTIL)]


def test_gaps_lie_between_shifts_and_touching_shifts_leave_none(
    runtime: Runtime, people: Cast
) -> None:
    put(runtime, people, "nurse", "nurse", START - HOUR, START + 8 * HOUR)
    put(runtime, people, "doctor", "nurse", START + 8 * HOUR, START + 20 * HOUR)
    put(runtime, people, "nurse", "nurse", START + 22 * HOUR)
    assert holes(runtime, people) == [
        RotaGap("nurse", START + 20 * HOUR, START + 22 * HOUR)
    ]


def test_a_short_shift_inside_a_long_one_makes_no_gap(
    runtime: Runtime, people: Cast
) -> None:
    put(runtime, people, "nurse", "nurse")
    put(runtime, people, "doctor", "nurse", START + HOUR, START + 2 * HOUR)
    assert holes(runtime, people) == []


def test_somebody_without_a_working_number_leaves_a_gap(
    runtime: Runtime, people: Cast
) -> None:
    put(runtime, people, "nurse", "nurse")
    with runtime.writing() as session:
        query = select(Contact).where(Contact.staff_id == people.here["nurse"].id)
        session.scalars(query).one().broken_at = START
    assert [one.reachable for one in seen(runtime, people)] == [False]
    assert holes(runtime, people) == [RotaGap("nurse", START, UNTIL)]


def test_a_colleague_who_left_is_on_no_rota(runtime: Runtime, people: Cast) -> None:
    put(runtime, people, "nurse", "nurse")
    with runtime.writing() as session:
        session.get_one(Staff, people.here["nurse"].id).active = False
    assert seen(runtime, people) == []
    assert on_call(runtime, people) == []


def test_a_shift_holds_from_its_first_moment_to_before_its_last(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    put(runtime, people, "nurse", "nurse", START + HOUR, START + 2 * HOUR)
    told = []
    for moment in (START, START + HOUR, START + 2 * HOUR):
        clock.set(moment)
        told.append(len(on_call(runtime, people)))
    assert told == [0, 1, 0]


def test_the_same_shift_sent_twice_is_one(runtime: Runtime, people: Cast) -> None:
    first = put(runtime, people, "nurse", "nurse", START, START + HOUR)
    assert put(runtime, people, "nurse", "nurse", START, START + HOUR) == first
    with runtime.reading() as session:
        acts = select(func.count()).select_from(Audit).filter_by(act="shift.planned")
        assert session.scalar(acts) == 1


def test_an_ended_shift_pages_nobody_and_ending_again_is_well(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    shift = put(runtime, people, "nurse", "nurse")
    now = clock.advance(hours=1)
    for _ in range(2):
        with runtime.writing() as session:
            shifts.end(session, people.here["admin"], shift, now=clock())
        clock.advance(minutes=1)
    assert on_call(runtime, people) == []
    with runtime.reading() as session:
        assert session.get_one(Shift, shift).ends_at == now


def test_a_shift_taken_off_before_it_began_is_never_served(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    shift = put(runtime, people, "nurse", "nurse", START + HOUR)
    with runtime.writing() as session:
        shifts.end(session, people.here["admin"], shift, now=START)
    assert seen(runtime, people) == []
    clock.advance(hours=2)
    assert on_call(runtime, people) == []


@pytest.mark.parametrize(
    ("role", "starts_at", "ends_at", "field"),
    [
        ("chief", START, None, "role"),
        ("nurse", START, START, "ends_at"),
        ("nurse", START + HOUR, START, "ends_at"),
        ("nurse", START - 2 * HOUR, START - HOUR, "ends_at"),
    ],
)
def test_a_shift_that_cannot_be_names_the_field(
    runtime: Runtime,
    people: Cast,
    role: str,
    starts_at: datetime,
    ends_at: datetime | None,
    field: str,
) -> None:
    with pytest.raises(InvalidInput) as refused:
        put(runtime, people, "nurse", role, starts_at, ends_at)
    assert refused.value.field == field


def test_only_colleagues_of_the_site_are_put_on_call(
    runtime: Runtime, people: Cast
) -> None:
    for stranger in (people.there["nurse"].id, 98765):
        with pytest.raises(InvalidInput) as refused:
            put(runtime, people, "nurse", "nurse", staff_id=stranger)
        assert refused.value.field == "staff_id"


@pytest.mark.parametrize("role", ["monitor", "admin"])
def test_who_may_answer_no_alert_is_put_on_call_by_nobody(
    runtime: Runtime, people: Cast, role: str
) -> None:
    with pytest.raises(InvalidInput, match="cannot be on call") as refused:
        put(runtime, people, role, "nurse")
    assert refused.value.field == "staff_id"
    assert seen(runtime, people) == []


def test_nobody_ends_another_sites_shift(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    shift = put(runtime, people, "nurse", "nurse")
    with pytest.raises(NotFound), runtime.writing() as session:
        shifts.end(session, people.there["admin"], shift, now=clock())
    assert on_call(runtime, people) == [people.here["nurse"].id]


def test_a_holiday_shift_stands_in_place_of_the_usual_one_and_ends_of_itself(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    usual, instead = people.here["nurse"].id, people.here["doctor"].id
    put(runtime, people, "nurse", "nurse")
    put(
        runtime,
        people,
        "doctor",
        "nurse",
        START + HOUR,
        START + 3 * HOUR,
        override=True,
    )
    served = []
    for _ in range(4):
        served.append(on_call(runtime, people))
        clock.advance(hours=1)
    assert served == [[usual], [instead], [instead], [usual]]
    assert holes(runtime, people) == []


def test_an_override_of_one_duty_leaves_the_others_alone(
    runtime: Runtime, people: Cast
) -> None:
    put(runtime, people, "doctor", "doctor")
    put(runtime, people, "nurse", "nurse", START, START + HOUR, override=True)
    assert on_call(runtime, people, "doctor") == [people.here["doctor"].id]


def test_while_whoever_stands_in_cannot_be_paged_there_is_a_gap(
    runtime: Runtime, people: Cast
) -> None:
    put(runtime, people, "nurse", "nurse")
    put(
        runtime,
        people,
        "doctor",
        "nurse",
        START + HOUR,
        START + 3 * HOUR,
        override=True,
    )
    with runtime.writing() as session:
        number = people.here["doctor"].id
        query = select(Contact).filter_by(staff_id=number, kind="mobile")
        session.scalars(query).one().broken_at = START
    assert holes(runtime, people) == [RotaGap("nurse", START + HOUR, START + 3 * HOUR)]


def test_whoever_stood_in_and_left_gives_the_usual_shift_back(
    runtime: Runtime, people: Cast
) -> None:
    put(runtime, people, "nurse", "nurse")
    put(runtime, people, "doctor", "nurse", START, START + HOUR, override=True)
    with runtime.writing() as session:
        session.get_one(Staff, people.here["doctor"].id).active = False
    assert on_call(runtime, people) == [people.here["nurse"].id]
    assert holes(runtime, people) == []


def test_an_override_without_an_end_is_refused(runtime: Runtime, people: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        put(runtime, people, "nurse", "nurse", override=True)
    assert refused.value.field == "ends_at"


@pytest.mark.parametrize(
    ("night", "hours"),
    [
        (date(2026, 3, 28), 7),  # clocks go forward at 02:00
        (date(2026, 10, 24), 9),  # and back at 03:00
        (date(2026, 11, 3), 8),
    ],
    ids=["spring", "autumn", "any"],
)
def test_a_night_shift_lasts_through_the_change_of_clocks(
    runtime: Runtime, people: Cast, clock: Clock, night: date, hours: int
) -> None:
    """From 22:00 to 06:00 by the wall, somebody at every moment and nobody twice."""
    berlin = "Europe/Berlin"
    evening = study_days.moment_at(night, "22:00", berlin)
    morning = study_days.moment_at(night + timedelta(days=1), "06:00", berlin)
    clock.set(evening - HOUR)
    put(runtime, people, "doctor", "nurse", evening - 12 * HOUR, evening)
    put(runtime, people, "nurse", "nurse", evening, morning)
    put(runtime, people, "doctor", "nurse", morning, morning + 12 * HOUR)
    by_night = 0
    for _ in range(12 * 2):
        (one,) = on_call(runtime, people)
        by_night += one == people.here["nurse"].id
        clock.advance(minutes=30)
    assert by_night == hours * 2
    with runtime.reading() as session:
        here, last = people.here.site.id, morning + 12 * HOUR
        found = shifts.between(session, here, evening - HOUR, last)
        assert shifts.gaps(found, evening - HOUR, last, ["nurse"]) == []
