"""``python -m portal clock``: an operator sees a step of the clock, and confirms it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.engine import clock_steps
from portal.runtime import Runtime
from tests.support.processes import command
from tests.support.settings import SECRET

Run = Callable[..., str]


@pytest.fixture
def run(database_url: str) -> Run:
    settings = {
        "PORTAL_MODE": "development",
        "PORTAL_DATABASE_URL": database_url,
        "PORTAL_SECRET_KEY": SECRET,
    }

    def clock(*arguments: str) -> str:
        done = command("portal", "clock", *arguments, settings=settings)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return clock


@pytest.mark.smoke
def test_a_leap_is_shown_and_confirmed_by_name(run: Run, runtime: Runtime) -> None:
    assert "Nothing needs to be confirmed." in run("show")
    now = runtime.now()
    with runtime.writing() as session:
        clock_steps.note(session, 86_400, now=now, real_now=now)
    assert "It jumped forward by 1 day, 0:00:00: reminders wait." in run("show")
    assert run("confirm", "--by", "Chen Jie") == "Confirmed.\n"
    assert run("confirm", "--by", "Chen Jie") == "Nothing needs to be confirmed.\n"
    with runtime.reading() as session:
        assert clock_steps.open_step(session) is None
