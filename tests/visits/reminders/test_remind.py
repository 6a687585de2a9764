"""What came due is queued once, to whom it is for, and never late."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.alerting.tasks import tasks
from portal.audit import OPERATOR
from portal.db.tables.diary import Visit
from portal.db.tables.outbox import Message
from portal.db.tables.people import Participant
from portal.enrolment import caregivers, stays
from portal.people import contacts
from portal.people.case import Case
from portal.runtime import Runtime
from portal.visits.reminders import remind
from portal.visits.reminders.reminded_people import snapshots
from tests.support.cast import D0, enrolled
from tests.support.clock import START, Clock
from tests.support.ward import CALM, TODAY, WARM, Ward, local, ward_of


@pytest.fixture
def ward(runtime: Runtime, clock: Clock) -> Ward:
    return ward_of(runtime, clock)


# ------------------------------------------------------------------------- queueing


def test_a_silent_morning_is_reminded_once(ward: Ward) -> None:
    ward.at("10:05")
    ward.at("10:06")
    ward.look()
    (text,) = ward.messages(f"D:{ward.id}:")
    assert text.dedupe_key == f"D:{ward.id}:2026-03-12:10:05"
    assert (text.purpose, text.template, text.state) == (
        "reminder",
        "diary_due",
        "queued",
    )
    assert (text.language, text.variables) == ("zh", {"tel": "028-5550 0120"})
    assert (text.next_try_at, text.not_after) == (local("10:05"), local("13:00"))


def test_before_its_minute_nothing_is_queued(ward: Ward) -> None:
    ward.at("10:04")
    assert ward.messages() == []


def test_a_diary_that_came_is_not_asked_for(ward: Ward) -> None:
    ward.report()
    ward.at("13:00")
    assert ward.messages(f"D:{ward.id}:") == []


def test_a_diary_that_comes_withdraws_the_reminder_that_has_not_left(
    ward: Ward,
) -> None:
    ward.at("10:05")
    ward.clock.advance(minutes=2)
    ward.report()
    assert ward.keys(f"D:{ward.id}:", "queued") == []
    assert ward.keys(f"D:{ward.id}:", "cancelled") == ["2026-03-12:10:05"]


def test_caregivers_are_reminded_at_one_each_in_their_language(ward: Ward) -> None:
    with ward.runtime.writing() as session:
        for number, language in (("13800138111", "en"), ("13800138007", "zh")):
            caregivers.add_caregiver(
                session,
                ward.me(session),
                number=number,
                language=language,
                consent_version="1",
                consented_at=START,
                actor=OPERATOR,
                now=START,
            )
    ward.at("13:00")
    (text,) = (m for m in ward.messages(f"D:{ward.id}:") if "caregiver" in m.dedupe_key)
    assert (text.language, text.template) == ("en", "diary_due_caregiver")
    assert text.dedupe_key.endswith(":13:00:caregiver:1")  # the shared phone has one


def test_an_engine_that_slept_sends_the_newest_and_lists_the_rest(ward: Ward) -> None:
    ward.at("09:30")
    ward.at("13:20")
    assert ward.keys(f"D:{ward.id}:", "expired") == ["2026-03-12:10:05"]
    assert ward.keys(f"D:{ward.id}:", "queued") == ["2026-03-12:13:00"]


def test_a_reminder_is_never_sent_after_its_use(ward: Ward) -> None:
    ward.at("09:30")
    ward.at("21:30")
    assert ward.keys(f"D:{ward.id}:", "queued") == []
    assert ward.keys(f"D:{ward.id}:", "expired") == [f"{TODAY}:10:05", f"{TODAY}:13:00"]


def test_a_lost_visit_text_is_a_line_for_staff(ward: Ward) -> None:
    ward.at("09:30", date(2026, 3, 13))
    ward.at("09:00", date(2026, 3, 16))  # the text of the 14th was due meanwhile
    assert ward.keys(f"R:{ward.id}:", "expired") == ["D14:-1:1", "D14:0:1"]
    (task,) = ward.tasks("reminder_expired")
    assert task.tier == "routine"


def test_F14_a_clock_that_goes_back_sends_nothing_twice(ward: Ward) -> None:
    ward.at("13:00")
    before = ward.keys()
    ward.at("10:00")
    ward.at("13:00")
    assert ward.keys() == before


def test_the_engine_wakes_only_for_who_has_something_due(ward: Ward) -> None:
    assert ward.at("09:10") == 2  # nobody was looked at yet
    assert ward.at("09:11") == 0
    assert ward.at("10:05") == 2
    assert ward.at("10:06") == 0


def test_what_came_due_long_before_the_first_look_is_left_alone(ward: Ward) -> None:
    """An upgrade does not list a year of reminders that were never planned."""
    ward.at("09:30", TODAY + timedelta(days=5))
    days = {key[:10] for key in ward.keys(f"D:{ward.id}:")}
    assert days == {"2026-03-16"}


def test_a_number_that_was_only_typed_is_reminded_like_any_other(ward: Ward) -> None:
    with ward.runtime.writing() as session:
        contact = contacts.mobile(session, participant_id=ward.id)
        assert contact is not None
        contact.verified_at = None
    ward.at("10:05")
    assert len(ward.messages(f"D:{ward.id}:")) == 1
    assert ward.tasks("no_number") == []


def test_a_participant_without_a_number_is_a_task_once(ward: Ward) -> None:
    with ward.runtime.writing() as session:
        contact = contacts.mobile(session, participant_id=ward.id)
        assert contact is not None
        contact.broken_at = START
    ward.at("10:05")
    ward.at("19:00")
    assert ward.messages(f"D:{ward.id}:") == []
    assert len(ward.tasks("no_number")) == 1


def test_many_due_at_once_are_dealt_with_a_few_at_a_time(
    ward: Ward,
) -> None:
    with ward.runtime.writing() as session:
        for number in range(remind.AT_ONCE):
            enrolled(
                session, ward.cast, f"DS-1{number:02}", number=f"138001391{number:02}"
            )
    assert ward.at("10:05") == remind.AT_ONCE
    assert ward.look() == 2
    assert ward.look() == 0
    assert len(ward.messages("D:")) == remind.AT_ONCE + 2


# ------------------------------------------------------------------- second readings


def test_a_second_reading_is_asked_for_after_an_hour(ward: Ward) -> None:
    ward.at("09:05")
    ward.report(answers=WARM)
    ward.at("10:05")
    assert [m.template for m in ward.messages(f"D:{ward.id}:")] == ["reading_due"]
    ward.at("11:05")
    (task,) = ward.tasks("recheck_missed")
    assert (task.tier, task.owner_role) == ("same_day", "nurse")


@pytest.mark.parametrize(
    ("measured", "missed", "due"),
    [
        ("09:05", "11:05", "15:05"),
        ("17:30", "19:30", "21:00"),
        ("18:00", "20:00", "20:00"),
        ("20:27", "22:27", "22:27"),
    ],
)
def test_a_reading_missed_in_the_evening_is_looked_at_that_evening(
    ward: Ward, measured: str, missed: str, due: str
) -> None:
    ward.at(measured)
    ward.report(answers={**WARM, "temp": {"value": "37.8", "unit": "C"}})
    ward.at(missed)
    (task,) = ward.tasks("recheck_missed")
    assert task.due_at == local(due)


def test_a_reading_missed_in_the_evening_pages_the_nurse_then(ward: Ward) -> None:
    ward.at("20:27")
    ward.report(answers=WARM)
    ward.at("22:26")
    assert ward.tasks("recheck_missed") == []
    ward.at("22:27")
    with ward.runtime.writing() as session:
        tasks.page_overdue(session, ward.cast.study_of, now=ward.clock())
    (task,) = ward.tasks("recheck_missed")
    (page,) = ward.messages(f"T:{task.id}:")
    assert page.staff_id == ward.cast.here["nurse"].id


def test_a_second_reading_that_came_is_not_asked_for(ward: Ward) -> None:
    ward.at("09:05")
    ward.report(answers=WARM)
    ward.clock.advance(minutes=50)
    ward.report("complete", CALM)
    ward.at("11:05")
    assert ward.messages(f"D:{ward.id}:") == []
    assert ward.tasks("recheck_missed") == []


def test_more_of_the_same_entry_is_no_second_reading(ward: Ward) -> None:
    ward.at("09:05")
    entry = ward.report("partial", WARM)
    ward.clock.advance(minutes=5)
    ward.report("complete", WARM, entry_id=entry)
    ward.at("10:05")
    assert len(ward.messages(f"D:{ward.id}:2026-03-12:recheck")) == 1


def next_look(ward: Ward) -> datetime | None:
    with ward.runtime.reading() as session:
        return session.get_one(Participant, ward.id).remind_at


def test_only_who_is_to_measure_again_is_looked_at_within_the_hour(ward: Ward) -> None:
    ward.at("20:05")
    planned = next_look(ward)
    soon = ward.runtime.now() + timedelta(minutes=60)
    assert planned is not None
    assert planned > soon
    ward.report("complete", CALM)
    assert next_look(ward) == planned
    ward.report("complete", WARM)
    assert next_look(ward) == soon


# ----------------------------------------------------------------------------- visits


def test_day_14_is_announced_after_the_ward_a_day_before_and_on_the_morning(
    ward: Ward,
) -> None:
    """A week before it is day 7, of which the ward is the last that is known."""
    with ward.runtime.writing() as session:
        person = enrolled(
            session,
            ward.cast,
            "DS-008",
            d0=TODAY,
            home_since=None,
            number="13800138008",
        )
        who = person.id
    for ago in range(15):
        ward.at("09:00", TODAY + timedelta(days=ago))
    found = ward.messages(f"R:{who}:D14:")
    assert [(m.dedupe_key, m.next_try_at) for m in found] == [
        (f"R:{who}:D14:-7:1", local("09:00", date(2026, 3, 20))),
        (f"R:{who}:D14:-1:1", local("09:00", date(2026, 3, 25))),
        (f"R:{who}:D14:0:1", local("09:00", date(2026, 3, 26))),
    ]
    assert {m.variables["date"] for m in found} == {"2026年3月26日（星期四）"}


def test_a_moved_visit_takes_its_queued_text_back_and_says_the_new_day_once(
    ward: Ward,
) -> None:
    ward.at("09:00", date(2026, 3, 14))  # the day before D14, not sent yet
    assert ward.keys(f"R:{ward.id}:", "queued") == ["D14:-1:1"]
    ward.clock.advance(minutes=30)
    ward.move("D14", local("10:00", date(2026, 3, 17)))
    ward.replan()
    assert ward.keys(f"R:{ward.id}:", "queued") == ["D14:moved:2"]
    for day in (15, 16, 17):
        ward.at("09:00", date(2026, 3, day))
    queued = [m for m in ward.messages(f"R:{ward.id}:D14") if m.state == "queued"]
    assert [m.dedupe_key.split(":", 3)[3] for m in queued] == ["moved:2", "-1:2", "0:2"]
    assert {m.variables["date"] for m in queued} == {"2026年3月17日（星期二）"}


def test_a_visit_moved_by_night_is_told_when_quiet_hours_end(ward: Ward) -> None:
    ward.at("23:10", date(2026, 3, 13))
    ward.move("D14", local("10:00", date(2026, 3, 17)))
    (told,) = ward.messages(f"R:{ward.id}:D14:moved")
    assert told.next_try_at == local("08:00", date(2026, 3, 14))


def test_an_attended_visit_is_not_announced_any_more(ward: Ward) -> None:
    ward.at("09:00", date(2026, 3, 14))
    with ward.runtime.writing() as session:
        visit = session.get_one(Visit, ward.visit("D14").id)
        visit.state, visit.happened_on = "attended", date(2026, 3, 14)
    ward.replan()
    ward.at("12:00", date(2026, 3, 17))
    assert ward.keys(f"R:{ward.id}:", "queued") == []
    assert ward.tasks("visit_missed") == []


def test_one_visits_texts_are_retracted_alone(ward: Ward) -> None:
    ward.at("09:00", date(2026, 3, 14))
    ward.at("10:05", date(2026, 3, 14))
    with ward.runtime.writing() as session:
        visit = session.get_one(Visit, ward.visit("D14").id)
        assert remind.retract(session, visit, "by hand", now=ward.clock()) == 1
        assert remind.retract(session, visit, "by hand", now=ward.clock()) == 0
    assert ward.keys(f"D:{ward.id}:2026-03-14", "queued") == ["2026-03-14:10:05"]


def test_a_visit_that_did_not_happen_is_a_task_next_day(ward: Ward) -> None:
    ward.at("08:59", date(2026, 3, 16))
    assert ward.tasks("visit_missed") == []
    ward.at("09:00", date(2026, 3, 16))
    (task,) = ward.tasks("visit_missed")
    assert task.detail["visit"] == "D14"
    assert (task.tier, task.owner_role) == ("same_day", "coordinator")


def test_a_window_that_closes_is_a_task_three_days_before(ward: Ward) -> None:
    ward.at("09:00", date(2026, 3, 14))
    kinds = {task.detail["visit"] for task in ward.tasks("window_closing")}
    assert kinds == {"D14"}


# ---------------------------------------------------------------- numbers, zones, stays


def renumbered(ward: Ward, value: str = "+8613800138555") -> int:
    with ward.runtime.writing() as session:
        contact = contacts.replace(
            session,
            "mobile",
            value,
            now=ward.clock(),
            verified=True,
            participant_id=ward.id,
        )
        remind.replan(Case(session, ward.cast.study, ward.me(session), ward.clock()))
        return contact.id


def test_a_new_number_gets_what_the_old_one_was_to_get(ward: Ward) -> None:
    ward.at("10:05")
    new = renumbered(ward)
    old_row, new_row = ward.messages(f"D:{ward.id}:")
    assert (old_row.state, new_row.state) == ("cancelled", "queued")
    assert (new_row.contact_id, new_row.not_after) == (new, local("13:00"))
    assert new_row.dedupe_key == f"{old_row.dedupe_key}~2"


def test_a_new_number_doubles_nothing_that_left(ward: Ward) -> None:
    ward.at("10:05")
    with ward.runtime.writing() as session:
        for message in session.scalars(select(Message)):
            message.state = "accepted"
    renumbered(ward)
    assert len(ward.messages(f"D:{ward.id}:")) == 1


def test_two_new_numbers_running_leave_one_text(ward: Ward) -> None:
    ward.at("10:05")
    renumbered(ward)
    last = renumbered(ward, "+8613800138556")
    ward.replan()
    (text,) = (m for m in ward.messages(f"D:{ward.id}:") if m.state == "queued")
    assert text.contact_id == last


def test_F19_another_zone_moves_what_is_to_come_and_repeats_nothing(ward: Ward) -> None:
    ward.at("10:05")
    with ward.runtime.writing() as session:
        ward.me(session).time_zone = "Asia/Kathmandu"  # 2:15 behind
    ward.replan()
    ward.at("13:00")
    assert ward.keys(f"D:{ward.id}:") == ["2026-03-12:10:05"]
    ward.at("15:15")
    assert ward.keys(f"D:{ward.id}:") == ["2026-03-12:10:05", "2026-03-12:13:00"]


def test_a_zone_further_east_loses_no_reminder(ward: Ward) -> None:
    ward.at("09:10")
    with ward.runtime.writing() as session:
        ward.me(session).time_zone = "Asia/Tokyo"
    ward.clock.set(local("09:30"))  # 10:30 there: the minute has passed
    ward.replan()
    assert ward.keys(f"D:{ward.id}:", "queued") == ["2026-03-12:10:05"]


def test_a_discharge_entered_late_asks_from_now_on(ward: Ward) -> None:
    with ward.runtime.writing() as session:
        late = enrolled(
            session,
            ward.cast,
            "DS-009",
            d0=TODAY - timedelta(days=7),
            home_since=None,
            number="13800138009",
        )
        who = late.id
    ward.at("11:00")
    with ward.runtime.writing() as session:
        mine = session.get_one(Participant, who)
        study, now = ward.cast.study, ward.runtime.now()
        stays.discharge(Case(session, study, mine, now), on=TODAY, actor=OPERATOR)
    ward.at("13:00")
    assert ward.keys(f"D:{who}:") == ["2026-03-12:13:00"]


def test_next_door_keeps_its_own(ward: Ward) -> None:
    ward.report()
    ward.at("10:05")
    with ward.runtime.reading() as session:
        other = session.scalars(select(Participant).filter_by(code="DS-900")).one()
    assert [m.participant_id for m in ward.messages("D:")] == [other.id]


def test_a_snapshot_knows_the_reports_of_each_by_itself(ward: Ward) -> None:
    ward.report("partial")
    with ward.runtime.reading() as session:
        everybody = session.scalars(select(Participant).order_by(Participant.id)).all()
        found = snapshots(
            session,
            ward.cast.study_of,
            everybody,
            since=ward.clock(),
            now=ward.clock(),
        )
    mine, other = (found[one.id] for one in everybody)
    assert (mine.days[TODAY].heard, mine.days[TODAY].complete) == (True, False)
    assert other.days == {}
    assert mine.d0 == D0
