"""All that differs between SQLite and PostgreSQL, in one place."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

BUSY_MILLISECONDS = 5_000
AUDIT_LOCK = 7_214_001  # any constant: the audit chain's lock on PostgreSQL


def open_engine(url: str) -> Engine:
    """An engine for ``url``; SQLite in WAL, durable, with real transactions."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        return create_engine(parsed, pool_pre_ping=True, pool_size=12)
    engine = create_engine(parsed, pool_size=12)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
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
    """Insert a row unless a unique key is taken; whether it was inserted."""
    build = sqlite.insert if _is_sqlite(session) else postgresql.insert
    key = next(iter(table.__table__.primary_key.columns))
    statement = build(table).values(**values).on_conflict_do_nothing().returning(key)
    return session.execute(statement).first() is not None


def lock_audit_chain(session: Session) -> None:
    """Make appending to the audit a queue; SQLite's writer lock already does."""
    if not _is_sqlite(session):
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": AUDIT_LOCK})


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def append_only_statements(dialect: str, tables: list[str]) -> Iterator[str]:
    """DDL that makes ``tables`` refuse UPDATE, DELETE and overwriting."""
    if dialect == "sqlite":
        for table in tables:
            yield from _sqlite_guards(table)
        return
    yield (
        "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
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
