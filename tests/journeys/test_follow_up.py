"""The calendar lived through by real processes: the study clock moves, texts arrive.

Everything before an act of staff is the test's own hand; everything after it is done
by the web process and the engine.
"""

from __future__ import annotations

import html
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit, study_versions
from portal.db.tables.alerts import Task
from portal.db.tables.diary import Visit
from portal.db.tables.outbox import Message
from portal.db.tables.people import Participant, Staff
from portal.enrolment import caregivers, preferences, stays
from portal.people.case import Case
from portal.protocol.calendar import study_days
from portal.protocol.study.model import Study
from portal.visits import appointments
from portal.visits.reminders.rules.hours import clock_changes
from tests.support.journey import (
    CALM,
    CAREGIVER,
    PARTICIPANT,
    ZONE,
    Journey,
    enrol,
)
from tests.support.phone import Phone
from tests.support.waiting import until

pytestmark = [pytest.mark.journey, pytest.mark.in_turn]
DIARY, READING = "today's follow-up diary", "another entry"
ABROAD = "Europe/Berlin"
WARM = {**CALM, "temp": {"value": "37.6", "unit": "C"}}
INSIDE = "+8619900000110"
OTHERS = {"DS-008": "+8619900000108", "DS-009": "+8619900000109"}


def at_hour(journey: Journey, clock: str) -> None:
    """Moves to the next time it is so late, a little after it."""
    journey.wait_for_hour(clock)
    journey.pass_time(seconds=1)


def bodies(journey: Journey, number: str) -> list[str]:
    return [text.body for text in journey.on_phone(number)]


def wait_for_text(journey: Journey, number: str, words: str, times: int = 1) -> None:
    """Returns once a phone has so many texts with these words; none more may come."""

    def found() -> int:
        return sum(words in body for body in bodies(journey, number))

    until(lambda: found() >= times, f"{times} x {words!r}: {bodies(journey, number)}")
    assert found() == times


def tasks(journey: Journey, kind: str, code: str = "DS-007") -> list[Task]:
    query = select(Task).join(Participant).where(Participant.code == code)
    with journey.runtime.reading() as session:
        return list(session.scalars(query.where(Task.kind == kind).order_by(Task.id)))


def wait_for_task(journey: Journey, kind: str, code: str = "DS-007") -> Task:
    until(lambda: tasks(journey, kind, code) != [], f"a task {kind} of {code}")
    (task,) = tasks(journey, kind, code)
    return task


def engine_went_round(journey: Journey) -> None:
    """Returns once the engine dealt with everybody's due things of this moment."""

    def nobody_waits() -> bool:
        query = select(Participant.id).where(
            Participant.status == "active",
            Participant.remind_at <= journey.runtime.now(),
        )
        with journey.runtime.reading() as session:
            return session.scalar(query.limit(1)) is None

    until(nobody_waits, "the engine's round")
    journey.settled()


def the_study(journey: Journey) -> Study:
    with journey.runtime.reading() as session:
        version = study_versions.newest(session)
        assert version is not None
        return journey.runtime.study(session, version.id)


def staff(journey: Journey) -> Phone:
    """A browser in which the nurse is signed in."""
    browser = journey.web()
    browser.open("/staff/sign-in")
    browser.send("/staff/sign-in", username="nurse", password="four words do well")
    assert "/staff" in browser.address, browser.page
    return browser


@pytest.mark.begins("09:00")
def test_a_silent_day_is_reminded_then_called_then_the_doctors(
    journey: Journey,
) -> None:
    with journey.runtime.writing() as session:
        now = journey.runtime.now()
        caregivers.add_caregiver(
            session,
            session.scalars(select(Participant)).one(),
            number=CAREGIVER,
            language="en",
            consent_version="1.0",
            consented_at=now,
            actor=audit.OPERATOR,
            now=now,
        )
    journey.engine()
    at_hour(journey, "10:05")
    wait_for_text(journey, PARTICIPANT, DIARY, 1)
    assert bodies(journey, CAREGIVER) == tasks(journey, "missing_diary") == []
    at_hour(journey, "10:30")
    wait_for_text(journey, PARTICIPANT, DIARY, 2)
    wait_for_text(journey, CAREGIVER, DIARY, 1)
    at_hour(journey, "11:00")
    call = wait_for_task(journey, "missing_diary")
    assert (call.owner_role, call.tier) == ("coordinator", "same_day")
    assert journey.on_phone("nurse") == journey.on_phone("doctor") == []
    at_hour(journey, "12:00")
    (late,) = journey.wait_for_pages("nurse", 1)
    assert "a task for DS-007 is due now" in late.body
    at_hour(journey, "14:00")
    assert {page.channel for page in journey.wait_for_pages("doctor", 2)} == {
        "call",
        "text",
    }
    assert (journey.alert().tier, journey.rules()) == ("urgent", {"T26"})
    engine_went_round(journey)
    wait_for_text(journey, PARTICIPANT, DIARY, 2)
    journey.everything_went_out_once()


