"""Real processes of the portal, for journeys: started, watched, stopped, never left.

A process gets a clean environment of its own, so that nothing of the tester's machine
decides what it does. What it says is kept and shown when a wait fails. It dies with the
run that started it, however that ends.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.support.clock import CLOCK_FILE, clock_file
from tests.support.source import ROOT
from tests.support.waiting import PATIENCE, STEP, rest

KEPT = ("PATH", "LANG", "TMPDIR", "LD_LIBRARY_PATH")
MORTAL = ("setpriv", "--pdeathsig", "KILL", "--")
"""Before a command: Linux kills it when the one who started it dies, even by a kill."""


@dataclass
class Running:
    """A started process and the file that holds what it said."""

    process: subprocess.Popen[bytes]
    output: Path

    def said(self) -> str:
        return self.output.read_text("utf-8", errors="replace")

    def wait_for(
        self, what: Callable[[], object], *, seconds: float = PATIENCE
    ) -> None:
        """Returns once ``what()`` is true; fails with what the process said."""
        deadline = time.monotonic() + seconds
        while not what():
            stopped = self.process.poll()
            assert stopped is None, f"it stopped with {stopped}:\n{self.said()}"
            assert time.monotonic() < deadline, f"waited in vain:\n{self.said()}"
            rest(STEP)

    def wait_for_page(self, url: str) -> None:
        """Returns once ``url`` answers."""
        self.wait_for(lambda: answers(url))

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Asks it to stop and says with which status it did."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(timeout=PATIENCE)

    def kill(self) -> None:
        """Stops it as a power cut would."""
        self.process.kill()
        self.process.wait(timeout=PATIENCE)


@contextmanager
def running(
    *module_and_arguments: str, output: Path, settings: Mapping[str, str]
) -> Iterator[Running]:
    """``python -m MODULE ARGUMENTS`` under ``settings``, gone at the end.

    Its clock shows what the test's does.
    """
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {"PYTHONUNBUFFERED": "1", CLOCK_FILE: clock_file(), **settings}
    with output.open("wb") as said:
        process = subprocess.Popen(
            [*MORTAL, sys.executable, "-m", *module_and_arguments],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Running(process, output)
    finally:
        _end_all(process)


def _end_all(process: subprocess.Popen[bytes]) -> None:
    """Ends a process and whatever it started itself."""
    with suppress(ProcessLookupError):  # all gone already
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=PATIENCE)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


def answers(url: str) -> bool:
    """Whether somebody serves ``url``."""
    try:
        with urlopen(url, timeout=2) as page:
            return bool(page.status == 200)
    except (URLError, OSError):
        return False
