"""The demonstration's web process and engine: started, watched, stopped together.

A process that dies is started again; one that cannot run stops everything, with a
message.
"""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Mapping

from portal.demo.data_folder import ROOT
from portal.errors import PortalError

COMMANDS = {"web": ("portal", "serve"), "engine": ("scheduler",)}
GLANCE_SECONDS = 0.1
STOP_SECONDS = 6.0
START_SECONDS = 60.0
MOST_DEATHS, WITHIN_SECONDS = 3, 60.0
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class Processes:
    """Web and engine of one demonstration, on ``port`` of this machine."""

    def __init__(self, port: int, environment: Mapping[str, str]) -> None:
        self._port = port
        self._environment = dict(environment)
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._deaths: dict[str, deque[float]] = {
            name: deque(maxlen=MOST_DEATHS) for name in COMMANDS
        }
        self._told = threading.Event()

    def stop_on_signals(self) -> None:
        """Let Ctrl-C and SIGTERM end the demonstration."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._told.set())

    def run(self, ready: Callable[[], None], say: Callable[[str], None]) -> None:
        """Run until told to stop; ``ready`` is called once when pages are served.

        Raises:
            PortalError: a process cannot run, or nothing is served within a minute.
        """
        try:
            for name in COMMANDS:
                self._start(name)
            self._wait_until_served()
            if not self._told.is_set():
                ready()
            while not self._told.wait(GLANCE_SECONDS):
                self._mend(say)
        finally:
            self._stop()

    def _start(self, name: str) -> None:
        module, *arguments = COMMANDS[name]
        self._running[name] = subprocess.Popen(  # noqa: S603 (our own modules)
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # we pass Ctrl-C on
            preexec_fn=_die_with_parent,
        )

    def _wait_until_served(self) -> None:
        until = time.monotonic() + START_SECONDS
        while not self._told.wait(GLANCE_SECONDS) and not self._served():
            for name, process in self._running.items():
                if process.poll() is not None:
                    raise PortalError(f"The {name} process ended at its start.")
            if time.monotonic() > until:
                raise PortalError("The web process does not answer.")

    def _served(self) -> bool:
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self._port}/livez", timeout=2
            ) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _mend(self, say: Callable[[str], None]) -> None:
        for name, process in list(self._running.items()):
            if process.poll() is None:
                continue
            deaths = self._deaths[name]
            deaths.append(time.monotonic())
            if len(deaths) == MOST_DEATHS and deaths[-1] - deaths[0] < WITHIN_SECONDS:
                raise PortalError(f"The {name} process keeps ending: stopped.")
            say(f"The {name} process ended ({process.returncode}); starting it again.")
            self._start(name)

    def _stop(self) -> None:
        for process in self._running.values():
            process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for process in self._running.values():
            try:
                process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _die_with_parent() -> None:
    """On Linux, end this child when the demonstration is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)
