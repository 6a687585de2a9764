"""Starts web and engine processes warm: all is imported once, each is a fork of that.

A killed process is replaced within milliseconds, so that hundreds of kills fit into
minutes. A fork runs the same program as ``python -m portal serve`` or ``python -m
scheduler`` would, in an environment of its own, and dies by a true SIGKILL.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.processes import KEPT, MORTAL, PATIENCE
from tests.support.source import ROOT
from tests.support.waiting import until

PR_SET_PDEATHSIG = 1  # linux/prctl.h


@dataclass
class Child:
    """A started process: ``web`` or ``engine``."""

    nursery: Nursery
    program: str
    pid: int
    output: Path
    status: int | None = None

    def ended(self) -> bool:
        """Whether it has died; ``status`` is then its exit, negative for a signal."""
        if self.status is None:
            self.status = self.nursery.ask(ended=self.pid)["status"]
        return self.status is not None

    def kill(self) -> None:
        """Ends it as a power cut would."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        until(self.ended, "its death")

    def said(self) -> str:
        return self.output.read_text("utf-8", errors="replace")


class Nursery:
    """The one who starts processes, from the side of the run."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, **request: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the nursery died"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def start(self, program: str, settings: Mapping[str, str], output: Path) -> Child:
        answer = self.ask(start=program, settings=dict(settings), output=str(output))
        return Child(self, program, answer["pid"], output)


@contextmanager
def nursery() -> Iterator[Nursery]:
    """A nursery; it and all its processes are gone at the end."""
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    process = subprocess.Popen(
        [*MORTAL, sys.executable, "-m", "tests.faults.nursery"],
        cwd=ROOT,
        env=environment | {"PYTHONUNBUFFERED": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Nursery(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=PATIENCE)
        assert process.stdout is not None
        process.stdout.close()


# What follows runs in the nursery's own process.


def main() -> None:
    _warm_up()
    assert threading.active_count() == 1, "a fork would lose a thread"
    alive: set[int] = set()
    for line in sys.stdin:
        request = json.loads(line)
        if "start" in request:
            pid = _start(request)
            alive.add(pid)
            answer: dict[str, Any] = {"pid": pid}
        else:
            answer = {"status": _status(request["ended"], alive)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    for pid in alive:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _warm_up() -> None:
    from importlib import import_module

    from portal.app import BLUEPRINTS

    for name in (
        "portal.cli.serve",
        "portal.messages.gateways.twilio.gateway",
        "scheduler.__main__",
        *(module for module, _ in BLUEPRINTS),
    ):
        import_module(name)


def _start(request: Mapping[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        _become(request)
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 1)
    except BaseException:  # noqa: BLE001 (a fork must never return)
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


def _become(request: Mapping[str, Any]) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    said = os.open(request["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for ours, theirs in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(ours, theirs)
    os.environ.update(request["settings"])
    if request["start"] == "web":
        from portal.cli import cli

        cli(["serve"], prog_name="python -m portal")
    else:
        from scheduler.__main__ import main as schedule

        sys.exit(schedule([]))


def _status(pid: int, alive: set[int]) -> int | None:
    ended, status = os.waitpid(pid, os.WNOHANG)
    if ended == 0:
        return None
    alive.discard(pid)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    main()
