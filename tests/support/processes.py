"""Real processes of the portal, for tests: started, watched, stopped, never left.

A process gets a clean environment of its own, so that the tester's machine does not
decide what it does. Its output is kept and shown when a wait fails. It dies with the
run that started it, however that run ends.

Most are forks of one warm process, which has imported everything
(``tests.support.nursery``); ``cold=True`` starts the command line itself.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from tests.support.clock import CLOCK_FILE, clock_file
from tests.support.source import ROOT
from tests.support.waiting import PATIENCE, patiently

KEPT = ("PATH", "LANG", "TMPDIR", "LD_LIBRARY_PATH")
MORTAL = ("setpriv", "--pdeathsig", "KILL", "--")
"""Before a command: Linux kills it when the one who started it dies, even by a kill."""
COMMAND_SECONDS = 60.0


class Nursery:
    """The warm process that starts others, from the side of the tests."""

    def __init__(self) -> None:
        self._asking = threading.Lock()
        self._process = subprocess.Popen(
            [*MORTAL, sys.executable, "-m", "tests.support.nursery"],
            cwd=ROOT,
            env=_environment({}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def ask(self, **request: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._asking:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        assert line, "the nursery died"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def kill(self) -> None:
        self._process.kill()
        self.close()

    def close(self) -> None:
        """Afterwards everything that it started is gone."""
        self._process.communicate(timeout=PATIENCE)


@cache
def nursery() -> Nursery:
    """The one nursery of this run, or of this worker of it."""
    made = Nursery()
    atexit.register(made.close)
    return made


class Child:
    """A process of the nursery, which answers as ``subprocess.Popen`` does."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit status once it has ended; negative for a signal."""
        if self.returncode is None:
            self.returncode = nursery().ask(ended=self.pid)["status"]
        return self.returncode

    def wait(self, timeout: float = PATIENCE) -> int:
        looks = patiently(timeout)
        while (status := self.poll()) is None:
            if not next(looks, False):
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout)
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


@dataclass
class Running:
    """A started process and the file with its output."""

    process: subprocess.Popen[bytes] | Child
    output: Path

    def said(self) -> str:
        return self.output.read_text("utf-8", errors="replace")

    def wait_for(
        self, what: Callable[[], object], *, seconds: float = PATIENCE
    ) -> None:
        """Returns once ``what()`` is true; otherwise fails with the process's output."""
        looks = patiently(seconds)
        while not what():
            stopped = self.process.poll()
            assert stopped is None, f"it stopped with {stopped}:\n{self.said()}"
            assert next(looks, False), f"waited in vain:\n{self.said()}"

    def wait_for_page(self, url: str) -> None:
        """Returns once ``url`` answers."""
        self.wait_for(lambda: answers(url))

    def ended(self) -> bool:
        return self.process.poll() is not None

    def wait(self, seconds: float = PATIENCE) -> int:
        """Its exit status, once it has ended by itself."""
        return self.process.wait(timeout=seconds)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Asks it to stop; the status with which it did."""
        if not self.ended():
            self.process.send_signal(how)
        return self.wait()

    def kill(self) -> int:
        """Stops it as a power cut would."""
        self.process.kill()
        return self.wait()

    def end(self) -> None:
        """Ends it and everything that it started."""
        self.kill()
        with suppress(ProcessLookupError):  # all gone already
            os.killpg(self.process.pid, signal.SIGKILL)


def start(
    *module_and_arguments: str,
    output: Path,
    settings: Mapping[str, str],
    cold: bool = False,
) -> Running:
    """``python -m MODULE ARGUMENTS`` under ``settings``; the caller ends it."""
    output.touch()
    files = {"stdin": os.devnull, "stdout": str(output), "stderr": str(output)}
    begin = _begin_cold if cold else _begin
    return Running(begin(module_and_arguments, _environment(settings), files), output)


@contextmanager
def running(
    *module_and_arguments: str,
    output: Path,
    settings: Mapping[str, str],
    cold: bool = False,
) -> Iterator[Running]:
    """The same, gone at the end of the block."""
    begun = start(*module_and_arguments, output=output, settings=settings, cold=cold)
    try:
        yield begun
    finally:
        begun.end()


def command(
    *module_and_arguments: str, settings: Mapping[str, str], told: str = ""
) -> subprocess.CompletedProcess[str]:
    """The same, until it ends by itself: its output and its status."""
    with tempfile.TemporaryDirectory(prefix="portal-command-") as folder:
        files = {name: f"{folder}/{name}" for name in ("stdin", "stdout", "stderr")}
        Path(files["stdin"]).write_text(told, "utf-8")
        child = _begin(module_and_arguments, _environment(settings), files)
        try:
            status = child.wait(COMMAND_SECONDS)
        finally:
            child.kill()
        said = (Path(files[name]).read_text("utf-8") for name in ("stdout", "stderr"))
        return subprocess.CompletedProcess(module_and_arguments, status, *said)


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process; its clock shows the test's time."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {"PYTHONUNBUFFERED": "1", CLOCK_FILE: clock_file(), **settings}


def _begin(
    run: tuple[str, ...], environment: Mapping[str, str], files: Mapping[str, str]
) -> Child:
    return Child(nursery().ask(run=run, environment=environment, **files)["pid"])


def _begin_cold(
    run: tuple[str, ...], environment: Mapping[str, str], files: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    with Path(files["stdout"]).open("ab") as said:
        return subprocess.Popen(
            [*MORTAL, sys.executable, "-m", *run],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


def answers(url: str) -> bool:
    """Whether somebody serves ``url``."""
    try:
        with urlopen(url, timeout=2) as page:
            return bool(page.status == 200)
    except (URLError, OSError):
        return False
