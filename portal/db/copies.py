"""Copies a whole database into one file and back, while people continue to work.

SQLite uses its online backup, PostgreSQL its own pg_dump from one snapshot. The rows
are counted in the same snapshot, so that a copy can be compared with its original.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from portal.db.dialect import open_engine

Counts = dict[str, int]
INSTALLED = Path("/usr/lib/postgresql")


class CannotCopy(Exception):
    """The copy failed or is incomplete; the text says what is wrong."""


def kind_of(url: str) -> str:
    """``sqlite`` or ``postgresql``."""
    return make_url(url).get_backend_name()


def dump(url: str, target: Path) -> Counts:
    """Copy the database at ``url`` to the file ``target``; return the rows per table.

    Raises:
        CannotCopy: a tool is missing or failed.
    """
    if kind_of(url) == "sqlite":
        return _dump_sqlite(file_of(url), target)
    return _dump_postgresql(make_url(url), target)


def counted(kind: str, copy: Path) -> Counts:
    """The rows per table, read from the copy itself; checks that it is complete.

    Raises:
        CannotCopy: it is damaged.
    """
    return _counted_sqlite(copy) if kind == "sqlite" else _counted_dump(copy)


def is_empty(url: str) -> bool:
    """Whether the database at ``url`` has no tables yet."""
    if kind_of(url) == "sqlite":
        path = file_of(url)
        if not path.exists() or path.stat().st_size == 0:
            return True
        with closing(sqlite3.connect(path)) as connection:
            return not _tables_of_sqlite(connection)
    with _connected(make_url(url)) as connection:
        return not _tables_of_postgresql(connection)


def load_postgresql(url: str, copy: Path) -> None:
    """Replace everything at ``url`` by a dump, in one transaction.

    Raises:
        CannotCopy: a tool is missing or failed. Then a database that was empty stays
            empty.
    """
    address = make_url(url)
    with _connected(address) as connection:
        tool = _tool("pg_restore", _server(connection))
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
        connection.commit()
    options = ("--no-owner", "--no-privileges", "--exit-on-error", "--schema=public")
    _run(
        address,
        [tool, *options, "--single-transaction", "--dbname"],
        [_plain(address), str(copy)],
    )


def file_of(url: str) -> Path:
    """The file of an SQLite database."""
    return Path(make_url(url).database or "")


def _dump_sqlite(source: Path, target: Path) -> Counts:
    if not source.exists():
        raise CannotCopy(f"there is no database at {source}")
    try:
        with (
            closing(sqlite3.connect(source)) as one,
            closing(sqlite3.connect(target)) as other,
        ):
            one.backup(other)
        return _counted_sqlite(target)
    except sqlite3.Error as error:
        raise CannotCopy(f"SQLite says: {error}") from error


def _counted_sqlite(copy: Path) -> Counts:
    try:
        with closing(sqlite3.connect(copy)) as connection:
            checked = connection.execute("PRAGMA integrity_check").fetchall()
            strays = connection.execute("PRAGMA foreign_key_check").fetchall()
            if checked != [("ok",)] or strays:
                raise CannotCopy("the copy is damaged")
            return {
                name: connection.execute(
                    f'SELECT count(*) FROM "{name}"'  # noqa: S608 (its own names)
                ).fetchone()[0]
                for name in _tables_of_sqlite(connection)
            }
    except sqlite3.Error as error:
        raise CannotCopy(f"the copy is damaged: {error}") from error


def _tables_of_sqlite(connection: sqlite3.Connection) -> list[str]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE ?"
    return [row[0] for row in connection.execute(query, ("sqlite_%",))]


@contextmanager
def _connected(url: URL) -> Iterator[Connection]:
    engine = open_engine(url.render_as_string(hide_password=False))
    try:
        with engine.connect() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise CannotCopy(f"PostgreSQL failed ({type(error).__name__})") from error
    finally:
        engine.dispose()


def _tables_of_postgresql(connection: Connection) -> list[str]:
    query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    return [str(row[0]) for row in connection.exec_driver_sql(query)]


def _dump_postgresql(url: URL, target: Path) -> Counts:
    with _connected(url) as connection:
        tool = _tool("pg_dump", _server(connection))
        connection.exec_driver_sql(
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
        )
        name = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        counts = {
            table: _rows(connection, table)
            for table in _tables_of_postgresql(connection)
        }
        what = ["--format=custom", "--schema=public", f"--snapshot={name}"]
        options = [*what, f"--file={target}", "--dbname"]
        _run(url, [tool, *options], [_plain(url)])
    return counts


def _server(connection: Connection) -> int:
    version = connection.dialect.server_version_info or (0,)
    return int(version[0])


def _rows(connection: Connection, name: str) -> int:
    query = f'SELECT count(*) FROM "{name}"'  # noqa: S608 (the database's own names)
    return int(connection.exec_driver_sql(query).scalar_one())


def _counted_dump(copy: Path) -> Counts:
    """Rows between ``COPY name (…) FROM stdin;`` and its end, as psql reads them."""
    command = [_tool("pg_restore", 0), "--data-only", "--file=-", str(copy)]
    counts: Counts = {}
    table = ""
    with subprocess.Popen(  # noqa: S603 (PostgreSQL's own tool)
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        for line in process.stdout or ():
            if table and line == b"\\.\n":
                table = ""
            elif table:
                counts[table] += 1
            elif line.startswith(b"COPY public."):
                table = line.split()[1].decode().removeprefix("public.").strip('"')
                counts[table] = 0
    if process.returncode:
        raise CannotCopy("the dump is damaged")
    return counts


def _plain(url: URL) -> str:
    """The address without its password, which the process list would show."""
    bare = URL.create(
        "postgresql", url.username, None, url.host, url.port, url.database, url.query
    )
    return bare.render_as_string(hide_password=False)


def _run(url: URL, command: Sequence[str], rest: Sequence[str]) -> None:
    environment = {**os.environ, "PGCONNECT_TIMEOUT": "10"}
    if url.password:
        environment["PGPASSWORD"] = str(url.password)
    done = subprocess.run(  # noqa: S603 (PostgreSQL's own tools)
        [*command, *rest], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no word"]
        raise CannotCopy(f"{Path(command[0]).name} failed: {said[-1]}")


def _tool(name: str, server: int) -> str:
    """A PostgreSQL tool that is new enough for the server.

    PORTAL_PG_BIN names its folder; without that, the path and the usual folders are
    searched.

    Raises:
        CannotCopy: there is none; the text names the tool.
    """
    folders = sorted(INSTALLED.glob("[0-9]*"), key=lambda path: -int(path.name))
    named = os.environ.get("PORTAL_PG_BIN")
    on_path = [named] if named else [None, *(str(each / "bin") for each in folders)]
    for folder in on_path:
        found = shutil.which(name, path=folder)
        if found and _version(found) >= server:
            return found
    raise CannotCopy(
        f"{name} of PostgreSQL {server or ''} or newer is missing: install "
        "postgresql-client, or name its folder in PORTAL_PG_BIN"
    )


def _version(tool: str) -> int:
    said = subprocess.run(  # noqa: S603 (PostgreSQL's own tools)
        [tool, "--version"], capture_output=True, text=True, check=False
    ).stdout
    numbers = [word for word in said.split() if word[:1].isdigit()]
    return int(numbers[0].split(".")[0]) if numbers else 0
