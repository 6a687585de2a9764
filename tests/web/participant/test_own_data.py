"""Records: the curve, the grid of symptoms, and the files that a person may keep."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.audit import Actor
from portal.db.tables.audit import Audit
from portal.db.tables.people import Participant
from portal.diary import corrections, entries
from portal.diary.corrections import Correction
from portal.diary.entries import Submission
from portal.people.case import Case
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import START
from tests.support.web import Visitor

SENT = START - timedelta(hours=3)
WELL: dict[str, Any] = {"emerg": [], "temp": {"value": "36.6", "unit": "C"}}


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def person_id(runtime: Runtime, people: Cast) -> int:
    with runtime.writing() as session:
        other = enrolled(session, people, "NO-1", number="13800138900").id
        found = enrolled(session, people).id
    report(runtime, people, other, 1, {**WELL, "note": "somebody else's"})
    return found


@pytest.fixture
def person(app: Flask, runtime: Runtime, person_id: int) -> Visitor:
    return arrivals.person_visitor(app, runtime, person_id)


def report(
    runtime: Runtime,
    people: Cast,
    number: int,
    uuid: int,
    said: dict[str, Any],
    *,
    day: int = 0,
) -> int:
    me = Actor("participant", str(number))
    sent = SENT + timedelta(days=day)
    submission = Submission(
        str(UUID(int=uuid)),
        "complete",
        said,
        "self",
        "zh",
        me,
        stated_at=sent - timedelta(minutes=20),
        phone_at=sent + timedelta(seconds=90),
        phone_zone="Asia/Shanghai",
    )
    with runtime.writing() as session:
        row = session.get_one(Participant, number)
        receipt = entries.submit(Case(session, people.study, row, sent), submission)
    return receipt.entry_id


def correct(runtime: Runtime, people: Cast, number: int, entry: int) -> None:
    me = Actor("participant", str(number))
    change = Correction(entry, str(UUID(int=9)), {"headache": 2}, "=1+1", me, "zh")
    with runtime.writing() as session:
        row = session.get_one(Participant, number)
        corrections.correct(Case(session, people.study, row, START), change)


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_the_records_show_the_symptoms_of_each_day_in_words_too(
    person: Visitor, runtime: Runtime, people: Cast, person_id: int
) -> None:
    report(runtime, people, person_id, 2, {**WELL, "headache": 2, "tremor": 0})
    page = person.get("/history").text
    assert '<th scope="row">头痛</th>' in page
    assert "中" in page.split('<th scope="row">头痛</th>')[1][:200]
    assert '<th scope="row">手抖</th>' not in page
    assert '<span class="sr">3月12日 星期四</span>' in page


def test_a_ticked_red_flag_is_drawn_and_named_as_an_emergency_and_never_as_mild(
    person: Visitor, runtime: Runtime, people: Cast, person_id: int
) -> None:
    report(runtime, people, person_id, 2, {**WELL, "emerg": ["chest_pain"]})
    row = person.get("/history").text.split("现在有下面的情况吗？（可多选）</th>")[1]
    cell = row.split("</td>")[0]
    assert '<span class="s4" aria-hidden="true">!</span>' in cell
    assert '<span class="sr">危险症状：胸痛</span>' in cell
    assert "▂" not in cell


def test_a_sign_without_levels_is_drawn_as_there_and_never_as_mild(
    person: Visitor, runtime: Runtime, people: Cast, person_id: int
) -> None:
    report(runtime, people, person_id, 2, {**WELL, "jaundice": "yes", "chills": 2})
    page = person.get("/history").text
    jaundice = page.split("皮肤或眼睛发黄？</th>")[1].split("</td>")[0]
    assert '<span class="s5" aria-hidden="true">●</span>' in jaundice
    assert '<span class="sr">有</span>' in jaundice
    chills = page.split("发冷或寒战（发抖）</th>")[1].split("</td>")[0]
    assert '<span class="s3" aria-hidden="true">█</span>' in chills  # 2 is its highest


def test_an_answered_red_flag_screen_with_no_sign_is_no_emergency(
    person: Visitor, runtime: Runtime, people: Cast, person_id: int
) -> None:
    report(runtime, people, person_id, 2, {**WELL, "emerg": ["fainted"]})
    report(runtime, people, person_id, 3, WELL, day=1)
    page = person.get("/history").text
    row = page.split("现在有下面的情况吗？（可多选）</th>")[1].split("</tr>")[0]
    assert row.count('class="s4"') == 1
    assert '<span class="sr">都没有</span>' in row


def test_the_newest_day_comes_first_among_the_symptoms(
    person: Visitor, runtime: Runtime, people: Cast, person_id: int
) -> None:
    report(runtime, people, person_id, 2, {**WELL, "headache": 2})
    report(runtime, people, person_id, 3, {**WELL, "headache": 1}, day=1)
    page = person.get("/history").text
    assert "每日症状（最近的在前）" in page
    head = page.split('<table class="grid">')[1].split("</thead>")[0]
    assert head.index("3月13日 星期五") < head.index("3月12日 星期四")


def test_the_curve_marks_the_days_with_fever_medicine(
    person: Visitor, runtime: Runtime, people: Cast, person_id: int
) -> None:
    report(runtime, people, person_id, 2, WELL)
    assert 'class="wedge"' not in person.get("/history").text
    report(runtime, people, person_id, 3, {**WELL, "antipyr": "for_other"})
    page = person.get("/history").text
    assert page.count('class="wedge"') == 1
    assert "吃过退烧药或止痛药" in page


@pytest.mark.smoke
def test_the_table_to_keep_has_every_version_with_its_four_times(
    person: Visitor, runtime: Runtime, people: Cast, person_id: int
) -> None:
    entry = report(runtime, people, person_id, 2, {**WELL, "note": "=cmd|'x'!A1"})
    correct(runtime, people, person_id, entry)
    answer = person.get("/history/data.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    disposition = answer.headers["Content-Disposition"]
    assert disposition == 'attachment; filename="DS-007.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    first, second = table(answer.text)
    assert first["日期"] == "2026-03-12"
    assert first["收到时间"] == "2026-03-12T06:00:00+08:00"
    assert first["所指时间"] == "2026-03-12T05:40:00+08:00"
    assert first["手机时间"] == "2026-03-12T06:01:30+08:00"
    assert (first["手机时区"], first["手机时钟偏差（秒）"]) == ("Asia/Shanghai", "90")
    assert first["现在的体温"] == "36.6℃"
    assert first["还有什么想告诉我们？"] == "'=cmd|'x'!A1"  # text, no formula
    assert (second["版本"], second["类型"]) == ("2", "correction")
    assert second["更正原因"] == "'=1+1"
    assert "中" in second["头痛"]
    assert "somebody else" not in answer.text


def test_the_file_for_programs_holds_the_answers_as_they_were_sent(
    person: Visitor, runtime: Runtime, people: Cast, person_id: int
) -> None:
    entry = report(runtime, people, person_id, 2, WELL)
    correct(runtime, people, person_id, entry)
    answer = person.get("/history/data.json")
    data = json.loads(answer.text)
    assert (data["code"], data["infusion"]) == ("DS-007", "2026-03-01")
    (kept,) = data["entries"]
    first, second = kept["versions"]
    assert first["answers"] == {**WELL, "reporter": "self"}
    assert second["answers"]["headache"] == 2
    assert datetime.fromisoformat(first["received"]) == SENT
    assert {"stated", "phone", "phone_zone", "offset_seconds"} <= set(second)
    assert data["visits"][0] == {
        "visit": "D14",
        "day": "2026-03-15",
        "state": "planned",
        "booked": None,
    }
    assert "tier" not in answer.text
    assert "somebody else" not in answer.text


@pytest.mark.smoke
def test_taking_a_copy_is_noted(
    person: Visitor, runtime: Runtime, person_id: int
) -> None:
    assert person.get("/history/data.csv").status_code == 200
    with runtime.reading() as session:
        row = session.scalars(select(Audit).filter_by(act="data.taken")).one()
    assert (row.subject_kind, row.subject_id) == ("participant", str(person_id))


def test_an_enrolled_phone_alone_takes_no_copy(
    app: Flask, runtime: Runtime, person_id: int
) -> None:
    phone = arrivals.phone_visitor(app, runtime, person_id)
    assert phone.get("/history/data.csv").headers["Location"] == "/sign-in"
