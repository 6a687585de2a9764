"""The suite itself: what it costs is told, and what it starts ends with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.source import ROOT

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