@pytest.mark.begins("07:00")
def test_a_warm_reading_is_asked_again_and_quiet_hours_hold_reminders_alone(
    journey: Journey,
) -> None:
    enrol(journey.runtime, "DS-008", OTHERS["DS-008"])
    with journey.runtime.writing() as session:
        late_riser = case_of(journey, session, "DS-008")
        preferences.set_quiet_hours(
            late_riser, ("20:00", "11:30"), actor=audit.OPERATOR
        )
    journey.engine()
    journey.diary(WARM)
    journey.pass_time(minutes=59)
    engine_went_round(journey)
    assert bodies(journey, PARTICIPANT) == []
    journey.pass_time(minutes=1, seconds=5)  # 08:00 by the clock, an hour by the rule
    wait_for_text(journey, PARTICIPANT, READING)
    journey.pass_time(hours=1)
    missed = wait_for_task(journey, "recheck_missed")
    assert (missed.owner_role, missed.tier) == ("nurse", "same_day")
    at_hour(journey, "10:05")
    engine_went_round(journey)
    assert bodies(journey, OTHERS["DS-008"]) == []
    at_hour(journey, "11:30")
    wait_for_text(journey, OTHERS["DS-008"], DIARY)
    at_hour(journey, "19:00")  # the evening reading of who reported once today
    wait_for_text(journey, PARTICIPANT, READING, 2)
    assert all(DIARY not in body for body in bodies(journey, PARTICIPANT))


def at_home(journey: Journey, codes: dict[str, str], day: int) -> None:
    for code, number in codes.items():
        enrol(journey.runtime, code, number, day=day)


def in_hospital_again(journey: Journey, code: str, number: str, day: int) -> None:
    enrol(journey.runtime, code, number, day=day)
    with journey.runtime.writing() as session:
        one = case_of(journey, session, code)
        stays.admit(
            session, one.participant, on=one.today, actor=audit.OPERATOR, now=one.now
        )


def goes_home(journey: Journey, code: str) -> None:
    with journey.runtime.writing() as session:
        one = case_of(journey, session, code)
        stays.discharge(one, on=one.today, actor=audit.OPERATOR)


def case_of(journey: Journey, session: Session, code: str) -> Case:
    one = session.scalars(select(Participant).filter_by(code=code)).one()
    return Case(session, the_study(journey), one, journey.runtime.now())


def typed(at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(ZONE)):%Y-%m-%dT%H:%M}"


def visit_of(journey: Journey, code: str, visit: str = "D14") -> Visit:
    query = select(Visit).join(Participant).where(Participant.code == code)
    with journey.runtime.reading() as session:
        return session.scalars(query.where(Visit.code == visit)).one()


def long_day(at: datetime) -> str:
    local = at.astimezone(ZoneInfo(ZONE))
    return f"{local:%a} {local.day} {local:%b}"


def visit_texts(journey: Journey, code: str) -> list[tuple[str, str]]:
    """The keys and states of what was planned about day 14, oldest first."""
    query = (
        select(Message)
        .join(Participant)
        .where(Participant.code == code, Message.template.startswith("visit"))
        .order_by(Message.id)
    )
    with journey.runtime.reading() as session:
        return [
            (":".join(one.dedupe_key.split(":")[2:]), one.state)
            for one in session.scalars(query)
        ]


