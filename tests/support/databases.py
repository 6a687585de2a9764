"""A migrated database of its own for every test, copied from one made once."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg import sql
from sqlalchemy import Dialect, Engine, event

from portal.db.dialect import open_engine
from portal.db.migrate import upgrade
from tests.support.postgresql import Server

KINDS = ("sqlite", "postgresql")
Rows = dict[str, list[Any]]
LEAVE = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
"""Ends what a test left connected, so that it cannot write into the next one."""
SCHEMA = """
SELECT md5(string_agg(line, ' ' ORDER BY line)) FROM (
 SELECT concat_ws(' ', relname, relkind, attname, atttypid, attnotnull) AS line
 FROM pg_class LEFT JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0
 WHERE relnamespace = 'public'::regnamespace
 UNION ALL SELECT concat_ws(' ', tgrelid, tgname, tgenabled) FROM pg_trigger
 UNION ALL SELECT concat_ws(' ', conrelid, conname) FROM pg_constraint
 UNION ALL SELECT concat_ws(' ', proname, prosrc) FROM pg_proc
 WHERE pronamespace = 'public'::regnamespace
) AS lines
"""
"""Tables, columns, indexes, guards and rules, in one word."""
RESTART = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
FROM pg_sequences WHERE last_value IS NOT NULL
"""
"""Every number that was given is given anew."""
MOST_USES = 40
"""A database is emptied so often: what was deleted stays in its files, and slows it."""


def forgetful(engine: Engine) -> None:
    """Let SQLite not wait for the disk: no test outlives a power cut."""
    if engine.dialect.name == "sqlite":
        event.listen(
            engine, "connect", lambda c, _record: c.execute("PRAGMA synchronous = OFF")
        )


_dialects: dict[str, Dialect] = {}
_compiled: dict[Any, Any] = {}


def experienced(url: str) -> Engine:
    """The portal's engine for ``url``, knowing every statement compiled before."""
    engine = open_engine(url)
    forgetful(engine)
    engine.dialect = _dialects.setdefault(engine.dialect.name, engine.dialect)
    engine.update_execution_options(compiled_cache=_compiled)
    return engine


class Databases(Protocol):
    """Makes databases of one kind."""

    def empty(self) -> str:
        """The URL of a new database without any table."""

    def migrated(self) -> str:
        """The URL of a new database with every table and no row."""

    def filled(self, fill: Callable[[str], None]) -> str:
        """The URL of a new database with what ``fill`` puts into a migrated one, once."""

    def drop(self, url: str) -> None:
        """Removes what the others made."""


class SqliteDatabases:
    """Files in one folder; a copy of the migrated file is a new database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        self._templates: dict[Callable[[str], None], Path] = {}

    def empty(self) -> str:
        return f"sqlite:///{self._next()}"

    def migrated(self) -> str:
        return self._copied(upgrade)

    def filled(self, fill: Callable[[str], None]) -> str:
        return self._copied(fill)

    def _copied(self, fill: Callable[[str], None]) -> str:
        if fill not in self._templates:
            url = self.empty() if fill is upgrade else self.migrated()
            fill(url)
            self._templates[fill] = _in_one_file(url)
        return f"sqlite:///{shutil.copy(self._templates[fill], self._next())}"

    def drop(self, url: str) -> None:
        path = url.removeprefix("sqlite:///")
        for suffix in ("", "-wal", "-shm"):
            Path(path + suffix).unlink(missing_ok=True)

    def _next(self) -> Path:
        return self._folder / f"{next(self._numbers)}.db"


def _in_one_file(url: str) -> Path:
    """The file of a SQLite database, with nothing of it beside: a copy is whole."""
    path = Path(url.removeprefix("sqlite:///"))
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


class PostgresqlDatabases:
    """Databases of one server; a migrated one is the template of the rest."""

    TEMPLATE = "portal_template"

    def __init__(self, server: Server) -> None:
        self._server = server
        self._numbers = count(1)
        self._fresh: Rows = {}
        self._schema = ""
        self._uses: dict[str, int] = {}
        self._used: list[tuple[str, int]] = []
        self._filled: dict[Callable[[str], None], str] = {}

    @property
    def pid(self) -> int:
        """The server's process."""
        return self._server.process.pid

    def empty(self) -> str:
        return self._server.create(self._next())

    def migrated(self) -> str:
        """One that an earlier test left, emptied; else a copy of the template.

        It has a name of its own either way: what an earlier test left running finds
        no database any more.
        """
        return self._reused() or self._copied()

    def filled(self, fill: Callable[[str], None]) -> str:
        if fill not in self._filled:
            url = self.migrated()
            fill(url)
            del self._uses[url]  # nobody is given it again
            self._filled[fill] = _name_of(url)
        return self._server.create(self._next(), template=self._filled[fill])

    def _reused(self) -> str | None:
        if not self._used:
            return None
        (old, uses), new = self._used.pop(), self._next()
        try:
            url = self._server.rename(old, new)
        except psycopg.Error:  # somebody is still there
            self._server.drop(old)
            return None
        self._uses[url] = uses
        return url

    def _copied(self) -> str:
        if not self._fresh:
            url = self._server.create(self.TEMPLATE)
            upgrade(url)
            self._fresh, self._schema = _rows(url), schema_of(url)
        url = self._server.create(self._next(), template=self.TEMPLATE)
        self._uses[url] = 0
        return url

    def drop(self, url: str) -> None:
        name = _name_of(url)
        uses = self._uses.pop(url, MOST_USES) + 1
        if uses < MOST_USES and _emptied(url, self._fresh, self._schema):
            self._used.append((name, uses))
        else:
            self._server.drop(name)

    def _next(self) -> str:
        return f"portal_{next(self._numbers)}"


def _name_of(url: str) -> str:
    return url.removeprefix("postgresql://portal@/").split("?")[0]


def _rows(url: str) -> Rows:
    """What a migrated database holds: each table, and the rows it begins with."""
    with psycopg.connect(url) as connection:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        names = [str(name) for (name,) in connection.execute(query)]
        return {
            name: connection.execute(
                sql.SQL("SELECT * FROM {}").format(sql.Identifier(name))
            ).fetchall()
            for name in names
        }


def schema_of(url: str) -> str:
    """One word for the tables and guards of a PostgreSQL database."""
    with psycopg.connect(url) as connection:
        return str(connection.execute(SCHEMA).fetchone())


def _emptied(url: str, fresh: Rows, schema: str) -> bool:
    """Put the rows of a fresh database in place of a test's; False: it is spoilt.

    The guards of the append-only tables sleep meanwhile, as for a replica.
    """
    try:
        with psycopg.connect(url) as connection:
            connection.execute(LEAVE)
            if str(connection.execute(SCHEMA).fetchone()) != schema:
                return False
            connection.execute("SET session_replication_role = replica")
            connection.execute("SET lock_timeout = '2s'")
            connection.execute(RESTART)
            for name, rows in fresh.items():
                connection.execute(
                    sql.SQL("DELETE FROM {}").format(sql.Identifier(name))
                )
                _put_back(connection, name, rows)
    except psycopg.Error:
        return False
    return True


def _put_back(connection: psycopg.Connection[Any], name: str, rows: list[Any]) -> None:
    for row in rows:
        places = sql.SQL(", ").join([sql.Placeholder()] * len(row))
        statement = sql.SQL("INSERT INTO {} VALUES ({})")
        connection.execute(statement.format(sql.Identifier(name), places), row)
