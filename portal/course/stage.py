"""Where a course takes place: a separate database, a movable clock, and the portal.

The portal catches some errors so that it can continue (one bad row of many, a text that
could not be handled). They are found here too: ``heard`` has them.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import event

from portal.app import create_app, equip
from portal.config import Settings
from portal.db.migrate import upgrade
from portal.protocol.study.model import Study
from portal.runtime import Runtime

SECRET = "of-a-course-that-nobody-takes-0123456789"  # noqa: S105 (protects nothing)


class MovedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """The moment it was moved to."""
        return self.at


class Ear(logging.Handler):
    """Keeps every error that the portal logs instead of raising it."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[BaseException] = []

    def emit(self, record: logging.LogRecord) -> None:
        """See ``logging.Handler``."""
        if record.exc_info and record.exc_info[1] is not None:
            self.heard.append(record.exc_info[1])


class Stage:
    """The portal on an empty database, for one study."""

    def __init__(self, study: Study, runtime: Runtime, clock: MovedClock) -> None:
        self.study, self.runtime, self.clock = study, runtime, clock
        self.app = _application(runtime)
        self.ear = Ear()


_used: list[Flask] = []
_migrated: list[bytes] = []


@contextmanager
def opened(study: Study, begins: datetime) -> Iterator[Stage]:
    """A stage for ``study`` that begins at a given time; it leaves nothing behind."""
    with tempfile.TemporaryDirectory(prefix="course-") as folder:
        clock = MovedClock(begins)
        settings = Settings(database_url=_database(Path(folder)), secret_key=SECRET)
        runtime = Runtime(settings, clock=clock)
        event.listen(runtime.database.engine, "connect", _never_wait)
        stage = Stage(study, runtime, clock)
        with _listening(stage.ear):
            yield stage
        runtime.close()


def _database(folder: Path) -> str:
    """A migrated database; the first one of a process is reused as a template."""
    file = folder / "course.db"
    url = f"sqlite:///{file}"
    if _migrated:
        file.write_bytes(_migrated[0])
    else:
        upgrade(url)
        _migrated.append(file.read_bytes())
    return url


def _never_wait(connection: object, _record: object) -> None:
    """Do not wait for the disk: a course need not survive a power cut."""
    execute: Callable[[str], object] = connection.execute  # type: ignore[attr-defined]
    execute("PRAGMA synchronous = OFF")


def _application(runtime: Runtime) -> Flask:
    """The portal's pages; routes and templates are made once per process."""
    if not _used:
        _used.append(create_app(runtime=runtime))
        _used[0].testing = True
    equip(_used[0], runtime, runtime.settings)
    return _used[0]


@contextmanager
def _listening(ear: Ear) -> Iterator[None]:
    log = logging.getLogger("portal")
    told, log.propagate = log.propagate, False
    log.addHandler(ear)
    try:
        yield
    finally:
        log.removeHandler(ear)
        log.propagate = told