def test_visits_are_announced_moved_missed_and_called_about(journey: Journey) -> None:
    at_hour(journey, "10:00")
    at_home(journey, OTHERS, day=6)
    in_hospital_again(journey, "DS-010", INSIDE, day=6)
    moved, stays_put = OTHERS
    first = visit_of(journey, moved).target
    journey.engine()
    browser = staff(journey)
    at_hour(journey, "09:00")
    for number in OTHERS.values():
        wait_for_text(journey, number, "your next visit")
    # By night, twice: the first text waits for the morning and is taken back.
    at_hour(journey, "21:30")
    page = f"/staff/participants/{moved}/visits/D14"
    noon = study_days.moment_at(first, "12:00", ZONE)
    browser.open(page)
    browser.send(page, act="book", at=typed(noon + timedelta(days=4)))
    assert "outside the visit&#39;s window" in browser.page
    assert visit_of(journey, moved).state == "planned"
    reason = "The family is away."
    browser.send(page, act="book", at=typed(noon + timedelta(days=4)), reason=reason)
    browser.send_surely(page, act="book", at=typed(noon + timedelta(days=1)))
    assert visit_texts(journey, moved)[1:] == [
        ("D14:moved:2", "cancelled"),
        ("D14:moved:3", "queued"),
    ]
    at_hour(journey, "08:00")
    wait_for_text(journey, OTHERS[moved], "your next visit", 2)
    told = bodies(journey, OTHERS[moved])[-1]
    assert long_day(noon + timedelta(days=1)) in told
    # Who goes home is told of it on the first morning there, and on the ward of nothing.
    goes_home(journey, "DS-010")
    at_hour(journey, "09:00")
    engine_went_round(journey)
    assert bodies(journey, INSIDE) == []
    journey.pass_time(days=1)
    wait_for_text(journey, INSIDE, "your next visit")
    # A day before, on the morning; the other's window warns, and its day passes by.
    day = study_days.moment_at(first, "09:00", ZONE)
    for before in (timedelta(days=1), timedelta(0)):
        journey.pass_time(seconds=_until(journey, day - before))
        wait_for_text(journey, OTHERS[stays_put], "your next visit", 3 - before.days)
    assert wait_for_task(journey, "window_closing", stays_put).tier == "routine"
    wait_for_text(journey, OTHERS[moved], "your next visit", 3)
    journey.pass_time(days=1)
    wait_for_text(journey, OTHERS[moved], "your next visit", 4)
    call = wait_for_task(journey, "visit_missed", stays_put)
    assert (call.tier, call.detail["visit"]) == ("same_day", "D14")
    browser.open(page)
    browser.send(page, act="miss", note="Nobody came.")
    assert visit_of(journey, moved).state == "missed"
    journey.pass_time(days=1)
    wait_for_task(journey, "visit_missed", moved)
    assert tasks(journey, "window_closing", moved) == []
    journey.settled()
    assert [
        key for key, state in visit_texts(journey, moved) if state != "cancelled"
    ] == [
        "D14:-7:1",
        "D14:moved:3",
        "D14:-1:3",
        "D14:0:3",
    ]


def _until(journey: Journey, at: datetime) -> float:
    return (at - journey.runtime.now()).total_seconds() + 1


def book_by_night(journey: Journey, code: str) -> None:
    """Gives day 14 a new time, so that a text waits for the morning."""
    day = visit_of(journey, code).target + timedelta(days=1)
    with journey.runtime.writing() as session:
        nurse = session.scalars(select(Staff).filter_by(username="nurse")).one()
        case = case_of(journey, session, code)
        at = study_days.moment_at(day, "12:00", ZONE)
        form = appointments.VisitForm(case, nurse, "D14", 1)
        appointments.book(form, at=at, sure=True)


