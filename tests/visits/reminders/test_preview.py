"""Ninety days of texts: what will be sent is what was foretold."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from portal.audit import OPERATOR
from portal.db.tables.outbox import Message
from portal.db.tables.people import Participant
from portal.enrolment import caregivers
from portal.people.case import Case
from portal.runtime import Runtime
from portal.visits.reminders.preview import Preview, ProposedZone, in_zone, preview
from portal.visits.reminders.rules.person import OccasionKind
from tests.support.clock import START, Clock
from tests.support.ward import TODAY, Ward, ward_of


@pytest.fixture
def ward(runtime: Runtime, clock: Clock) -> Ward:
    return ward_of(runtime, clock)


def foretold(ward: Ward, days: int = 90, **changes: object) -> Preview:
    with ward.runtime.writing() as session:
        mine = ward.me(session)
        for name, value in changes.items():
            setattr(mine, name, value)
        return preview(Case(session, ward.cast.study, mine, ward.clock()), days=days)


def test_texts_of_known_days_stand_apart_from_those_that_a_diary_stops(
    ward: Ward,
) -> None:
    found = foretold(ward)
    assert {one.kind.value for one in found.fixed} <= {"visit", "moved", "dated"}
    assert {one.kind.value for one in found.unless_reported} & {
        "visit",
        "dated",
    } == set()
    assert len(found.fixed) + len(found.unless_reported) == len(found.lines)
    assert found.fixed
    assert found.unless_reported


def test_another_zone_is_shown_by_its_hour_and_the_sites(ward: Ward) -> None:
    with ward.runtime.reading() as session:
        case = Case(session, ward.cast.study, ward.me(session), ward.clock())
        there = in_zone(case, "Asia/Tokyo")
        assert there == ProposedZone("Asia/Tokyo", "09:00", "08:00")
        assert in_zone(case, "Asia/Nowhere") is None


def test_a_silent_day_is_foretold_with_what_it_hangs_on(ward: Ward) -> None:
    lines = [one for one in foretold(ward, 1).lines if one.day == TODAY]
    assert [(f"{one.theirs:%H:%M}", one.condition) for one in lines] == [
        ("10:05", "only if no diary by then"),
        ("13:00", "only if no diary by then"),
        ("19:00", "only after one entry that day, if no second by then"),
    ]
    assert "028-5550 0120" in lines[0].text
    assert lines[0].text.startswith("您好，今天的随访日记")


def test_visits_and_dates_of_ninety_days_are_foretold(ward: Ward) -> None:
    lines = foretold(ward).lines
    visits = [one.text for one in lines if one.kind is OccasionKind.VISIT]
    assert len(visits) == 8  # D14: two are left; D28 and M3: three each
    assert sum("2026年3月15日（星期日）" in text for text in visits) == 2
    assert [one.day for one in lines if one.kind is OccasionKind.DATED] == [
        date(2026, 3, 29)
    ]


def test_an_hour_is_told_on_both_clocks(ward: Ward) -> None:
    line = foretold(ward, 1, time_zone="Asia/Kathmandu").lines[0]
    assert (f"{line.theirs:%H:%M}", f"{line.site:%H:%M}") == ("10:05", "12:20")
    assert line.theirs == line.site == line.at


def test_days_of_a_clock_change_are_marked(ward: Ward) -> None:
    found = foretold(ward, 30, time_zone="Europe/Berlin")
    assert found.changes == (("Europe/Berlin", date(2026, 3, 29), 60),)
    marked = {one.theirs.date() for one in found.lines if one.their_change}
    assert marked == {date(2026, 3, 29)}
    assert {one.site_change for one in found.lines} == {0}


def test_caregivers_have_their_own_lines_in_their_language(ward: Ward) -> None:
    with ward.runtime.writing() as session:
        caregivers.add_caregiver(
            session,
            ward.me(session),
            number="13800138111",
            language="en",
            consent_version="1",
            consented_at=START,
            actor=OPERATOR,
            now=START,
        )
    lines = [one for one in foretold(ward, 1).lines if one.to == "caregiver"]
    assert lines[0].text.startswith("Hello, today's follow-up diary")


def test_who_is_not_in_follow_up_gets_none(ward: Ward) -> None:
    found = foretold(ward, status="paused")
    assert (found.status, found.lines) == ("paused", ())


def test_looking_ahead_writes_nothing(ward: Ward) -> None:
    foretold(ward)
    with ward.runtime.reading() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 0
        mine = session.get_one(Participant, ward.id)
        assert mine.remind_at is None


@pytest.mark.in_turn
@pytest.mark.thorough
def test_what_was_foretold_is_what_is_sent_to_a_silent_person(ward: Ward) -> None:
    """An evening's text asks for another entry: whoever wrote none gets none."""
    ward.look()
    lines = foretold(ward, 30).lines
    for _ in range(30 * 24):
        ward.clock.advance(hours=1)
        for minute in (0, 5):
            ward.clock.advance(minutes=minute)
            ward.look()
            ward.clock.advance(minutes=-minute)
    sent = {m.dedupe_key: m.next_try_at for m in ward.messages() if _mine(ward, m)}
    ends = START + timedelta(days=30)
    told = {one.key: one.at for one in lines if one.kind is not OccasionKind.EVENING}
    assert told == {key: at for key, at in sent.items() if at <= ends}
    shanghai = ZoneInfo("Asia/Shanghai")
    assert {datetime.astimezone(at, shanghai).hour for at in sent.values()} == {
        *(9, 10, 13)
    }


def _mine(ward: Ward, message: Message) -> bool:
    return message.participant_id == ward.id and message.purpose == "reminder"
