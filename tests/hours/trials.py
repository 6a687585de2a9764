"""One thing tried from one moment: what it came to, and what was wrong."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime

from portal.demo.past.people import STUDY
from portal.demo.past.seed import seed
from portal.runtime import Runtime
from tests.demo.test_seed import nothing_of_the_past_waits
from tests.simulation.size import Size
from tests.simulation.study import lived
from tests.simulation.zones import ZONES
from tests.support.clock import Clock
from tests.support.databases import forgetful
from tests.support.settings import settings_for
from tests.support.source import ROOT

DAYS = 23  # of a simulated study: from the first hour to a visit, rechecks and all
MOVES = 3
STORIES = ("tests/journeys", "--ignore", "tests/journeys/test_complaints.py")
PASSED = re.compile(r"(\d+) passed")


@dataclass(frozen=True)
class Outcome:
    """How many things were looked at, and a line for each that was wrong."""

    looked_at: int
    faults: tuple[str, ...] = ()

    @property
    def wrong(self) -> bool:
        """Something was wrong, or nothing was there to be wrong."""
        return bool(self.faults) or not self.looked_at


def simulated(url: str, moment: datetime, zone: str) -> Outcome:
    """Three weeks of a study that begins then: every reminder once, at its time."""
    size = Size(DAYS, 1, MOVES, first=ZONES.index(zone), begins=moment, midway=True)
    counts = lived(url, moment.hour, size)
    faults = (f"{moment:%Y-%m-%d %H:%M}Z: {fault}" for fault in counts.faults)
    return Outcome(counts.sent, tuple(faults))


def seeded(url: str, moment: datetime, zone: str, name: str = STUDY) -> Outcome:
    """The demonstration, made then at a hospital there: nothing waits, nobody is lost."""
    clock = Clock(moment)
    runtime = Runtime(settings_for(url), clock=clock)
    forgetful(runtime.database.engine)
    try:
        assert seed(runtime, zone, name), "it was seeded already"
        people = nothing_of_the_past_waits(runtime, clock)
    except Exception as fault:  # noqa: BLE001 (whatever it is, the next hour is tried)
        said = f"{moment:%Y-%m-%d %H:%M}Z: {type(fault).__name__} {fault}"
        return Outcome(1, (said,))
    finally:
        runtime.close()
    return Outcome(people)


def walked(begins: str, databases: str) -> Outcome:
    """All journeys of real processes, from a moment by the site's clock."""
    command = [sys.executable, "-m", "pytest", *STORIES, "-q", "-n", "2"]
    how = ("--max-worker-restart", "0", "--begins", begins, "--databases", databases)
    done = subprocess.run(
        [*command, *how],
        cwd=ROOT,
        env={**os.environ},
        capture_output=True,
        text=True,
        check=False,
    )
    passed = PASSED.search(done.stdout)
    faults = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    if done.returncode and not faults:
        faults = [f"{begins}: pytest ended with {done.returncode}"]
    return Outcome(int(passed[1]) if passed else 0, tuple(faults))
