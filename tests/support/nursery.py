"""Starts the portal's programs warm: imports happen once, and each process is a fork.

A program spends a second of the processor on its imports and a tenth on its work. A
fork runs what ``python -m MODULE ARGUMENTS`` would, with its own environment, session
and files, and dies by a real SIGKILL. All this runs in the nursery's own process;
``tests.support.processes`` asks it.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import json
import os
import runpy
import signal
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any, NoReturn

PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15  # linux/prctl.h
ONCE_MAIN = ("portal.__main__", "scheduler.__main__")
"""What ``-m`` runs is not imported before, though all that it imports is."""


def main() -> None:
    requests, answers = (os.fdopen(os.dup(fd), how) for fd, how in ((0, "r"), (1, "w")))
    _warm_up()
    assert threading.active_count() == 1, "a fork would lose a thread"
    alive: set[int] = set()
    for line in requests:
        request = json.loads(line)
        if "run" in request:
            pid = _start(request, (requests.fileno(), answers.fileno()))
            alive.add(pid)
            answer: dict[str, Any] = {"pid": pid}
        else:
            answer = {"status": _status(request["ended"], alive)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    for pid in alive:
        os.kill(pid, signal.SIGKILL)
        with suppress(ProcessLookupError):  # it does not have its own session yet
            os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _warm_up() -> None:
    from sqlalchemy.orm import configure_mappers

    from portal.app import BLUEPRINTS
    from portal.cli import COMMANDS

    for name in (
        *(command.partition(":")[0] for command in COMMANDS.values()),
        *(module for module, _ in BLUEPRINTS),
        "portal.demo.past.seed",
        "portal.messages.gateways.twilio.gateway",
        "scheduler.__main__",
        "sqlalchemy.dialects.postgresql.psycopg",
        "sqlalchemy.dialects.sqlite",
    ):
        import_module(name)
    for name in ONCE_MAIN:
        sys.modules.pop(name, None)
    configure_mappers()
    _know_the_words()
    _keep_templates()
    gc.collect()
    gc.freeze()  # so no child's garbage collection reads it again


def _know_the_words() -> None:
    """Judge a note by the first study once: its signs are folded, and rules ordered."""
    from portal.protocol.study.form import ItemKind
    from portal.protocol.triage.judge import judge
    from portal.study_files import load_study

    study = load_study("dcar-sle")
    note = dict.fromkeys(study.of_kind(ItemKind.TEXT), "fever 发烧")
    judge(study, study.phases[-1].code, note, source="text")


def _keep_templates() -> None:
    """Compile a template once: it takes longer than all else that answers a page."""
    from flask import Flask
    from flask.templating import Environment
    from jinja2 import FileSystemBytecodeCache

    class Keeping(Environment):
        def __init__(self, app: Any, **options: Any) -> None:
            kept = FileSystemBytecodeCache()
            super().__init__(app, bytecode_cache=kept, **options)

    Flask.jinja_environment = Keeping


def _start(request: Mapping[str, Any], ours: tuple[int, ...]) -> int:
    parent = os.getpid()
    pid = os.fork()
    if not pid:
        _run(request, parent, ours)
    return pid


def _run(request: Mapping[str, Any], parent: int, ours: tuple[int, ...]) -> NoReturn:
    status = 1
    try:
        for fd in ours:
            os.close(fd)
        _become(request, parent)
        runpy.run_module(request["run"][0], run_name="__main__", alter_sys=True)
        status = 0
    except SystemExit as end:
        status = _status_of(end.code)
    except BaseException:  # noqa: BLE001 (a fork must never return)
        sys.excepthook(*sys.exc_info())
    _end(status)


def _become(request: Mapping[str, Any], parent: int) -> None:
    """A process as if it had been started: its own session, files and environment."""
    run = request["run"]
    os.setsid()
    linux = ctypes.CDLL(None)
    linux.prctl(PR_SET_NAME, " ".join(run[:2]).encode())
    linux.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked to be notified
        os.kill(os.getpid(), signal.SIGKILL)
    written = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    for path, how, fd in (
        (request["stdin"], os.O_RDONLY, 0),
        (request["stdout"], written, 1),
        (request["stderr"], written, 2),
    ):
        os.dup2(os.open(path, how), fd)
    sys.stdout.reconfigure(write_through=True)  # type: ignore[union-attr]
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = list(run)


def _status_of(code: object) -> int:
    """The exit status that Python makes of ``sys.exit(code)``."""
    if code is None or isinstance(code, int):
        return code or 0
    sys.stderr.write(f"{code}\n")
    return 1


def _end(status: int) -> NoReturn:
    """What Python does before a process ends, without taking everything apart."""
    try:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status)


def _status(pid: int, alive: set[int]) -> int | None:
    ended, status = os.waitpid(pid, os.WNOHANG)
    if ended == 0:
        return None
    alive.discard(pid)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    main()
