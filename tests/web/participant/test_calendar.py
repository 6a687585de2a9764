"""The participant's calendar, yesterday's diary, and corrections, without JavaScript."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.db.tables.alerts import Alert
from portal.db.tables.diary import CorrectionRequest, Entry, EntryVersion, Visit
from portal.db.tables.people import Participant
from portal.enrolment import day_zero
from portal.enrolment.day_zero import SignedDay
from portal.people import timeline
from portal.people.case import Case
from portal.runtime import Runtime
from portal.visits import appointments
from portal.visits.appointments import VisitForm
from tests.support import arrivals
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock
from tests.support.web import Visitor

ENTRY = re.compile(r'name="entry" value="([^"]+)"')
ASKED = re.compile('name="asked" value="([^"]+)"')
VERSION = re.compile(r'name="version" value="([^"]+)"')


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def person_id(runtime: Runtime, people: Cast) -> int:
    with runtime.writing() as session:
        enrolled(session, people, "NO-1", house=people.there, number="13800138900")
        return enrolled(session, people).id


@pytest.fixture
def person(app: Flask, runtime: Runtime, person_id: int) -> Visitor:
    return arrivals.person_visitor(app, runtime, person_id)


@pytest.fixture
def caregiver(app: Flask, runtime: Runtime, people: Cast, person_id: int) -> Visitor:
    helper = arrivals.caregiver(runtime, people, person_id)
    return arrivals.person_visitor(app, runtime, person_id, helper.id)


def act(runtime: Runtime, people: Cast, person_id: int, name: str, **more: Any) -> None:
    with runtime.writing() as session:
        row = session.get_one(Participant, person_id)
        visit = session.scalars(
            select(Visit).filter_by(participant_id=person_id, code="D14")
        ).one()
        case = Case(session, people.study, row, runtime.now())
        form = VisitForm(case, people.here["coordinator"], "D14", visit.version)
        getattr(appointments, name)(form, **more)


def english(visitor: Visitor, runtime: Runtime, person_id: int) -> None:
    with runtime.writing() as session:
        session.get_one(Participant, person_id).language = "en"


def all_of(runtime: Runtime, table: Any) -> list[Any]:
    with runtime.reading() as session:
        return list(session.scalars(select(table)))


def test_the_calendar_writes_days_as_people_do(person: Visitor) -> None:
    page = person.get("/calendar")
    assert "2026年3月15日 星期日" in page.text  # D14
    assert "2026年3月29日 星期日" in page.text  # D28
    assert "2028年3月1日 星期三" in page.text  # M24
    assert "2026年3月29日前（含当天）请留在离医院2小时路程以内。" in page.text
    assert "2026年9月1日前请继续避孕" in page.text


def test_the_calendar_speaks_english(
    person: Visitor, runtime: Runtime, person_id: int
) -> None:
    english(person, runtime, person_id)
    page = person.get("/calendar")
    assert "Sunday 15 March 2026" in page.text
    assert "in 3 days" in page.text
    assert "Until 29 March 2026 (that day included)" in page.text


def test_windows_are_shown_only_where_the_investigator_confirmed_them(
    person: Visitor,
) -> None:
    assert "3月13日" not in person.get("/calendar").text  # D14's window opens


def test_a_booked_visit_shows_its_hour_and_what_to_bring(
    person: Visitor, runtime: Runtime, people: Cast, person_id: int
) -> None:
    at = datetime(2026, 3, 16, 1, 30, tzinfo=UTC)
    act(runtime, people, person_id, "book", at=at)
    page = person.get("/calendar").text
    assert "2026年3月16日 星期一 09:30" in page
    assert "2026年3月15日" not in page
    assert "请带：身份证或医保卡" in page
    assert "示范医院" in page
    assert "3月16日 星期一 09:30" in person.get("/today").text


def test_today_says_for_two_weeks_that_the_day_of_the_infusion_was_changed(
    person: Visitor, runtime: Runtime, people: Cast, clock: Clock
) -> None:
    said = "您的起始日期改了"
    assert said not in person.get("/today").text
    signed = SignedDay(
        date(2026, 3, 5), people.here["investigator"].id, "typed wrongly"
    )
    with runtime.writing() as session:
        studies, now = runtime.studies(session), runtime.now()
        day_zero.change(session, studies, "DS-007", signed, now=now)
    page = person.get("/today").text
    assert said in page
    assert "3月19日" in page  # the visit of day 14
    clock.advance(days=15)
    assert said not in person.get("/today").text


def test_a_past_visit_says_what_became_of_it(
    person: Visitor, runtime: Runtime, people: Cast, person_id: int, clock: Clock
) -> None:
    clock.set(datetime(2026, 3, 16, 1, tzinfo=UTC))
    act(runtime, people, person_id, "attend", on=date(2026, 3, 16))
    page = arrivals.person_visitor(person.application, runtime, person_id)
    shown = page.get("/calendar").text
    past = shown[shown.index("过去的复诊") :]
    assert "已到访" in past
    assert "2026年3月16日 星期一" in past


def test_what_has_ended_is_said_no_more(
    app: Flask, runtime: Runtime, person_id: int, clock: Clock
) -> None:
    for day, said in ((29, True), (30, False)):
        clock.set(datetime(2026, 3, day, 1, tzinfo=UTC))
        visitor = arrivals.person_visitor(app, runtime, person_id)
        assert ("请留在离医院" in visitor.get("/calendar").text) == said


def test_today_leads_to_the_calendar(person: Visitor) -> None:
    assert person.get("/today").text.count('href="/calendar"') == 2  # card and tabs


def late_diary(visitor: Visitor, day: str, **fields: Any) -> Any:
    page = visitor.get(f"/diary?day={day}")
    entry = ENTRY.search(page.text)
    assert entry
    data = {"entry": entry[1], "reporter": "self", "day": day, **fields}
    return visitor.submit(f"/diary?day={day}", data, to="/diary")


@pytest.mark.smoke
def test_a_missing_diary_of_yesterday_is_offered_and_kept_for_its_day(
    app: Flask, runtime: Runtime, person_id: int, clock: Clock
) -> None:
    clock.advance(days=1)
    person = arrivals.person_visitor(app, runtime, person_id)
    today = person.get("/today").text
    assert "昨天的日记还没有填写，现在仍可以补填。" in today
    assert 'href="/diary?day=2026-03-12"' in today
    assert "您正在补填3月12日 星期四的日记" in person.get("/diary?day=2026-03-12").text
    late_diary(person, "2026-03-12", none="1")
    [entry] = all_of(runtime, Entry)
    assert entry.local_date == date(2026, 3, 12)
    [version] = all_of(runtime, EntryVersion)
    assert version.stated_at == datetime(2026, 3, 12, 4, tzinfo=UTC)
    assert version.received_at == clock.at
    assert "补填，3月13日 09:00收到。" in person.get("/history").text


def test_a_red_flag_in_yesterdays_diary_pages_now(
    app: Flask, runtime: Runtime, person_id: int, clock: Clock
) -> None:
    clock.advance(days=1)
    person = arrivals.person_visitor(app, runtime, person_id)
    late_diary(person, "2026-03-12", emerg="seizure", send="1")
    assert [alert.tier for alert in all_of(runtime, Alert)] == ["emergency"]


@pytest.mark.parametrize("day", ["2026-03-09", "2026-03-12", "2027-01-01", "no day"])
def test_a_day_that_cannot_be_added_counts_as_today(
    person: Visitor, runtime: Runtime, day: str
) -> None:
    late_diary(person, day, none="1")
    [entry] = all_of(runtime, Entry)
    assert entry.local_date == date(2026, 3, 12)


def test_yesterday_is_not_missed_by_who_was_enrolled_today(person: Visitor) -> None:
    assert "昨天的日记" not in person.get("/today").text


def report(visitor: Visitor, reporter: str = "self") -> int:
    """A diary of one screen and a temperature; the number of its entry."""
    page = visitor.get("/diary")
    entry = ENTRY.search(page.text)
    assert entry
    fields = {"entry": entry[1], "reporter": reporter, "none": "1"}
    screen = visitor.submit("/diary", fields).headers["Location"]
    screen = visitor.submit(screen, {"none": "1"}).headers["Location"]
    visitor.submit(screen, {"temp": "36.6", "temp_unit": "C", "go": "1"})
    return int(re.findall(r"/history/(\d+)", visitor.get("/history").text)[0])


def finish_drafts(runtime: Runtime, people: Cast, clock: Clock) -> None:
    from portal.diary.writing import unfinished

    clock.advance(minutes=11)
    with runtime.writing() as session:
        unfinished.finish_left_drafts(session, people.study_of, now=runtime.now())


def correction(visitor: Visitor, entry: int, **fields: Any) -> Any:
    page = visitor.get(f"/history/{entry}/correct")
    version = VERSION.search(page.text)
    assert version, page.text
    sent = {"version": version[1], "shown": "1", "temp_unit": "C", **fields}
    return visitor.submit(f"/history/{entry}/correct", sent)


@pytest.mark.smoke
def test_who_reported_corrects_at_once_and_reads_the_advice(
    person: Visitor, runtime: Runtime, people: Cast, clock: Clock
) -> None:
    entry = report(person)
    finish_drafts(runtime, people, clock)
    answer = correction(person, entry, temp="38.6", reason="输错了")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/diary/sent/")
    assert [alert.tier for alert in all_of(runtime, Alert)] == ["urgent"]
    shown = person.get(f"/history/{entry}").text
    assert "36.6℃" in shown
    assert "38.6℃" in shown
    assert "输错了" in shown


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"temp": "36.9"}, "请写明为什么更正"),
        ({"temp": "36.6", "reason": "x"}, "没有改动任何内容"),
        ({"temp": "hot", "reason": "x"}, "hot"),
    ],
)
def test_a_correction_that_cannot_be_taken_says_what_to_do(
    person: Visitor,
    runtime: Runtime,
    people: Cast,
    clock: Clock,
    fields: dict[str, str],
    sentence: str,
) -> None:
    entry = report(person)
    finish_drafts(runtime, people, clock)
    before = len(all_of(runtime, EntryVersion))
    answer = correction(person, entry, **fields)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert len(all_of(runtime, EntryVersion)) == before


def test_every_doubtful_temperature_is_asked_about_and_typed_again_is_taken(
    person: Visitor, runtime: Runtime, people: Cast, clock: Clock
) -> None:
    entry = report(person)
    finish_drafts(runtime, people, clock)
    asked: list[str] = []
    for typed in ("hot", "384", "99.6"):
        said = {"temp": typed, "reason": "x", "asked": asked}
        answer = correction(person, entry, **said)
        assert answer.status_code == 400, typed
        assert all_of(runtime, Alert) == []
        asked = ASKED.findall(answer.text)
    for typed in ("99.6", "384"):
        said = {"temp": typed, "reason": "x", "asked": f"temp {typed} C"}
        assert correction(person, entry, **said).status_code == 303
    assert asked == ["temp 99.6 C"]
    assert [alert.tier for alert in all_of(runtime, Alert)] == ["urgent"]  # T18


def test_the_other_persons_entry_waits_for_the_investigator(
    person: Visitor, caregiver: Visitor, runtime: Runtime, people: Cast, clock: Clock
) -> None:
    entry = report(caregiver, reporter="caregiver")
    finish_drafts(runtime, people, clock)
    visitor = arrivals.person_visitor(
        person.application, runtime, all_of(runtime, Entry)[0].participant_id
    )
    assert "由研究医生查看" in visitor.get(f"/history/{entry}/correct").text
    answer = correction(visitor, entry, temp="37.0", reason="我看的是37.0")
    assert answer.headers["Location"] == f"/history/{entry}"
    [request] = all_of(runtime, CorrectionRequest)
    assert (request.state, request.reason) == ("waiting", "我看的是37.0")
    with runtime.reading() as session:
        said = timeline.merged(timeline.versions_of(session, entry))
    assert said["temp"]["value"] == "36.6"
    assert "正在等研究医生查看" in visitor.get(f"/history/{entry}").text
