"""A process of the nursery is what the command line would start, and ends as one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.family import family
from tests.support.processes import Nursery, command, running
from tests.support.source import ROOT
from tests.support.waiting import until

STARTS_ANOTHER = """
import subprocess, sys
other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(other.pid, flush=True)
other.wait()
"""


def python(code: str) -> tuple[str, ...]:
    return ("tests.support.program", code)


@pytest.mark.parametrize("cold", [False, True])
def test_it_has_its_own_environment_and_nothing_of_the_testers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cold: bool
) -> None:
    monkeypatch.setenv("PORTAL_MODE", "production")
    code = python("import os; print(sorted(os.environ))")
    settings = {"PORTAL_PORT": "1"}
    with running(*code, output=tmp_path / "said", settings=settings, cold=cold) as one:
        assert one.wait() == 0
    assert "PORTAL_PORT" in one.said()
    assert "PORTAL_MODE" not in one.said()


def test_what_it_is_told_and_says_and_its_status_are_its_own() -> None:
    words = "import sys; print(input()); sys.stderr.write('no\\n'); sys.exit(3)"
    done = command(*python(words), settings={}, told="大家好\n")
    assert (done.returncode, done.stdout, done.stderr) == (3, "大家好\n", "no\n")
    refused = command("portal", "nonsense", settings={})
    real = [sys.executable, "-m", "portal", "nonsense"]
    truly = subprocess.run(real, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (refused.returncode, refused.stderr) == (truly.returncode, truly.stderr)


def test_an_error_that_nobody_caught_is_told_as_python_does() -> None:
    done = command(*python("import sys; sys.exit('not today')"), settings={})
    assert (done.returncode, done.stderr) == (1, "not today\n")
    done = command(*python("1 / 0"), settings={})
    assert done.returncode == 1
    assert done.stderr.endswith("ZeroDivisionError: division by zero\n")


def test_it_dies_by_a_true_kill_with_all_that_it_started(tmp_path: Path) -> None:
    code = python(STARTS_ANOTHER)
    with running(*code, output=tmp_path / "said", settings={}) as one:
        one.wait_for(one.said)
        other = int(one.said())
        assert os.getpgid(one.process.pid) == os.getpgid(other) == one.process.pid
        assert one.kill() == -signal.SIGKILL
    until(lambda: not _lives(other), "the end of what it started")


def test_a_nursery_that_is_killed_takes_its_processes_along(tmp_path: Path) -> None:
    mine = Nursery()
    said = tmp_path / "said"
    said.touch()
    files = {"stdin": os.devnull, "stdout": str(said), "stderr": str(said)}
    code = python("import time; print('here'); time.sleep(600)")
    pid = mine.ask(run=code, environment={"PYTHONUNBUFFERED": "1"}, **files)["pid"]
    until(lambda: "here" in said.read_text(), "its first words")
    mine.kill()
    until(lambda: not _lives(pid), "its end")


def _lives(pid: int) -> bool:
    return any(kin.pid == pid and kin.lives() for kin in family(pid))
