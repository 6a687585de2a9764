"""What a process checks before it may serve or send: the schema and the signatures.

The web, the engine and the commands all check here, so that none starts on a database
it was not written for, and no real person is texted by an unapproved study.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError

from portal import study_versions
from portal.config import Settings, from_environment
from portal.db.migrate import current_revision, newest_revision, upgrade
from portal.errors import PortalError, UnsafeSettings
from portal.runtime import Runtime

EMBEDDED = "log"  # the gateway that reaches no real phone
UNREADABLE = (ArgumentError, ImportError)  # for a bad address or kind
NO_ADDRESS = "PORTAL_DATABASE_URL is not an address of SQLite or PostgreSQL."


class DatabaseAway(UnsafeSettings):
    """The database does not answer, so its contents cannot be checked."""


@contextmanager
def opened(settings: Settings | None = None) -> Iterator[Runtime]:
    """A runtime on a database that fits this program, closed at the end.

    Raises:
        UnsafeSettings: see ``refuse_unready``; or a setting cannot be used.
        PortalError: the database failed during the work; nothing was saved.
    """
    runtime = open_runtime(settings or from_environment())
    try:
        refuse_unready(runtime)
        yield runtime
    except OperationalError as error:
        raise PortalError("The database did not answer; nothing was saved.") from error
    finally:
        runtime.close()


@contextmanager
def opened_for_setup(settings: Settings) -> Iterator[Runtime]:
    """A runtime on a migrated database, also while a study is unapproved.

    Raises:
        UnsafeSettings: the database does not fit this program.
    """
    runtime = open_runtime(settings)
    try:
        _refuse_other_schema(runtime)
        yield runtime
    finally:
        runtime.close()


def open_runtime(settings: Settings) -> Runtime:
    """A runtime with these settings.

    Raises:
        UnsafeSettings: PORTAL_DATABASE_URL is not an address of a database.
    """
    try:
        return Runtime(settings)
    except UNREADABLE as error:
        raise UnsafeSettings(NO_ADDRESS) from error


def refuse_unready(runtime: Runtime) -> None:
    """Refuse a database that does not fit, and an unapproved study for real people.

    Raises:
        UnsafeSettings: the database does not answer, was not migrated, or is newer than
            this program; or a study is not approved and the gateway reaches real
            people.
    """
    _refuse_other_schema(runtime)
    settings = runtime.settings
    if settings.gateway == EMBEDDED or settings.allow_unapproved:
        return
    with runtime.reading() as session:
        if study_versions.unapproved(session):
            raise UnsafeSettings(
                "A study in this database is not approved by its investigator, and "
                f"PORTAL_GATEWAY={settings.gateway} reaches real people. Set approved "
                "= true in the signed study file and install it, or, for a rehearsal "
                "among colleagues, PORTAL_ALLOW_UNAPPROVED=yes."
            )


def _refuse_other_schema(runtime: Runtime) -> None:
    _refuse_missing_file(runtime.settings.database_url)
    try:
        found = current_revision(runtime.database.engine)
    except SQLAlchemyError as error:
        raise DatabaseAway(
            f"The database {shown(runtime.settings.database_url)} does not answer. "
            "Is PORTAL_DATABASE_URL right? To make a new one: python -m portal init"
        ) from error
    if found != newest_revision():
        has = f"is at revision {found}" if found else "has no tables yet"
        raise UnsafeSettings(
            f"The database {has}; this program needs {newest_revision()}. "
            "Run: python -m portal migrate"
        )


def _refuse_missing_file(url: str) -> None:
    """Refuse a missing file: SQLite would create an empty one for a misspelt name."""
    file = _file_of(url)
    if file is not None and not file.exists():
        raise DatabaseAway(
            f"There is no database at {file}. PORTAL_DATABASE_URL says where it is. "
            "To make a new one: python -m portal init (tables only: python -m "
            "portal migrate)"
        )


def migrate(url: str) -> str:
    """Bring the database to this program's revision and return it.

    A repeat does nothing.

    Raises:
        PortalError: the database does not answer, or is newer than this program.
    """
    try:
        _make_folder(url)
        upgrade(url)
    except UNREADABLE as error:
        raise UnsafeSettings(NO_ADDRESS) from error
    except CommandError as error:
        raise PortalError(f"The database cannot be migrated: {error}.") from error
    except (OSError, SQLAlchemyError) as error:
        raise PortalError(f"The database {shown(url)} does not answer.") from error
    return newest_revision()


def _make_folder(url: str) -> None:
    file = _file_of(url)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)


def _file_of(url: str) -> Path | None:
    """The file of a SQLite database; None for one in memory or on a server."""
    address = make_url(url)
    file = address.database or ""
    plain = file not in ("", ":memory:") and not file.startswith("file:")
    return Path(file) if address.get_backend_name() == "sqlite" and plain else None


def shown(url: str) -> str:
    """A database's address without its password."""
    return make_url(url).render_as_string(hide_password=True)
