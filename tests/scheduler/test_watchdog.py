"""A process that stands still ends, so that its supervisor starts it anew."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from scheduler.watchdog import EXIT_STATUS, Watchdog
from tests.support.source import ROOT
from tests.support.waiting import rest

STUCK = """
import threading
from scheduler.watchdog import Watchdog
Watchdog(limit=0.3).start()
threading.Event().wait(120)
"""


def test_F24_a_process_without_progress_ends_with_a_status_of_its_own() -> None:
    ended = subprocess.run([sys.executable, "-c", STUCK], cwd=ROOT, check=False)
    assert ended.returncode == EXIT_STATUS == 70


@pytest.mark.alone
def test_progress_keeps_it_quiet_and_silence_does_not() -> None:
    ended = threading.Event()
    watchdog = Watchdog(limit=0.5, end=lambda _status: ended.set())
    watchdog.start()
    for _ in range(20):
        watchdog.progress()
        rest(0.05)
    assert not ended.is_set()
    assert ended.wait(5)


def test_a_stopped_watchdog_ends_nothing() -> None:
    ended = threading.Event()
    watchdog = Watchdog(limit=0.1, end=lambda _status: ended.set())
    watchdog.start()
    watchdog.stop()
    assert not ended.wait(0.5)