def test_who_leaves_hears_nothing_more_and_an_open_alert_still_pages(
    journey: Journey,
) -> None:
    leavers = {
        "paused": "DS-011",
        "withdrawn": "DS-012",
        "died": "DS-013",
        "transferred": "DS-014",
    }
    numbers = {code: f"+86199000001{code[-2:]}" for code in leavers.values()}
    at_hour(journey, "10:00")
    at_home(journey, {**numbers, **OTHERS}, day=6)
    browser = staff(journey)
    at_hour(journey, "22:00")
    for code in (*numbers, "DS-008"):
        book_by_night(journey, code)
        assert visit_texts(journey, code) == [("D14:moved:2", "queued")]
    # DS-007 is at home and has a fever; no engine runs yet, so nothing else acts.
    journey.diary({**CALM, "temp": {"value": "38.6", "unit": "C"}})
    for status, code in {**leavers, "withdrawn, with an alert": "DS-007"}.items():
        path = f"/staff/participants/{code}/status"
        browser.open(path)
        browser.send(path, status=status.split(",")[0], reason="As agreed.")
        assert visit_texts(journey, code) in ([], [("D14:moved:2", "cancelled")])
    journey.engine()
    journey.wait_for_pages("nurse", 2)
    journey.pass_time(minutes=15)
    journey.wait_for_pages("doctor", 2)
    journey.command("alert", "ack", journey.alert().code, "--as", "nurse")
    outcome = ("--outcome", "spoke", "--reason", "Spoke.", "--as", "nurse")
    journey.command("alert", "close", journey.alert().code, *outcome)
    at_hour(journey, "08:00")
    wait_for_text(journey, OTHERS["DS-008"], "your next visit")  # who stayed is told
    at_hour(journey, "09:00")
    journey.pass_time(days=1)
    wait_for_text(journey, OTHERS["DS-008"], "your next visit", 2)
    engine_went_round(journey)
    for number in (*numbers.values(), PARTICIPANT):
        assert bodies(journey, number) == []


def before_a_clock_change(journey: Journey) -> date:
    """Moves to ten days before Berlin's next clock change; the day of the change."""
    day = study_days.local_date(journey.runtime.now(), ABROAD) + timedelta(days=11)
    while not clock_changes(day, ABROAD):
        day += timedelta(days=1)
    noon = study_days.moment_at(day - timedelta(days=10), "12:00", ZONE)
    journey.pass_time(seconds=_until(journey, noon))
    return day


def test_ninety_days_are_foretold_alike_by_page_and_command_and_clock_changes_marked(
    journey: Journey,
) -> None:
    change = before_a_clock_change(journey)
    enrol(journey.runtime, "DS-008", OTHERS["DS-008"], day=10)
    browser, path = staff(journey), "/staff/participants/DS-008/reminders"
    browser.open(path)
    browser.send(path, act="zone", time_zone=ABROAD)
    assert "their time" in browser.page  # shown by both clocks before it counts
    browser.send(path, act="zone", time_zone=ABROAD, confirmed="1")
    browser.open(path)
    told = journey.command("reminders", "preview", "DS-008")
    assert (told["zone"], told["site_zone"]) == (ABROAD, ZONE)
    assert {(ABROAD, str(change))} <= {(c["zone"], c["day"]) for c in told["changes"]}
    assert f"clocks in {ABROAD} are moved by" in browser.page
    visits = [line for line in told["lines"] if line["kind"] == "visit"]
    assert len(visits) >= 6  # days 14 and 28, three texts each, and what follows
    for line in told["lines"]:
        theirs, here = (datetime.fromisoformat(line[at]) for at in ("theirs", "site"))
        assert theirs == here
        assert theirs.utcoffset() == theirs.astimezone(ZoneInfo(ABROAD)).utcoffset()
        assert line["text"] in html.unescape(browser.page)
    marked = {line["theirs"][:10] for line in told["lines"] if line["their_change"]}
    assert marked == {str(change)}


def test_a_stay_in_hospital_ends_reminders_and_the_calendar_says_what_comes(
    journey: Journey,
) -> None:
    at_hour(journey, "11:00")
    journey.engine()
    browser, path = staff(journey), "/staff/participants/DS-007"
    browser.open(path)
    today = study_days.local_date(journey.runtime.now(), ZONE)
    browser.send(f"{path}/stay", on=str(today), act="admit")
    engine_went_round(journey)
    asked = sum(DIARY in body for body in bodies(journey, PARTICIPANT))
    at_hour(journey, "10:05")
    engine_went_round(journey)
    assert sum(DIARY in body for body in bodies(journey, PARTICIPANT)) == asked
    browser.open(path)
    browser.send(f"{path}/stay", on=str(today + timedelta(days=1)), act="discharge")
    at_hour(journey, "10:00")
    at_hour(journey, "10:05")
    wait_for_text(journey, PARTICIPANT, DIARY, asked + 1)
    phone = Phone(browser.base)
    journey.sign_in(phone, PARTICIPANT)
    phone.open("/calendar")
    coming, past = phone.page.split("Past visits")
    assert "Day 28 visit" in coming
    assert "Please bring" in coming
    assert "2 hours" in coming
    assert "Day 14 visit" in past
