"""Quiet hours and the zone of reminders: checked, confirmed, and planned anew."""

from __future__ import annotations

import pytest

from portal import audit
from portal.db.tables.people import Participant
from portal.enrolment import preferences
from portal.enrolment.preferences import ZoneNeedsConfirming
from portal.errors import InvalidInput
from portal.people.case import Case
from portal.runtime import Runtime
from tests.support.cast import Cast, cast, enrolled


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def person_id(runtime: Runtime, people: Cast) -> int:
    with runtime.writing() as session:
        return enrolled(session, people).id


def quiet(
    runtime: Runtime, people: Cast, person_id: int, hours: tuple[str, str] | None
) -> tuple[str | None, str | None]:
    with runtime.writing() as session:
        person = session.get_one(Participant, person_id)
        preferences.set_quiet_hours(
            Case(session, people.study, person, runtime.now()),
            hours,
            actor=audit.OPERATOR,
        )
        return person.quiet_from, person.quiet_to


def zone(
    runtime: Runtime, people: Cast, person_id: int, name: str, *, confirmed: bool
) -> str:
    with runtime.writing() as session:
        person = session.get_one(Participant, person_id)
        preferences.set_time_zone(
            Case(session, people.study, person, runtime.now()),
            name,
            confirmed=confirmed,
            actor=audit.OPERATOR,
        )
        return person.time_zone


def test_hours_over_midnight_are_kept_and_taken_back(
    runtime: Runtime, people: Cast, person_id: int
) -> None:
    who = (runtime, people, person_id)
    assert quiet(*who, ("22:30", "09:00")) == ("22:30", "09:00")
    assert quiet(*who, None) == (None, None)


@pytest.mark.parametrize(
    ("hours", "field"),
    [
        (("25:00", "08:00"), "quiet_from"),
        (("21:00", "soon"), "quiet_to"),
        (("21:00", ""), "quiet_to"),
        (("08:00", "08:00"), "quiet_to"),
        (("10:00", "06:01"), "quiet_to"),  # 3 h 59 min of the day are left
    ],
)
def test_hours_that_leave_nobody_to_be_reminded_are_refused(
    runtime: Runtime,
    people: Cast,
    person_id: int,
    hours: tuple[str, str],
    field: str,
) -> None:
    with pytest.raises(InvalidInput) as refused:
        quiet(runtime, people, person_id, hours)
    assert refused.value.field == field


def test_F20_another_zone_counts_only_once_somebody_confirmed_it(
    runtime: Runtime, people: Cast, person_id: int
) -> None:
    who = (runtime, people, person_id)
    with pytest.raises(ZoneNeedsConfirming):
        zone(*who, "Europe/London", confirmed=False)
    with runtime.reading() as session:
        assert session.get_one(Participant, person_id).time_zone == "Asia/Shanghai"
    assert zone(*who, "Europe/London", confirmed=True) == "Europe/London"
    assert zone(*who, "Asia/Shanghai", confirmed=False) == "Asia/Shanghai"


def test_a_zone_that_does_not_exist_is_refused(
    runtime: Runtime, people: Cast, person_id: int
) -> None:
    with pytest.raises(InvalidInput):
        zone(runtime, people, person_id, "Mars/Olympus", confirmed=True)
