"""A weekly diary on today's page: its day is named, early and missed ones are offered."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from portal.db.tables.diary import Entry
from portal.db.tables.people import Participant
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.cast import cast, enrolled
from tests.support.clock import Clock
from tests.support.web import Visitor

ENTRY = re.compile(r'name="entry" value="([^"]+)"')
DUE = date(2026, 3, 12)  # a Thursday, 20 weeks after D0; the clock starts on it


@pytest.fixture
def person_id(runtime: Runtime) -> int:
    d0 = DUE - timedelta(weeks=20)
    with runtime.writing() as session:
        home = d0 + timedelta(days=8)
        found = enrolled(session, cast(runtime), d0=d0, home_since=home)
        return found.id


def speaking(runtime: Runtime, person_id: int, language: str) -> None:
    with runtime.writing() as session:
        session.get_one(Participant, person_id).language = language


def seen(app: Flask, runtime: Runtime, person_id: int) -> tuple[Visitor, str]:
    visitor = arrivals.person_visitor(app, runtime, person_id)
    return visitor, unescape(visitor.get("/today").text)


def write(visitor: Visitor, path: str = "/diary") -> None:
    """A whole diary, each screen with what its "none of these" stores."""
    page = visitor.get(path)
    entry = ENTRY.search(page.text)
    assert entry
    fields = {"entry": entry[1], "reporter": "self", "none": "1"}
    day = path.partition("day=")[2]
    if day:
        fields["day"] = day
    screen = visitor.submit(path, fields, to="/diary").headers["Location"]
    while "/sent/" not in screen:
        screen = visitor.submit(screen, {"go": "1"}).headers["Location"]


def days(runtime: Runtime) -> list[date]:
    with runtime.reading() as session:
        return list(session.scalars(select(Entry.local_date).order_by(Entry.id)))


@pytest.mark.parametrize(
    ("language", "due", "early", "received"),
    [
        (
            "en",
            "It is due today. About 1 minute. Please send it before 10:00.",
            "It is due on Thursday 19 March. You may write it today.",
            "This week's diary was received on Wednesday 18 March. "
            "The next one is due on Thursday 26 March.",
        ),
        (
            "zh",
            "应在今天填写。约1分钟，请在10:00前发送。",
            "应在3月19日 星期四填写，今天就可以写。",
            "本周的日记已于3月18日 星期三收到。下一次应在3月26日 星期四填写。",
        ),
    ],
)
def test_today_names_the_day_and_takes_an_early_diary_for_its_week(
    app: Flask,
    runtime: Runtime,
    person_id: int,
    clock: Clock,
    language: str,
    due: str,
    early: str,
    received: str,
) -> None:
    speaking(runtime, person_id, language)
    assert due in seen(app, runtime, person_id)[1]
    clock.advance(days=6)
    visitor, page = seen(app, runtime, person_id)
    assert early in page
    write(visitor)
    clock.advance(days=1)
    assert received in seen(app, runtime, person_id)[1]
    assert days(runtime) == [date(2026, 3, 18)]


@pytest.mark.parametrize(("later", "offered"), [(1, True), (6, True), (7, False)])
def test_a_missed_week_may_be_added_until_the_next_is_due(
    app: Flask,
    runtime: Runtime,
    person_id: int,
    clock: Clock,
    later: int,
    offered: bool,
) -> None:
    speaking(runtime, person_id, "en")
    clock.advance(days=later)
    visitor, page = seen(app, runtime, person_id)
    said = "The diary of Thursday 12 March did not come. You can add it."
    assert (said in page, "Add last week's diary" in page) == (offered, offered)
    if offered:
        write(visitor, "/diary?day=2026-03-12")
        assert days(runtime) == [DUE]
        assert said not in seen(app, runtime, person_id)[1]


def test_a_week_that_came_early_is_not_missed(
    app: Flask, runtime: Runtime, person_id: int, clock: Clock
) -> None:
    clock.advance(days=2)
    write(seen(app, runtime, person_id)[0])
    clock.advance(days=6)
    assert "补填" not in seen(app, runtime, person_id)[1]


def test_a_missed_week_is_added_on_its_own_day_alone(
    app: Flask, runtime: Runtime, person_id: int, clock: Clock
) -> None:
    clock.advance(days=5)
    write(seen(app, runtime, person_id)[0], "/diary?day=2026-03-13")
    assert days(runtime) == [date(2026, 3, 17)]
