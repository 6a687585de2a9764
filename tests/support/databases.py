"""A migrated database of its own for every test, copied from one made once."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Dialect, Engine, event

from portal.db.dialect import open_engine
from portal.db.migrate import upgrade
from tests.support import warm
from tests.support.postgresql import Server

KINDS = ("sqlite", "postgresql")
Rows = dict[str, list[Any]]
STRANGERS = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND pid <> ALL(%s)"
)
"""What a test left connected: it must not write into a later one."""
MOMENTS = 50
AGAIN = "SELECT pg_sleep(0.01), pg_stat_clear_snapshot()"
"""A connection that was closed is counted until its process on the server has ended."""
OURS = 16384
"""From this number on PostgreSQL counts what it did not bring itself."""
CATALOGUES = {
    "pg_class": "oid",
    "pg_attribute": "attrelid",
    "pg_trigger": "oid",
    "pg_constraint": "oid",
    "pg_proc": "oid",
}
SCHEMA = " UNION ALL ".join(
    f"SELECT concat_ws(' ', count(*), max(xmin::text::bigint)) FROM {name}"
    f" WHERE {number} >= {OURS}"
    for name, number in CATALOGUES.items()
)
"""How many tables, columns, indexes, guards and rules there are, and who wrote last.

Whoever changes one writes its row anew; a copy of a database has the rows as they are.
"""
RESTART = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
FROM pg_sequences WHERE last_value IS NOT NULL
"""
"""Every number that was given is given anew."""
MOST_USES = 40
"""A database is emptied so often: what was deleted stays in its files, and slows it."""


def forgetful(engine: Engine) -> None:
    """Let SQLite not wait for the disk: no test needs to survive a power cut."""
    if engine.dialect.name == "sqlite":
        event.listen(
            engine, "connect", lambda c, _record: c.execute("PRAGMA synchronous = OFF")
        )


_dialects: dict[str, Dialect] = {}
_asked: set[str] = set()
_compiled: dict[Any, Any] = {}


def experienced(url: str) -> Engine:
    """The portal's engine for ``url``, which knows every statement compiled before.

    What its kind of database is able to do the first engine of that kind has asked.
    """
    engine = open_engine(url)
    forgetful(engine)
    known = _dialects.setdefault(engine.dialect.name, engine.dialect)

    def ask_once(connection: Connection) -> None:
        if known.name not in _asked:
            type(known).initialize(known, connection)
            _asked.add(known.name)

    engine.dialect.initialize = ask_once  # type: ignore[method-assign]
    engine.dialect = known
    engine.update_execution_options(compiled_cache=_compiled)
    if engine.dialect.name == "postgresql":
        warm.lend(engine)
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
    """The file of a SQLite database, with no second file: a copy is complete."""
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
        self._used: list[str] = []
        self._filled: dict[Callable[[str], None], str] = {}

    @property
    def pid(self) -> int:
        """The server's process."""
        return self._server.process.pid

    def empty(self) -> str:
        return self._server.create(self._next())

    def migrated(self) -> str:
        """A database that an earlier test left, emptied; else a copy of the template."""
        return self._used.pop() if self._used else self._copied()

    def filled(self, fill: Callable[[str], None]) -> str:
        if fill not in self._filled:
            url = self.migrated()
            fill(url)
            del self._uses[url]  # nobody is given it again
            warm.forget(_name_of(url))
            self._filled[fill] = _name_of(url)
        return self._server.create(self._next(), template=self._filled[fill])

    def _copied(self) -> str:
        if not self._fresh:
            url = self._server.create(self.TEMPLATE)
            upgrade(url)
            _keep_as_it_is(url)
            self._fresh, self._schema = _rows(url), schema_of(url)
        url = self._server.create(self._next(), template=self.TEMPLATE)
        self._uses[url] = 0
        return url

    def drop(self, url: str) -> None:
        """Empty it for a later test, unless it is in use or damaged."""
        name = _name_of(url)
        uses = self._uses.get(url, MOST_USES) + 1
        if uses < MOST_USES and _emptied(name, url, self._fresh, self._schema):
            self._uses[url] = uses
            self._used.append(url)
            return
        self._uses.pop(url, None)
        warm.forget(name)
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


def _keep_as_it_is(url: str) -> None:
    """Press no long text together: a study's takes longer than all else of most tests."""
    with psycopg.connect(url) as connection:
        for column in ("source", "compiled"):
            connection.execute(
                f"ALTER TABLE study_version ALTER {column} SET STORAGE EXTERNAL"
            )


def schema_of(url: str) -> str:
    """A few words for the tables and guards of a PostgreSQL database."""
    with psycopg.connect(url) as connection:
        return str(connection.execute(SCHEMA).fetchall())


class Spoilt(Exception):
    """A database is no longer like a fresh one."""


def _emptied(name: str, url: str, fresh: Rows, schema: str) -> bool:
    """Replace a test's rows with those of a fresh database; False: it is damaged.

    The guards of the append-only tables are off meanwhile, as for a replica.
    """
    link = warm.taken(name) or psycopg.connect(url)
    try:
        with link.transaction():
            if _is_in_use(link, name) or str(link.execute(SCHEMA).fetchall()) != schema:
                raise Spoilt
            link.execute(RESTART)
            link.execute(_emptying(tuple(fresh)))
            for table, rows in fresh.items():
                _put_back(link, table, rows)
    except (psycopg.Error, Spoilt):
        link.close()
        return False
    warm.keep(link)
    return True


def _is_in_use(link: psycopg.Connection[Any], name: str) -> bool:
    """Whether a test left something connected, and not only on its way out."""
    for _ in range(MOMENTS):
        if not link.execute(STRANGERS, [warm.kept_by(name)]).fetchall():
            return False
        link.execute(AGAIN)
    return True


@cache
def _emptying(tables: tuple[str, ...]) -> bytes:
    """The statements that leave no row in any table, sent as one."""
    begin = (
        "SET LOCAL session_replication_role = replica; SET LOCAL lock_timeout = '2s'"
    )
    empty = [sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in tables]
    return sql.SQL("; ").join([sql.SQL(begin), *empty]).as_bytes(None)


def _put_back(connection: psycopg.Connection[Any], name: str, rows: list[Any]) -> None:
    for row in rows:
        places = sql.SQL(", ").join([sql.Placeholder()] * len(row))
        statement = sql.SQL("INSERT INTO {} VALUES ({})")
        connection.execute(statement.format(sql.Identifier(name), places), row)
