"""What the team sees of texts that came in, and how texts are allowed again."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.db.tables.alerts import Task
from portal.db.tables.audit import Audit
from portal.people import optouts
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.cast import Cast, cast
from tests.support.texts import MINE, NURSE, STRANGER, Post, post
from tests.support.web import Visitor

HERE = "/staff/participants/DS-007"


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def desk(runtime: Runtime, people: Cast) -> Post:
    desk = post(runtime, people)
    desk.enrol("NO-001", number="+8613800138009", house=people.there)
    desk.enrol("DS-007")
    return desk


def visitor(app: Flask, desk: Post, duty: str = "coordinator") -> Visitor:
    return arrivals.staff_visitor(app, desk.runtime, desk.people.here[duty])


@pytest.mark.smoke
def test_a_text_stands_in_the_timeline_and_on_its_task(app: Flask, desk: Post) -> None:
    desk.write("下周二能不能<b>晚点</b>来")
    desk.write("别人的话", "+8613800138009")
    (task, _) = desk.all(Task)
    team = visitor(app, desk)
    for path in (HERE, f"/staff/tasks/{task.id}"):
        page = team.get(path).text
        assert "下周二能不能&lt;b&gt;晚点&lt;/b&gt;来" in page
        assert "别人的话" not in page
    assert "a report by text" in team.get(HERE).text
    assert "Read what they wrote" in team.get("/staff").text


def test_who_reads_coded_data_only_sees_that_a_text_came_and_not_its_words(
    app: Flask, desk: Post
) -> None:
    desk.write("STOP")
    desk.write("wrong number")
    page = visitor(app, desk, "monitor").get(HERE).text
    assert "asked for no more texts" in page
    assert "STOP" not in page


def test_a_strangers_text_is_a_line_of_the_worklist(app: Flask, desk: Post) -> None:
    desk.write("who are you", STRANGER)
    team = visitor(app, desk)
    assert "A text from an unknown number" in team.get("/staff").text
    here = desk.people.here.site.id
    (task,) = desk.all(Task, site_id=here)
    assert "who are you" in team.get(f"/staff/tasks/{task.id}").text


def test_a_stop_is_shown_where_people_look_for_the_number(
    app: Flask, desk: Post
) -> None:
    team = visitor(app, desk)
    assert "takes no texts" not in team.get(HERE).text
    desk.write("STOP")
    for path in (HERE, f"{HERE}/contacts"):
        assert "takes no texts, only calls" in team.get(path).text


def test_texts_are_allowed_again_only_after_a_call(app: Flask, desk: Post) -> None:
    desk.write("打错了")
    team, path = visitor(app, desk), f"{HERE}/contacts"
    fields = {"caregiver": "", "act": "texts"}
    answer = team.submit(path, fields)
    assert answer.status_code == 400
    assert "Phone them first" in answer.text
    assert stopped(desk)
    assert team.submit(path, {**fields, "agreed": "1"}).status_code == 303
    assert not stopped(desk)
    assert "Allow texts again" not in team.get(path).text
    (act,) = [row for row in desk.all(Audit) if row.act == "texts.start"]
    coordinator = desk.people.here["coordinator"]
    assert (act.actor_kind, act.actor_id) == ("staff", str(coordinator.id))


def stopped(desk: Post) -> bool:
    with desk.runtime.reading() as session:
        return optouts.opted_out(session, MINE)


def test_an_alert_tells_that_a_colleague_was_called_instead(
    app: Flask, desk: Post
) -> None:
    desk.write("STOP", NURSE)
    desk.write("38.6")
    page = visitor(app, desk).get(HERE).text
    assert "Nurse of here takes no texts and was called instead" in page
