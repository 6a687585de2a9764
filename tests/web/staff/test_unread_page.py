"""One page for what several people wrote: its line, its ticks, and who may see it."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from portal.db.tables.alerts import Task
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.cast import Cast, cast
from tests.support.texts import Post, post
from tests.support.web import Visitor

HERE, FAR = "想问问<b>下周</b>的事", "那边的话"


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def desk(runtime: Runtime, people: Cast) -> Post:
    desk = post(runtime, people)
    numbers = {"DS-007": "+8613800138007", "DS-008": "+8613800138008"}
    for code, number in numbers.items():
        desk.enrol(code, number=number)
        desk.write(HERE, number)
    desk.enrol("NO-001", number="+8613800138009", house=people.there)
    desk.write(FAR, "+8613800138009")
    return desk


@pytest.fixture
def nurse(app: Flask, desk: Post) -> Visitor:
    return visitor(app, desk, "nurse")


def visitor(app: Flask, desk: Post, duty: str) -> Visitor:
    return arrivals.staff_visitor(app, desk.runtime, desk.people.here[duty])


def waiting(desk: Post) -> dict[str, int]:
    """The tasks about words that are open here, by the state that they are in."""
    with desk.runtime.reading() as session:
        site = desk.people.here.site.id
        query = select(Task).filter_by(kind="words_to_read", site_id=site)
        return {task.state: task.id for task in session.scalars(query)}


def marks(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(seen-\d+)" value="(\w+)"', page))


@pytest.mark.smoke
def test_everybodys_words_are_one_line_of_the_worklist_and_one_page(
    nurse: Visitor,
) -> None:
    list_page = nurse.get("/staff").text
    assert list_page.count("Read what they wrote") == 1
    line = list_page.split("Read what they wrote")[1].split("</li>")[0]
    assert "DS-007" in line
    assert "DS-008" in line
    assert 'href="/staff/words"' in line
    page = nurse.get("/staff/words").text
    assert page.count("想问问&lt;b&gt;下周&lt;/b&gt;的事") == 2
    assert FAR not in page
    assert len(marks(page)) == 2


@pytest.mark.smoke
def test_one_visit_ends_what_is_ticked_and_leaves_the_rest(
    nurse: Visitor, desk: Post
) -> None:
    shown = marks(nurse.get("/staff/words").text)
    first, second = (name.removeprefix("seen-") for name in shown)
    done = nurse.submit("/staff/words", {**shown, f"read-{first}": "1"})
    assert done.status_code == 303
    with desk.runtime.reading() as session:
        assert session.get_one(Task, int(first)).state == "done"
        assert session.get_one(Task, int(second)).state == "open"
    assert "Read: nothing to do." in nurse.get(f"/staff/tasks/{first}").text
    nurse.submit("/staff/words", {**shown, f"heard-{second}": "1"})
    assert "open" not in waiting(desk)
    assert "Nobody wrote anything" in nurse.get("/staff/words").text


def test_nothing_ticked_is_said_and_nothing_is_ended(
    nurse: Visitor, desk: Post
) -> None:
    answer = nurse.submit("/staff/words", {})
    assert answer.status_code == 400
    assert "Tick at least one person." in answer.text
    assert list(waiting(desk)) == ["open"]


def test_words_that_came_meanwhile_are_shown_and_asked_for_again(
    nurse: Visitor, desk: Post
) -> None:
    old = marks(nurse.get("/staff/words").text)
    desk.write("还有一件事想说", "+8613800138007")
    ticked = {name.replace("seen", "read"): "1" for name in old}
    answer = nurse.submit("/staff/words", {**old, **ticked})
    assert answer.status_code == 409
    assert "More came while you were reading, from DS-007." in answer.text
    assert "还有一件事想说" in answer.text
    assert "DS-008" not in answer.text
    assert not re.findall(r"checked", answer.text)


def test_who_may_not_work_reads_no_words(app: Flask, desk: Post) -> None:
    monitor = visitor(app, desk, "monitor")
    assert monitor.get("/staff/words").status_code == 403
    page = monitor.get("/staff").text
    assert "DS-007" in page
    assert "/staff/words" not in page
