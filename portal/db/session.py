"""The two ways into the database: to read, and to do one write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event
from sqlalchemy.orm import ORMExecuteState, Session, sessionmaker
from sqlalchemy.sql import Select

from portal.db import tables  # noqa: F401 (a foreign key needs its table known)
from portal.db.dialect import open_engine


class Database:
    """One process's engine and its two kinds of transaction."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine = open_engine(url)
        self._read = sessionmaker(self.engine, expire_on_commit=False)
        self._write = sessionmaker(
            self.engine.execution_options(writes=True), expire_on_commit=False
        )
        event.listen(self._write, "do_orm_execute", _read_what_is_locked)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that writes nothing; its loaded rows can be used afterwards."""
        with self._read() as session:
            yield session  # closing it rolls back and keeps loaded rows usable

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any error.

        On SQLite it holds the writer's lock from its first statement on.
        """
        with self._write() as session, session.begin():
            yield session

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _read_what_is_locked(asked: ORMExecuteState) -> None:
    """A row that is locked is read again, even if the session has loaded it before.

    Otherwise a transaction that waited for the lock would use values from before the
    wait.
    """
    statement = asked.statement
    if isinstance(statement, Select) and statement._for_update_arg is not None:
        asked.update_execution_options(populate_existing=True)
