"""The day of an event: a phase begins there, and what was said of it stays on record."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.db.tables.audit import Audit
from portal.db.tables.people import EventDay, Stay
from portal.enrolment import day_zero
from portal.errors import InvalidInput, NotFound
from portal.protocol.calendar.whereabouts import Place
from portal.records.own import offline_summary
from portal.records.staff import person_card
from portal.runtime import Runtime
from portal.visits.reminders.reminded_people import snapshot
from tests.support.clock import Clock
from tests.support.vaccine import Clinic, clinic

TODAY = date(2026, 3, 12)
D0 = TODAY - timedelta(days=30)


@pytest.fixture
def found(runtime: Runtime) -> Clinic:
    return clinic(runtime, D0)


@pytest.mark.smoke
def test_the_week_of_the_second_dose_begins_on_the_day_that_staff_record(
    found: Clinic, clock: Clock
) -> None:
    assert found.phase() == "between"
    found.event(TODAY - timedelta(days=1))
    assert (found.phase(), found.phase("VX-002")) == ("dose2", "between")
    clock.advance(days=5)
    assert found.phase() == "dose2"
    clock.advance(days=1)
    assert found.phase() == "later"


def test_reminders_are_planned_from_the_day_on_and_do_not_reach_back(
    found: Clinic,
) -> None:
    found.event(TODAY - timedelta(days=3))
    with found.runtime.reading() as session:
        case = found.case(session)
        assert case.participant.remind_at == case.now
        person = snapshot(case, since=case.now)
        assert person.milestones.events == {"dose2": TODAY - timedelta(days=3)}


def test_the_phone_knows_the_later_phase_and_from_where_it_counts(
    found: Clinic,
) -> None:
    dose = TODAY - timedelta(days=1)
    found.event(dose)
    with found.runtime.reading() as session:
        known = offline_summary.of(found.case(session))
    assert known.phases == (
        (TODAY, "dose2", dose),
        (dose + timedelta(days=7), "later", dose),
    )


def test_a_day_is_corrected_with_a_reason_and_the_earlier_one_stays_on_record(
    found: Clinic,
) -> None:
    wrong, right = TODAY - timedelta(days=4), TODAY - timedelta(days=2)
    found.event(wrong)
    found.event(wrong)  # a repeat changes nothing
    with pytest.raises(InvalidInput, match="Say why"):
        found.event(right)
    found.event(right, "typed wrongly")
    with found.runtime.reading() as session:
        (card,) = person_card.card(found.case(session)).events
        rows = session.scalars(select(EventDay).order_by(EventDay.id)).all()
        kept = session.scalars(
            select(Audit).filter_by(act="participant.event_recorded")
        ).all()
    assert card.day == right
    assert [(one.day, one.reason, one.by) for one in card.lines] == [
        (wrong, "", "The coordinator"),
        (right, "typed wrongly", "The coordinator"),
    ]
    assert [row.day for row in rows] == [wrong, right]
    assert [one.detail["before"] for one in kept] == ["", str(wrong)]


def test_a_dose_that_was_not_given_after_all_begins_nothing(found: Clinic) -> None:
    found.event(TODAY)
    found.event(None, "they went home before the injection")
    assert found.phase() == "between"


@pytest.mark.parametrize("days", [-31, 1])
def test_a_day_before_d0_or_to_come_is_refused(found: Clinic, days: int) -> None:
    with pytest.raises(InvalidInput, match="between day 0 and today"):
        found.event(TODAY + timedelta(days=days))


def test_an_event_that_the_study_does_not_have_is_refused(found: Clinic) -> None:
    with pytest.raises(NotFound):
        found.event(TODAY, name="dose3")


def test_nobody_of_a_study_without_a_ward_has_a_stay_or_is_asked_about_one(
    found: Clinic,
) -> None:
    with found.runtime.reading() as session:
        case = found.case(session)
        assert case.place is Place.HOME
        assert session.scalars(select(Stay)).all() == []
        assert not person_card.card(case).where.ward


def test_d0_is_not_moved_past_an_event(found: Clinic) -> None:
    found.event(TODAY - timedelta(days=3))
    with found.runtime.reading() as session:
        case = found.case(session)
        day_zero.refuse_unfit(case, TODAY - timedelta(days=4))
        with pytest.raises(InvalidInput, match="Correct its day first"):
            day_zero.refuse_unfit(case, TODAY - timedelta(days=2))
