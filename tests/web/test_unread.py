"""What is told to who wrote something that nobody read yet, and what staff see of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from portal.db.tables.alerts import Task
from portal.db.tables.diary import EntryVersion
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import START, Clock
from tests.support.web import Visitor

DARK = "什么都不想说了，<b>随便吧</b>"
HEADERS = {"X-Portal": "1", "Sec-Fetch-Site": "same-origin"}
THANKS = "thank you"
BY_ELEVEN = "Somebody in your study team will read what you wrote by 11:00."
IF_ILL = "If you feel ill now, do not wait: phone 028"


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


def phone_of(app: Flask, runtime: Runtime, people: Cast, **more: Any) -> Visitor:
    with runtime.writing() as session:
        person_id = enrolled(session, people, **more).id
    phone = arrivals.phone_visitor(app, runtime, person_id)
    phone.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return phone


@pytest.fixture
def phone(app: Flask, runtime: Runtime, people: Cast) -> Visitor:
    return phone_of(app, runtime, people)


def diary(phone: Visitor, note: str, value: str = "36.6") -> Any:
    """A whole diary without JavaScript; the page that its last screen leads to."""
    begun = phone.submit("/diary", {"none": "1", "reporter": "self"})
    address = str(begun.headers["Location"])
    for _ in range(20):
        fields = {"go": "1", "note": note, "temp": value, "temp_unit": "C"}
        page = phone.get(address).text
        sent = phone.submit(
            address,
            {k: v for k, v in fields.items() if f'name="{k}"' in page or k == "go"},
        )
        address = str(sent.headers["Location"])
        if "/sent/" in address:
            return phone.get(address)
    raise AssertionError(address)


def words_task(runtime: Runtime) -> Task:
    with runtime.reading() as session:
        return session.scalars(select(Task).filter_by(kind="words_to_read")).one()


def in_order(page: str, *sentences: str) -> bool:
    places = [page.replace("\u2060", "").find(one) for one in sentences]
    return -1 not in places and places == sorted(places)


def test_the_receipt_says_what_to_do_if_ill_and_then_the_hour_instead_of_thanks(
    phone: Visitor,
) -> None:
    page = diary(phone, DARK).text
    assert in_order(page, "Received at 09:00.", IF_ILL, BY_ELEVEN)
    assert THANKS not in page
    assert 'href="tel:' in page


def test_a_diary_without_words_is_thanked_for(phone: Visitor) -> None:
    page = diary(phone, "").text
    assert THANKS in page
    assert "will read what you wrote" not in page


def test_beside_a_same_day_message_the_hour_stands_too(phone: Visitor) -> None:
    page = diary(phone, DARK, "37.7").text
    assert in_order(page, "the study nurse will look at it", IF_ILL, BY_ELEVEN)


def test_in_chinese_it_says_the_same(phone: Visitor) -> None:
    phone.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh-CN"
    page = diary(phone, DARK).text
    said = "如果您现在不舒服，不要等：请拨打028", "研究团队会有人在11:00前看您写的话。"
    assert in_order(page, "已收到", *said)
    assert "谢谢" not in page.split('class="advice')[1].split("</section>")[0]


def test_on_the_ward_it_says_to_ring_for_the_nurse(
    app: Flask, runtime: Runtime, people: Cast
) -> None:
    d0 = START.date() - timedelta(days=3)
    phone = phone_of(app, runtime, people, d0=d0, home_since=None)
    page = diary(phone, DARK).text
    advice = page.split('class="advice')[1].split("</section>")[0]
    assert in_order(advice, "do not wait: ring for the nurse.", BY_ELEVEN)
    assert "phone 028" not in advice


def test_in_the_evening_the_hour_has_its_day(phone: Visitor, clock: Clock) -> None:
    clock.set(START + timedelta(hours=10, minutes=30))
    assert "by 09:30 on 13 Mar." in diary(phone, DARK).text


@pytest.mark.smoke
def test_the_receipt_says_later_whether_somebody_read_it(
    app: Flask, phone: Visitor, runtime: Runtime, people: Cast, clock: Clock
) -> None:
    diary(phone, DARK)
    with runtime.reading() as session:
        newest = select(EntryVersion.id).order_by(EntryVersion.position.desc())
        address = f"/diary/sent/{session.scalars(newest).first()}"
    clock.advance(hours=2, minutes=1)
    late = phone.get(address).text
    assert "Nobody has read what you wrote yet. If it matters, please phone." in late
    nurse = arrivals.staff_visitor(app, runtime, people.here["nurse"])
    done = {"outcome": "Phoned her."}
    page = f"/staff/tasks/{words_task(runtime).id}"
    assert nurse.submit(page, done, to=f"{page}/done").status_code == 303
    read = "Your study team read what you wrote, 11:01."
    assert read in phone.get(address).text


def test_the_task_shows_the_words_with_hour_and_source_the_phase_and_the_phone(
    app: Flask, phone: Visitor, runtime: Runtime, people: Cast
) -> None:
    diary(phone, DARK)
    nurse = arrivals.staff_visitor(app, runtime, people.here["nurse"])
    assert "Read what they wrote" in nurse.get("/staff").text
    page = nurse.get(f"/staff/tasks/{words_task(runtime).id}").text
    assert "什么都不想说了，&lt;b&gt;随便吧&lt;/b&gt;" in page
    assert in_order(page, "a note in the diary", "the participant")
    assert "Heard from" in page
    title = people.study.phases[1].title["en"]
    assert title in page
    assert DARK not in nurse.get("/staff").text


def test_who_reads_coded_data_only_does_not_see_the_words(
    app: Flask, phone: Visitor, runtime: Runtime, people: Cast
) -> None:
    diary(phone, DARK)
    monitor = arrivals.staff_visitor(app, runtime, people.here["monitor"])
    page = monitor.get(f"/staff/tasks/{words_task(runtime).id}").text
    assert "想死" not in page
    assert "Heard from" not in page


@pytest.mark.parametrize("heard", [True, False])
def test_the_nurse_says_on_the_task_whether_they_were_heard_from(
    app: Flask, phone: Visitor, runtime: Runtime, people: Cast, heard: bool
) -> None:
    diary(phone, DARK)
    nurse = arrivals.staff_visitor(app, runtime, people.here["nurse"])
    page = f"/staff/tasks/{words_task(runtime).id}"
    refused = nurse.submit(page, {"outcome": "", "heard": "1"}, to=f"{page}/done")
    assert refused.status_code == 400
    assert 'value="1" checked' in refused.text
    fields = {"outcome": "Read.", **({"heard": "1"} if heard else {})}
    assert nurse.submit(page, fields, to=f"{page}/done").status_code == 303
    assert ("heard_on" in words_task(runtime).detail) is heard


def test_an_entry_from_a_phone_without_network_gets_the_hour_when_it_is_sent(
    phone: Visitor, clock: Clock
) -> None:
    moment = int(clock().timestamp() * 1000)
    said = {
        "entry": str(uuid4()),
        "kind": "complete",
        "person": phone.get("/offline/record").json["person"],
        "language": "en",
        "answers": {"emerg": [], "note": DARK},
        "written_at": moment,
        "phone_at": moment,
    }
    receipt = phone.post("/entries", json=said, headers=HEADERS).json
    assert receipt["tier"] == "routine"
    assert receipt["words"][0].replace("\u2060", "").startswith(IF_ILL)
    assert receipt["words"][1] == BY_ELEVEN
    assert receipt["duty"] is True
    assert receipt["seconds"] == 2 * 3600
    calm = {**said, "entry": str(uuid4()), "answers": {"emerg": [], "note": "谢谢"}}
    assert "words" not in phone.post("/entries", json=calm, headers=HEADERS).json
