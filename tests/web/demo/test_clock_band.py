"""What the team sees when the machine's clock was changed, and the one button beside."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from portal.db.tables.audit import Audit
from portal.db.tables.engine import ClockStep
from portal.engine import clock_steps
from portal.runtime import Runtime
from tests.support.cast import Cast, cast
from tests.support.desk import seated
from tests.support.web import Visitor


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def nurse(app: Flask, runtime: Runtime, people: Cast) -> Visitor:
    return seated(app, runtime, people.here["nurse"])


def stepped(runtime: Runtime, seconds: int) -> str:
    """The clock stepped; where the button leads."""
    now = runtime.now()
    with runtime.writing() as session:
        clock_steps.note(session, seconds, now=now, real_now=now)
        session.flush()
        step = session.scalars(select(ClockStep)).one()
        return f"/staff/clock/{step.id}/confirm"


def test_nothing_is_said_while_the_clock_is_right(nurse: Visitor) -> None:
    assert "clock" not in nurse.get("/staff").text


@pytest.mark.smoke
def test_F15_a_leap_is_shown_with_what_waits_and_a_nurse_confirms_it(
    nurse: Visitor, runtime: Runtime, people: Cast
) -> None:
    button = stepped(runtime, 86_400)
    page = nurse.get("/staff").text
    assert "It jumped forward by 1440 minutes. Reminders wait" in page
    assert "It is now 12 Mar, 09:00: that is right" in page
    answer = nurse.submit("/staff", to=button)
    assert answer.headers["Location"] == "/staff"
    assert "jumped forward" not in nurse.get("/staff").text
    with runtime.reading() as session:
        step = session.scalars(select(ClockStep)).one()
        assert step.settled_by == f"staff:{people.here['nurse'].id}"
        assert "clock.settled" in set(session.scalars(select(Audit.act)))
    assert nurse.submit("/staff", to=button).status_code == 303, "a repeat is well"


def test_F14_a_step_back_says_that_nothing_comes_late(
    nurse: Visitor, runtime: Runtime
) -> None:
    stepped(runtime, -7200)
    page = nurse.get("/staff").text
    assert "It was set back by 120 minutes. Nothing comes late or twice" in page


def test_whoever_only_reads_confirms_nothing(
    app: Flask, runtime: Runtime, people: Cast
) -> None:
    button = stepped(runtime, 600)
    monitor = seated(app, runtime, people.here["monitor"])
    page = monitor.get("/staff").text
    assert "jumped forward" in page
    assert button not in page
    assert monitor.submit("/staff/account", to=button).status_code == 403
