"""``python -m scheduler``: the engine as a process; SIGTERM or Ctrl-C stops it."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading

from portal import logs, startup
from portal.config import from_environment
from portal.engine.guarded import guarded
from portal.errors import PortalError
from portal.runtime import Runtime
from scheduler.engine import Engine
from scheduler.second_path import SecondPath
from scheduler.watchdog import end_process

ONCE_SECONDS = 30.0
log = logging.getLogger("scheduler")


def main(arguments: list[str] | None = None) -> int:
    """Run until told to stop, and return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        runtime = startup.open_runtime(from_environment())
        logs.set_up(runtime.settings.log_level)
        _refuse_unready(runtime)
    except PortalError as refusal:
        sys.stderr.write(f"scheduler: {refusal.message}\n")
        return 1
    engine = Engine(runtime)
    return _once(engine) if options.once else _until_told(engine)


def _refuse_unready(runtime: Runtime) -> None:
    """Refuse a database that does not fit, but page for the red-flag journal first.

    The supervisor starts the engine again each second, so the journal is heard even
    while the database stays down.
    """
    try:
        startup.refuse_unready(runtime)
    except startup.DatabaseAway:
        guarded("the second path", SecondPath(runtime).look)
        raise


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scheduler",
        description="Sends messages and climbs the ladders of alerts until stopped.",
        epilog="Example: PORTAL_DATABASE_URL=sqlite:///var/portal.db "
        "python -m scheduler --once",
    )
    parser.add_argument(
        "--once",
        action="store_true",
        help="do one cycle, send everything that is due, and stop",
    )
    return parser


def _once(engine: Engine) -> int:
    well = engine.cycle()
    acted = engine.leadership.held() is not None
    drained = not acted or engine.drain(ONCE_SECONDS)
    engine.stop()
    if not acted:
        log.info("another engine acts: nothing was done")
    return 0 if well and drained else 1


def _until_told(engine: Engine) -> int:
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    engine.start()
    told.wait()
    engine.stop()
    return 0


if __name__ == "__main__":
    end_process(main())
