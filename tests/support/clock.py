"""The moment at which tests begin, and the clocks that they use from there.

Every test begins at ``START``, whatever hour and day the machine has. A ``Clock``
stands still until the test moves it. Real clocks, of processes and of a runtime without
a clock of its own, go on from ``START`` with real seconds: they are set by a file
(``PORTAL_CLOCK_FILE``), and all that use the same file agree. Only this module reads
the machine's clock, and only to compute by how much the others are set.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

START = datetime(2026, 3, 12, 1, 0, tzinfo=UTC)  # 09:00 in Chengdu, a Thursday
ZONE = "Asia/Shanghai"
CLOCK_FILE = "PORTAL_CLOCK_FILE"


class Clock:
    """Gives the time to its caller; only the test moves it."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **amount: float) -> datetime:
        """Moves on by ``timedelta(**amount)`` and says what time it is then."""
        self.at += timedelta(**amount)
        return self.at

    def set(self, at: datetime) -> None:
        """Jumps to ``at``, which must know its zone."""
        if at.tzinfo is None:
            raise ValueError("a test's time must know its zone")
        self.at = at


def local_moment(typed: str) -> datetime:
    """A day and an hour by the clock of Chengdu, as in ``2026-03-12T09:00``."""
    return datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


def next_time(hour: str, since: datetime) -> datetime:
    """The next moment, or now, when it is this hour in Chengdu."""
    day = timedelta(days=1)
    return since + (local_moment(f"{since:%Y-%m-%d}T{hour}") - since) % day


def set_to(at: datetime, path: Path) -> str:
    """Makes ``path`` a file by which real clocks show ``at`` now, and go on from it."""
    path.write_text(f"{(at - datetime.now(UTC)).total_seconds():.6f}", "ascii")
    return str(path)


def step_of(path: str) -> timedelta:
    """By how much real clocks that use this file are set."""
    return timedelta(seconds=float(Path(path).read_text("ascii")))


def clock_file() -> str:
    """The file that real clocks use here, unless another is given."""
    _for_this_process()
    return os.environ[CLOCK_FILE]


@cache
def _for_this_process() -> None:
    """Set the clocks to ``START``; the tester's environment is ignored."""
    folder = tempfile.mkdtemp(prefix="portal-clock-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ[CLOCK_FILE] = set_to(START, Path(folder) / "clock")


def real_now(path: str | None = None) -> datetime:
    """What real clocks show that use this file, or ``clock_file``."""
    return datetime.now(UTC) + step_of(path or clock_file())
