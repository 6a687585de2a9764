"""A week is a week: a diary written early is neither asked for again nor called about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from portal.db.tables.diary import Entry
from portal.protocol.study.plan_model import MissingPlan
from portal.runtime import Runtime
from tests.support.cast import Cast, enrolled
from tests.support.clock import Clock
from tests.support.ward import TODAY, Ward, ward_of

WEEK = timedelta(days=7)
D0 = TODAY - 20 * WEEK  # month 4 of it begins today, on a day on which a diary is due


@pytest.fixture
def person(runtime: Runtime, clock: Clock) -> Ward:
    ward = ward_of(runtime, clock)
    with runtime.writing() as session:
        home = D0 + timedelta(days=8)
        mine = enrolled(
            session,
            ward.cast,
            "DS-020",
            d0=D0,
            home_since=home,
            number="13800138020",
        )
        number = mine.id
    return replace(ward, id=number)


def through(person: Ward, day: date) -> None:
    """The hours of a day at which a reminder or a call would be due."""
    for clock in ("10:05", "15:00", "21:00"):
        person.at(clock, day)


def asked(person: Ward) -> tuple[list[str], list[str]]:
    """The diary texts, and the days of the calls."""
    calls = [str(one.detail["day"]) for one in person.tasks("missing_diary")]
    return person.keys(f"D:{person.id}:"), calls


def test_ten_diaries_of_the_evening_before_are_no_text_and_no_call(
    person: Ward,
) -> None:
    for week in range(1, 11):
        due = TODAY + week * WEEK
        person.at("20:00", due - timedelta(days=1))
        person.report(uuid=f"week-{week}")
        through(person, due)
    assert asked(person) == ([], [])


@pytest.mark.parametrize("ago", range(7))
def test_a_diary_of_any_day_of_the_week_is_the_weeks(person: Ward, ago: int) -> None:
    due = TODAY + WEEK
    person.at("09:00", due - timedelta(days=ago))
    person.report()
    through(person, due)
    person.at("10:05", due + WEEK)
    texts, calls = asked(person)
    later = [one for one in texts if one >= str(due)]  # today's diary never came
    assert (later, calls) == ([f"{due + WEEK}:10:05"], [])


def test_last_weeks_diary_is_not_this_weeks(person: Ward) -> None:
    due = TODAY + WEEK
    person.at("09:30", TODAY)
    person.report()
    person.at("10:05", due)
    assert asked(person)[0] == [f"{due}:10:05"]


def test_half_a_diary_in_the_week_ends_the_call_and_not_the_text(person: Ward) -> None:
    person.at("09:00", TODAY + timedelta(days=5))
    person.report("partial")
    through(person, TODAY + WEEK)
    through(person, TODAY + 2 * WEEK)
    texts, calls = asked(person)
    assert [one[:10] for one in texts if "10:05" in one] == [
        str(TODAY + WEEK),
        str(TODAY + 2 * WEEK),
    ]
    assert calls == []


def test_two_weeks_without_a_word_are_still_a_call(person: Ward) -> None:
    for week in (0, 1, 2):
        through(person, TODAY + week * WEEK)
    assert asked(person)[1] == [str(TODAY + WEEK)]


def test_a_diary_of_the_day_before_that_comes_late_ends_the_weeks_call(
    person: Ward,
) -> None:
    for week in (0, 1):
        through(person, TODAY + week * WEEK)
    due = TODAY + WEEK
    with person.runtime.writing() as session:
        entry = Entry(
            participant_id=person.id,
            local_date=due - timedelta(days=1),
            reporter="self",
            created_at=person.clock(),
        )
        session.add(entry)
        session.flush()
        entry_id = entry.id
    person.report(entry_id=entry_id)
    assert [one.state for one in person.tasks("missing_diary")] == ["done"]


@pytest.mark.parametrize(("weeks", "calls"), [(7, 0), (8, 1)])
def test_a_call_after_eight_missed_weeks_looks_eight_weeks_back(
    person: Ward, weeks: int, calls: int
) -> None:
    """A study may wait so long: what came two months ago still counts."""
    seldom = replace(person, cast=after_missed(person.cast, 8))
    seldom.at("09:30", TODAY)
    seldom.report()
    for week in range(1, weeks + 1):
        through(seldom, TODAY + week * WEEK)
    assert len(asked(seldom)[1]) == calls


def after_missed(known: Cast, days: int) -> Cast:
    """The same people, in a study that calls after so many missed diaries."""

    def late(plan: MissingPlan) -> MissingPlan:
        return replace(plan, task=replace(plan.task, after_missed=days))

    plans = {phase: late(plan) for phase, plan in known.study.missing.items()}
    return replace(known, study=replace(known.study, missing=plans))
