"""``python -m portal clock``: an operator sees a step of the clock, and confirms it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from portal.engine import clock_steps
from portal.runtime import Runtime
from tests.support.clock import clock_file
from tests.support.settings import SECRET
from tests.support.source import ROOT

Run = Callable[..., str]


@pytest.fixture
def run(database_url: str) -> Run:
    environment = {
        "PATH": os.environ["PATH"],
        "PORTAL_MODE": "development",
        "PORTAL_DATABASE_URL": database_url,
        "PORTAL_SECRET_KEY": SECRET,
        "PORTAL_CLOCK_FILE": clock_file(),
    }

    def command(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "portal", "clock", *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    return command


def test_a_leap_is_shown_and_confirmed_by_name(run: Run, runtime: Runtime) -> None:
    assert "Nothing waits for anybody." in run("show")
    now = runtime.now()
    with runtime.writing() as session:
        clock_steps.note(session, 86_400, now=now, real_now=now)
    assert "It leapt forward by 1 day, 0:00:00: reminders wait." in run("show")
    assert run("confirm", "--by", "Chen Jie") == "Confirmed.\n"
    assert run("confirm", "--by", "Chen Jie") == "Nothing waits for anybody.\n"
    with runtime.reading() as session:
        assert clock_steps.open_step(session) is None
