"""A silent participant in the first weeks: called, paged about, raised to the doctor."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.alerting import ladder
from portal.alerting.answers import answering, closing
from portal.alerting.answers.closing import Closing
from portal.alerting.tasks import tasks
from portal.db.tables.alerts import Alert, AlertEvent, AlertFinding
from portal.db.tables.diary import Entry
from portal.db.tables.outbox import Message
from portal.db.tables.people import Participant
from portal.diary import unread_words
from portal.people.case import Case
from portal.protocol.study.tiers import Tier
from portal.runtime import Runtime
from tests.support.cast import URGENT, enrolled
from tests.support.clock import Clock
from tests.support.ward import CALM, TODAY, Ward, local, ward_of

FEVERISH = {**CALM, "temp": {"value": "38.2", "unit": "C"}}
PAINKILLER = {**CALM, "antipyr": "for_other"}


@pytest.fixture
def ward(runtime: Runtime, clock: Clock) -> Ward:
    ward = ward_of(runtime, clock)
    ward.at("09:00")
    return ward


def alerts_of(ward: Ward) -> list[Alert]:
    query = select(Alert).where(Alert.participant_id == ward.id)
    with ward.runtime.reading() as session:
        return list(session.scalars(query.order_by(Alert.id)))


def findings(ward: Ward) -> list[tuple[str, dict[str, object]]]:
    theirs = {alert.id for alert in alerts_of(ward)}
    with ward.runtime.reading() as session:
        return [
            (one.rule, one.facts)
            for one in session.scalars(select(AlertFinding))
            if one.alert_id in theirs
        ]


def paged(ward: Ward, prefix: str) -> set[int | None]:
    """Who was paged under keys that begin so."""
    return {message.staff_id for message in ward.messages(prefix)}


def finish(ward: Ward, outcome: str = "Phoned; well.") -> None:
    (task,) = (one for one in ward.tasks("missing_diary") if one.state == "open")
    with ward.runtime.writing() as session:
        coordinator = ward.cast.here["coordinator"]
        tasks.finish_task(session, task.id, coordinator, outcome, now=ward.clock())


def through_the_day(ward: Ward, until: str = "23:00", day: date = TODAY) -> None:
    """Every hour; an engine looks more often, and finds no more."""
    for hour in range(9, 24):
        clock = f"{hour:02}:00"
        if clock <= until:
            ward.at(clock, day)


def test_a_silent_day_is_a_call_at_15_00_to_be_made_by_16_00(ward: Ward) -> None:
    through_the_day(ward, "14:45")
    assert ward.tasks("missing_diary") == []
    ward.at("15:00")
    (task,) = ward.tasks("missing_diary")
    assert task.due_at == local("16:00")
    assert (task.tier, task.owner_role) == ("same_day", "coordinator")
    assert task.detail["en"].startswith("No diary: phone the participant twice")
    assert alerts_of(ward) == []


def test_a_call_still_open_at_16_00_pages_the_nurse_once(ward: Ward) -> None:
    through_the_day(ward, "17:45")
    with ward.runtime.writing() as session:
        tasks.page_overdue(session, ward.cast.study_of, now=ward.clock())
    (task,) = ward.tasks("missing_diary")
    (page,) = ward.messages(f"T:{task.id}:")
    assert page.staff_id == ward.cast.here["nurse"].id
    assert page.variables == {"code": "DS-007"}
    assert alerts_of(ward) == []


def test_at_18_00_an_urgent_alert_pages_the_doctor_at_once(ward: Ward) -> None:
    through_the_day(ward, "18:00")
    (alert,) = alerts_of(ward)
    assert (alert.tier, alert.state) == ("urgent", "open")
    assert findings(ward) == [("T26", {"missing_on": "2026-03-12", "phase": "W1"})]
    here = ward.cast.here
    assert paged(ward, f"A:{alert.id}:") == {here["nurse"].id, here["doctor"].id}
    (task,) = ward.tasks("missing_diary")
    assert task.detail["alert"] == alert.code


def test_the_alert_of_a_silent_day_climbs_until_somebody_answers(ward: Ward) -> None:
    through_the_day(ward, "18:00")
    ward.clock.set(local("18:31"))
    with ward.runtime.writing() as session:
        ladder.escalate_due(session, ward.cast.study_of, now=ward.clock())
    (alert,) = alerts_of(ward)
    assert ward.cast.here["investigator"].id in paged(ward, f"A:{alert.id}:")


def test_a_silent_day_is_one_task_and_one_alert_however_often_one_looks(
    ward: Ward,
) -> None:
    through_the_day(ward)
    through_the_day(ward)
    assert len(ward.tasks("missing_diary")) == 1
    assert len(alerts_of(ward)) == 1


def test_a_diary_ends_the_call_and_what_would_follow(ward: Ward) -> None:
    through_the_day(ward, "15:30")
    ward.report()
    (task,) = ward.tasks("missing_diary")
    assert (task.state, task.outcome) == ("done", "The diary came.")
    through_the_day(ward)
    assert ward.messages(f"T:{task.id}:") == []
    assert alerts_of(ward) == []


def test_a_diary_left_unfinished_ends_the_call_and_not_the_reminders(
    ward: Ward,
) -> None:
    ward.at("10:30")
    ward.report("partial")
    through_the_day(ward)
    assert ward.tasks("missing_diary") == []
    assert "2026-03-12:13:00" in ward.keys(f"D:{ward.id}:")


def test_a_red_flag_screen_alone_is_still_silence(ward: Ward) -> None:
    ward.report("red_flags", {"emerg": []})
    through_the_day(ward)
    assert len(alerts_of(ward)) == 1


def test_a_call_that_was_made_ends_the_chain(ward: Ward) -> None:
    through_the_day(ward, "15:15")
    finish(ward)
    through_the_day(ward)
    assert alerts_of(ward) == []


def test_who_has_an_alert_already_is_not_paged_about_a_second_time(
    ward: Ward,
) -> None:
    with ward.runtime.writing() as session:
        alert = answering.open_from(
            Case(session, ward.cast.study, ward.me(session), ward.clock()),
            URGENT,
            entry_version_id=None,
        )
        nurse = ward.cast.here["nurse"]
        answering.acknowledge(session, alert.id, nurse, source="page", now=ward.clock())
    pages = len(ward.messages(f"A:{alert.id}:"))
    through_the_day(ward)
    (mine,) = alerts_of(ward)
    assert (mine.state, len(ward.messages(f"A:{mine.id}:"))) == ("acked", pages)
    assert [rule for rule, _facts in findings(ward)] == ["T10"]
    (task,) = ward.tasks("missing_diary")
    assert task.detail["alert"] == mine.code
    with ward.runtime.reading() as session:
        kinds = session.scalars(select(AlertEvent.kind)).all()
    assert "diary_missing" in kinds


def test_a_closed_alert_is_not_opened_again_for_the_same_day(ward: Ward) -> None:
    ward.at("09:30")
    ward.report(answers=FEVERISH)  # today; tomorrow's call comes early
    tomorrow = TODAY + timedelta(days=1)
    (first,) = alerts_of(ward)
    ending = Closing("spoke", "Spoke.", adverse_event=False)
    with ward.runtime.writing() as session:
        closing.close(
            session, first.id, ward.cast.here["nurse"], ending, now=ward.clock()
        )
    through_the_day(ward, "14:15", tomorrow)
    (_, second) = alerts_of(ward)
    with ward.runtime.writing() as session:
        closing.close(
            session, second.id, ward.cast.here["nurse"], ending, now=ward.clock()
        )
    through_the_day(ward, day=tomorrow)
    assert len(alerts_of(ward)) == 2


@pytest.mark.parametrize("answers", [FEVERISH, PAINKILLER])
def test_after_fever_or_a_fever_medicine_the_call_comes_at_11_00(
    ward: Ward, answers: dict[str, object]
) -> None:
    ward.report(answers=answers)
    tomorrow = TODAY + timedelta(days=1)
    through_the_day(ward, "10:45", tomorrow)
    assert ward.tasks("missing_diary") == []
    ward.at("11:00", tomorrow)
    (task,) = ward.tasks("missing_diary")
    assert task.due_at == local("12:00", tomorrow)


def test_after_a_calm_report_the_call_comes_at_15_00(ward: Ward) -> None:
    ward.report()
    tomorrow = TODAY + timedelta(days=1)
    through_the_day(ward, "14:45", tomorrow)
    assert ward.tasks("missing_diary") == []


def test_an_engine_that_slept_through_the_day_still_raises_it(ward: Ward) -> None:
    ward.at("09:00", TODAY + timedelta(days=1))
    (task,) = ward.tasks("missing_diary")
    (alert,) = alerts_of(ward)
    assert (task.detail["day"], alert.state) == ("2026-03-12", "open")


def test_three_silent_days_that_nobody_watched_are_one_alert(ward: Ward) -> None:
    ward.at("15:10", TODAY + timedelta(days=3))
    days = [task.detail["days"] for task in ward.tasks("missing_diary")]
    assert days == [["2026-03-14", "2026-03-15"]]
    assert len(alerts_of(ward)) == 1


def test_with_nobody_on_duty_the_catch_all_hears_of_it(
    runtime: Runtime, clock: Clock
) -> None:
    ward = ward_of(runtime, clock)
    ward.at("09:00")
    with runtime.writing() as session:
        for staff in ward.cast.here.staff.values():
            session.merge(staff).active = False
    through_the_day(ward, "18:00")
    (task,) = ward.tasks("missing_diary")
    (page,) = ward.messages(f"T:{task.id}:")
    assert page.dedupe_key == f"T:{task.id}:site{ward.cast.here.site.id}"
    (alert,) = alerts_of(ward)
    assert {m.staff_id for m in ward.messages(f"A:{alert.id}:")} == {None}


def in_w2(ward: Ward) -> tuple[int, date]:
    """Somebody on day 40, whose first look is today at nine."""
    with ward.runtime.writing() as session:
        person = enrolled(
            session,
            ward.cast,
            "DS-040",
            d0=TODAY - timedelta(days=40),
            home_since=TODAY - timedelta(days=31),
            number="13800138040",
        )
        return person.id, TODAY


def tasks_of(ward: Ward, participant_id: int) -> list[str]:
    other = Ward(ward.runtime, ward.clock, ward.cast, participant_id)
    return [task.detail["day"] for task in other.tasks("missing_diary")]


def test_in_w2_two_silent_days_are_one_call_and_the_doctors_on_the_next_morning(
    ward: Ward,
) -> None:
    who, day = in_w2(ward)
    other = Ward(ward.runtime, ward.clock, ward.cast, who)
    for ago in range(2):
        through_the_day(ward, day=day + timedelta(days=ago))
    assert alerts_of(other) == []
    for ago in range(2, 5):
        through_the_day(ward, day=day + timedelta(days=ago))
    assert tasks_of(ward, who) == ["2026-03-13"]  # it is open: one call is enough
    (alert,) = alerts_of(other)
    assert f"{alert.opened_at:%d %H:%M}" == "14 01:00"  # nine, at the site


def test_in_w2_a_call_that_was_made_is_due_again_after_two_more_days(
    ward: Ward,
) -> None:
    who, day = in_w2(ward)
    through_the_day(ward, day=day)
    through_the_day(ward, day=day + timedelta(days=1))
    other = Ward(ward.runtime, ward.clock, ward.cast, who)
    finish(other)
    through_the_day(ward, day=day + timedelta(days=2))
    assert tasks_of(ward, who) == ["2026-03-13"]
    through_the_day(ward, day=day + timedelta(days=3))
    assert tasks_of(ward, who) == ["2026-03-13", "2026-03-15"]


def test_in_hospital_nobody_is_asked_or_called(ward: Ward) -> None:
    with ward.runtime.writing() as session:
        person = enrolled(
            session,
            ward.cast,
            "DS-003",
            d0=TODAY - timedelta(days=3),
            home_since=None,
            number="13800138003",
        )
        who = person.id
    through_the_day(ward)
    other = Ward(ward.runtime, ward.clock, ward.cast, who)
    assert (other.messages(f"D:{who}:"), other.tasks("missing_diary")) == ([], [])


def test_silence_next_door_is_paged_next_door(ward: Ward) -> None:
    ward.report()
    through_the_day(ward)
    there = {staff.id for staff in ward.cast.there.staff.values()}
    with ward.runtime.reading() as session:
        query = select(Message.staff_id).where(Message.staff_id.is_not(None))
        assert set(session.scalars(query)) <= there
        other = session.scalars(select(Participant).filter_by(code="DS-900")).one()
        (alert,) = session.scalars(select(Alert)).all()
    assert (alert.participant_id, alert.tier) == (other.id, Tier.URGENT.value)


def test_yesterdays_diary_added_today_ends_yesterdays_call_and_not_todays(
    ward: Ward,
) -> None:
    tomorrow = TODAY + timedelta(days=1)
    through_the_day(ward, "15:00")
    through_the_day(ward, "15:00", tomorrow)
    with ward.runtime.writing() as session:
        entry = Entry(
            participant_id=ward.id,
            local_date=TODAY,
            reporter="self",
            created_at=ward.clock(),
        )
        session.add(entry)
        session.flush()
        entry_id = entry.id
    ward.report(entry_id=entry_id)
    states = [(t.detail["days"], t.state) for t in ward.tasks("missing_diary")]
    assert states == [(["2026-03-13"], "open")]


def words(ward: Ward, note: str = "好的谢谢", **more: object) -> int:
    """A text by its entry: words, and what it says beside them."""
    return ward.report("partial", {"note": note, **more}, uuid=f"text-{ward.clock()}")


@pytest.mark.parametrize(
    "note", ["好的谢谢", "明天几点复诊？", "没有发烧", "屋里的灯一直在眨"]
)
def test_words_alone_leave_the_call_and_the_doctor_as_they_are(
    ward: Ward, note: str
) -> None:
    ward.at("11:00")
    words(ward, note)
    through_the_day(ward, "15:00")
    (task,) = ward.tasks("missing_diary")
    words(ward, note)
    through_the_day(ward, "18:00")
    (task,) = ward.tasks("missing_diary")
    assert task.state == "open"
    (_alert,) = alerts_of(ward)
    assert [rule for rule, _facts in findings(ward)] == ["T26"]


def test_a_caregivers_words_leave_them_too(ward: Ward) -> None:
    through_the_day(ward, "15:00")
    note = {"note": "He says that the lamp blinks all day"}
    ward.report("partial", note, reporter="caregiver")
    through_the_day(ward, "18:00")
    assert len(alerts_of(ward)) == 1


def test_a_temperature_sent_by_text_ends_the_call(ward: Ward) -> None:
    through_the_day(ward, "15:00")
    words(ward, "36.6", temp={"value": "36.6", "unit": "C"})
    (task,) = ward.tasks("missing_diary")
    assert (task.state, task.outcome) == ("done", "The diary came.")
    through_the_day(ward)
    assert alerts_of(ward) == []


@pytest.mark.parametrize("note", ["今天有点咳嗽", "刚量了36.5"])
def test_words_in_which_something_of_today_is_understood_end_the_call(
    ward: Ward, note: str
) -> None:
    through_the_day(ward, "15:00")
    words(ward, note)
    assert [task.state for task in ward.tasks("missing_diary")] == ["done"]


@pytest.mark.parametrize(
    ("note", "tier"),
    [
        ("他一直不醒", "emergency"),
        ("My husband does not wake up", "emergency"),
        ("她不接电话，敲门没人应", "urgent"),
        ("He is still in bed, I cannot get him up", "urgent"),
    ],
)
def test_a_caregiver_who_cannot_wake_or_reach_them_is_an_alert_and_no_call(
    ward: Ward, note: str, tier: str
) -> None:
    through_the_day(ward, "15:00")
    ward.report("partial", {"note": note}, reporter="caregiver")
    (alert,) = alerts_of(ward)
    assert alert.tier == tier
    assert [task.state for task in ward.tasks("missing_diary")] == ["done"]


def test_words_that_raised_an_alert_end_the_call(ward: Ward) -> None:
    through_the_day(ward, "15:00")
    words(ward, "昨晚抽搐了")
    assert [task.state for task in ward.tasks("missing_diary")] == ["done"]
    through_the_day(ward)
    (alert,) = alerts_of(ward)
    assert (alert.tier, len(ward.tasks("missing_diary"))) == ("emergency", 1)


@pytest.mark.parametrize("answers", [{}, {"emerg": []}, {"note": "好", "emerg": []}])
@pytest.mark.parametrize("kind", ["partial", "complete"])
def test_an_entry_that_answers_nothing_is_still_silence(
    ward: Ward, kind: str, answers: dict[str, object]
) -> None:
    through_the_day(ward, "15:00")
    ward.report(kind, answers)
    through_the_day(ward, "18:00")
    assert len(alerts_of(ward)) == 1


def test_a_correction_of_an_older_day_ends_nothing_and_one_of_today_does(
    ward: Ward,
) -> None:
    old = words(ward, "昨天的话")
    tomorrow = TODAY + timedelta(days=1)
    through_the_day(ward, "15:00")
    through_the_day(ward, "15:00", tomorrow)
    ward.report("correction", CALM, entry_id=old)
    states = [(t.detail["days"], t.state) for t in ward.tasks("missing_diary")]
    assert states == [(["2026-03-12", "2026-03-13"], "open")]
    today = words(ward, "今天的话")
    ward.clock.advance(minutes=1)
    ward.report("correction", CALM, entry_id=today)
    assert {task.state for task in ward.tasks("missing_diary")} == {"done"}


def read_by_the_nurse(ward: Ward, *, heard_from: bool) -> None:
    (task,) = (one for one in ward.tasks("words_to_read") if one.state == "open")
    with ward.runtime.writing() as session:
        nurse, now = ward.cast.here["nurse"], ward.clock()
        said = {"heard_from": heard_from, "now": now}
        unread_words.finish_reading(session, task.id, nurse, "Read.", **said)


@pytest.mark.parametrize(("heard_from", "alarmed"), [(True, 0), (False, 1)])
def test_the_nurse_who_read_the_words_may_say_that_they_were_heard_from(
    ward: Ward, heard_from: bool, alarmed: int
) -> None:
    ward.report("partial", {"note": "今天有点忙，晚上再填"})
    through_the_day(ward, "15:00")
    read_by_the_nurse(ward, heard_from=heard_from)
    state = "done" if heard_from else "open"
    assert [task.state for task in ward.tasks("missing_diary")] == [state]
    through_the_day(ward, "18:00")
    assert len(alerts_of(ward)) == alarmed


def test_who_was_heard_from_in_the_morning_is_not_phoned_that_day_but_the_next(
    ward: Ward,
) -> None:
    ward.report("partial", {"note": "今天有点忙，晚上再填"})
    read_by_the_nurse(ward, heard_from=True)
    through_the_day(ward)
    assert ward.tasks("missing_diary") == []
    through_the_day(ward, "15:00", TODAY + timedelta(days=1))
    assert len(ward.tasks("missing_diary")) == 1


def test_a_courtesy_after_a_fever_does_not_put_tomorrows_call_off(ward: Ward) -> None:
    ward.report(answers=PAINKILLER)
    ward.at("09:30")
    words(ward)
    tomorrow = TODAY + timedelta(days=1)
    through_the_day(ward, "11:00", tomorrow)
    assert len(ward.tasks("missing_diary")) == 1


@pytest.mark.parametrize(("entries", "asked"), [(0, False), (1, True), (2, False)])
def test_only_who_wrote_one_entry_is_asked_for_another(
    ward: Ward, entries: int, asked: bool
) -> None:
    for hour in range(entries):
        ward.at(f"1{hour}:30")
        ward.report()
    through_the_day(ward, "20:00")
    assert (f"{TODAY}:evening" in ward.keys(f"D:{ward.id}:")) is asked
