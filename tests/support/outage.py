"""Ways to take the database from a running portal, and to give it back.

Each is real on both kinds: another writer's lock, a full disk or a server that refuses
writes, a file that is no longer a database or a server that lets nobody in.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import event
from sqlalchemy.engine import make_url

from portal.runtime import Runtime

GARBAGE = b"this was a database once " * 400
LEAVE = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    " AND pid <> pg_backend_pid()"
)


def _file(runtime: Runtime) -> Path | None:
    url = make_url(runtime.database.url)
    return Path(url.database or "") if url.drivername == "sqlite" else None


def _postgresql(runtime: Runtime, database: str | None = None) -> str:
    url = make_url(runtime.database.url).set(drivername="postgresql")
    if database is not None:
        url = url.set(database=database)
    return url.render_as_string(hide_password=False)


@contextmanager
def locked(runtime: Runtime) -> Iterator[None]:
    """Another program holds the writer's lock; reading goes on."""
    if (file := _file(runtime)) is not None:
        writer = sqlite3.connect(file, isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            writer.rollback()
            writer.close()
        return
    with psycopg.connect(_postgresql(runtime)) as other:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        names = [sql.Identifier(name) for (name,) in other.execute(query)]
        lock = sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE")
        other.execute(lock.format(sql.SQL(", ").join(names)))
        yield
        other.rollback()


@contextmanager
def full(runtime: Runtime) -> Iterator[None]:
    """The disk of the file is full to the last byte; the server refuses writes.

    If the file has no disk of its own (``on_small_disk``), SQLite is told to refuse.
    """
    if (file := _file(runtime)) is not None:
        filled = _to_the_brim if file.parent.is_mount() else _refusing
        with filled(runtime, file.parent):
            yield
        return
    with _set(runtime, "SET default_transaction_read_only = on"):
        yield
    with _set(runtime, "RESET default_transaction_read_only"):
        pass


@contextmanager
def _to_the_brim(_runtime: Runtime, folder: Path) -> Iterator[None]:
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        size = 1024 * 1024
        while size:
            try:
                file.write(b"x" * size)
            except OSError:
                size //= 2
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def _refusing(runtime: Runtime, _folder: Path) -> Iterator[None]:
    engine = runtime.database.engine

    def refuse(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    engine.dispose()
    event.listen(engine, "connect", refuse)
    try:
        yield
    finally:
        event.remove(engine, "connect", refuse)
        engine.dispose()


@contextmanager
def _set(runtime: Runtime, what: str) -> Iterator[None]:
    name = str(make_url(runtime.database.url).database)
    with psycopg.connect(_postgresql(runtime, "postgres"), autocommit=True) as admin:
        said = sql.SQL("ALTER DATABASE {} ").format(sql.Identifier(name))
        admin.execute(said + sql.SQL(what))  # type: ignore[arg-type]
        admin.execute(LEAVE, [name])
    yield


@contextmanager
def gone(runtime: Runtime) -> Iterator[None]:
    """The file is overwritten by something else; the server lets nobody in."""
    if (file := _file(runtime)) is not None:
        with _overwritten(runtime, file):
            yield
        return
    with _set(runtime, "ALLOW_CONNECTIONS false"):
        yield
    with _set(runtime, "ALLOW_CONNECTIONS true"):
        pass


@contextmanager
def _overwritten(runtime: Runtime, file: Path) -> Iterator[None]:
    runtime.close()
    with sqlite3.connect(file) as whole:
        whole.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole.close()
    content = file.read_bytes()
    _forget_beside(file)
    file.write_bytes(GARBAGE)
    try:
        yield
    finally:
        runtime.close()
        _forget_beside(file)
        file.write_bytes(content)


def _forget_beside(file: Path) -> None:
    for suffix in ("-wal", "-shm"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)


@contextmanager
def on_small_disk(url: str, folder: Path, megabytes: int = 8) -> Iterator[str]:
    """The same database; a SQLite file on a small disk of its own, if we may mount one."""
    file = make_url(url).database or ""
    folder.mkdir()
    size = f"size={megabytes}m"
    mount = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
    if not url.startswith("sqlite") or _failed(mount):
        yield url
        return
    try:
        yield f"sqlite:///{shutil.copy(file, folder)}"
    finally:
        _failed(["umount", "--lazy", str(folder)])


def _failed(command: list[str]) -> bool:
    try:
        done = subprocess.run(command, check=False, capture_output=True)
    except FileNotFoundError:
        return True
    return done.returncode != 0
