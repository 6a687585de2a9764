"""Everything that differs between SQLite and PostgreSQL, in one place."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

import psycopg
from sqlalchemy import (
    BindParameter,
    Connection,
    Engine,
    bindparam,
    create_engine,
    event,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

BUSY_MILLISECONDS = 5_000
AUDIT_LOCK = 7_214_001  # any constant: the lock of the audit chain on PostgreSQL
CHANNEL = "portal_outbox"  # PostgreSQL notifies here when a message is queued
GLANCE_SECONDS = 0.05  # between two checks for a commit, on SQLite
PATIENCE = {"connect_timeout": 5, "options": f"-c lock_timeout={BUSY_MILLISECONDS}"}
QUIET: dict[str, Any] = {"pool_size": 12, "hide_parameters": True}  # safe to log


def open_engine(url: str) -> Engine:
    """An engine for ``url``; SQLite in WAL, durable, with real transactions."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        return create_engine(parsed, pool_pre_ping=True, connect_args=PATIENCE, **QUIET)
    engine = create_engine(parsed, **QUIET)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we issue BEGIN ourselves
    for pragma in (
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "recursive_triggers = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def insert_unless_present(session: Session, table: Any, **values: object) -> bool:
    """Insert a row unless a unique key exists; return whether it was inserted."""
    build = sqlite.insert if _is_sqlite(session) else postgresql.insert
    key = next(iter(table.__table__.primary_key.columns))
    statement = build(table).values(**values).on_conflict_do_nothing().returning(key)
    return session.execute(statement).first() is not None


def literals(values: Iterable[str]) -> BindParameter[Any]:
    """For ``in_``: literal values, because with parameters no partial index is used."""
    return bindparam(None, list(values), expanding=True, literal_execute=True)


def notify(session: Session) -> None:
    """Wake the engine when this transaction commits; on SQLite it sees that itself."""
    if not _is_sqlite(session):
        session.execute(text(f"NOTIFY {CHANNEL}"))


class CommitWatch(Protocol):
    """Notices commits. One thread creates, uses and closes it."""

    def wait(self, seconds: float) -> bool:
        """Wait at most ``seconds`` for a commit; return whether there may be one."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


def open_watch(engine: Engine) -> CommitWatch:
    """Watch the database of ``engine`` on a separate connection."""
    if engine.dialect.name == "sqlite":
        return _SqliteWatch(engine)
    return _PostgresqlWatch(engine)


class _SqliteWatch:
    """Checks the counter that changes when another connection commits."""

    def __init__(self, engine: Engine) -> None:
        self._connection = sqlite3.connect(engine.url.database or "", timeout=1.0)
        self._seen = self._version()

    def wait(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while self._version() == self._seen:
            left = until - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(left, GLANCE_SECONDS))
        self._seen = self._version()
        return True

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        self._connection.close()


class _PostgresqlWatch:
    """Listens on the channel that ``notify`` uses."""

    def __init__(self, engine: Engine) -> None:
        url = engine.url.set(drivername="postgresql")
        address = url.render_as_string(hide_password=False)
        self._connection = psycopg.connect(address, autocommit=True)
        try:
            self._connection.execute(f"LISTEN {CHANNEL}")
        except psycopg.Error:
            self._connection.close()
            raise

    def wait(self, seconds: float) -> bool:
        return any(self._connection.notifies(timeout=seconds, stop_after=1))

    def close(self) -> None:
        self._connection.close()


def lock_audit_chain(session: Session) -> None:
    """Let one transaction at a time append to the audit; SQLite does so anyway."""
    if not _is_sqlite(session):
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": AUDIT_LOCK})


def lock_key(session: Session, key: str) -> None:
    """Let one transaction at a time work under ``key``; SQLite does so anyway."""
    if not _is_sqlite(session):
        statement = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
        session.execute(statement, {"key": key})


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def place(session: Session) -> str:
    """Where this database is, as a short name that a copy of it does not share.

    On SQLite it names the machine and the file, on PostgreSQL the cluster and its
    database. A physical copy of a whole cluster therefore looks like the original.
    """
    if _is_sqlite(session):
        file = session.get_bind().engine.url.database or ""
        parts = _sqlite_place(file) if file not in ("", ":memory:") else []
    else:
        parts = _postgresql_place(session)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _sqlite_place(file: str) -> list[str]:
    machine = Path("/etc/machine-id")
    name = machine.read_text("ascii").strip() if machine.exists() else ""
    path = Path(file).resolve()
    return ["sqlite", name, str(path), str(path.stat().st_ino)]


def _postgresql_place(session: Session) -> list[str]:
    may = "SELECT has_function_privilege('pg_control_system()', 'execute')"
    control = "SELECT system_identifier FROM pg_control_system()"
    cluster = session.scalar(text(control)) if session.scalar(text(may)) else ""
    query = "SELECT oid FROM pg_database WHERE datname = current_database()"
    return ["postgresql", str(cluster), str(session.scalar(text(query)))]


def append_only_statements(dialect: str, tables: list[str]) -> Iterator[str]:
    """DDL that makes ``tables`` refuse UPDATE, DELETE and overwriting."""
    if dialect == "sqlite":
        for table in tables:
            yield from _sqlite_guards(table)
        return
    yield (
        "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in tables:
        yield (
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION append_only()"
        )
        yield (
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )


def _sqlite_guards(table: str) -> Iterator[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    for act in ("UPDATE", "DELETE"):
        yield f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} {refuse}"
    # INSERT OR REPLACE deletes without firing the DELETE trigger.
    known = f"SELECT 1 FROM {table} WHERE id = NEW.id"  # noqa: S608 (our own names)
    yield (
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS ({known}) {refuse}"
    )


def drop_append_only_statements(dialect: str, tables: list[str]) -> Iterator[str]:
    """DDL that undoes ``append_only_statements``."""
    for table in tables:
        if dialect == "sqlite":
            for name in ("no_update", "no_delete", "no_replace"):
                yield f"DROP TRIGGER {table}_{name}"
        else:
            yield f"DROP TRIGGER {table}_append_only ON {table}"
            yield f"DROP TRIGGER {table}_no_truncate ON {table}"
    if dialect != "sqlite":
        yield "DROP FUNCTION append_only()"
