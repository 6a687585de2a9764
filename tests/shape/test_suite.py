"""The suite itself: its costs told, nothing left of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.clock import CLOCK_FILE, clock_file
from tests.support.family import family
from tests.support.source import ROOT
from tests.support.waiting import until

BURNS = """
import subprocess, sys, time
BURN = "import time\\nwhile time.process_time() < {}: pass"
def test_dear():
    subprocess.run([sys.executable, "-c", BURN.format(0.4)], check=True)
def test_cheap():
    time.sleep(0.1)
"""


def test_a_run_tells_which_test_costs_what_with_all_that_it_starts(
    tmp_path: Path,
) -> None:
    (tmp_path / "test_burns.py").write_text(BURNS)
    command = [sys.executable, "-m", "pytest", "-p", "tests.support.costs", "-q"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    told = [line.split() for line in done.stdout.splitlines() if "::test_" in line]
    processor = {line[2].rpartition("::")[2]: float(line[0]) for line in told}
    assert processor["test_dear"] >= 0.4
    assert processor["test_cheap"] < 0.2


STARTED = {"tests.support.nursery", "portal serve", "scheduler", "postgres"}
STARTED |= {"chromium", "firefox", "Xvfb", "WebKitWebDriver", "MiniBrowser"}


def started(run: int) -> set[str]:
    """Which of these a run has going."""
    commands = " ".join(f"{kin.name} {kin.command}" for kin in family(run))
    return {name for name in STARTED if name in commands}


@pytest.mark.browser
@pytest.mark.thorough
def test_a_run_that_is_killed_leaves_no_process_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "tests/support/lasting.py", "-n", "1"]
    with (tmp_path / "said").open("wb") as said:
        run = subprocess.Popen(
            [*command, "-p", "no:cacheprovider", "--basetemp", tmp_path / "run"],
            cwd=ROOT,
            env={**os.environ, CLOCK_FILE: clock_file()},
            stdout=said,
            stderr=said,
        )
    try:
        until(
            lambda: started(run.pid) == STARTED or run.poll() is not None,
            "everything that a run may start",
            lambda: started(run.pid),
        )
        assert run.poll() is None, (tmp_path / "said").read_text()
        everybody = family(run.pid)
    finally:
        run.kill()
        run.wait()
    until(
        lambda: not any(kin.lives() for kin in everybody),
        "all of them to end",
        lambda: [kin.command[:80] for kin in everybody if kin.lives()],
    )
