"""A migrated database of its own for every test, copied from one made once."""

from __future__ import annotations

import shutil
import sqlite3
from itertools import count
from pathlib import Path
from typing import Protocol

from portal.db.migrate import upgrade
from tests.support.postgresql import Server

KINDS = ("sqlite", "postgresql")


class Databases(Protocol):
    """Makes databases of one kind."""

    def empty(self) -> str:
        """The URL of a new database without any table."""

    def migrated(self) -> str:
        """The URL of a new database with every table and no row."""

    def drop(self, url: str) -> None:
        """Removes what ``empty`` or ``migrated`` made."""


class SqliteDatabases:
    """Files in one folder; a copy of the migrated file is a new database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        self._template: Path | None = None

    def empty(self) -> str:
        return f"sqlite:///{self._next()}"

    def migrated(self) -> str:
        self._template = self._template or self._make_template()
        return f"sqlite:///{shutil.copy(self._template, self._next())}"

    def drop(self, url: str) -> None:
        path = url.removeprefix("sqlite:///")
        for suffix in ("", "-wal", "-shm"):
            Path(path + suffix).unlink(missing_ok=True)

    def _make_template(self) -> Path:
        path = self._folder / "template.db"
        upgrade(f"sqlite:///{path}")
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # copy one file, not two
        connection.close()
        return path

    def _next(self) -> Path:
        return self._folder / f"{next(self._numbers)}.db"


class PostgresqlDatabases:
    """Databases of one server; a migrated one is the template of the rest."""

    TEMPLATE = "portal_template"

    def __init__(self, server: Server) -> None:
        self._server = server
        self._numbers = count(1)
        self._template_is_made = False

    @property
    def pid(self) -> int:
        """The server's process."""
        return self._server.process.pid

    def empty(self) -> str:
        return self._server.create(self._next())

    def migrated(self) -> str:
        if not self._template_is_made:
            upgrade(self._server.create(self.TEMPLATE))
            self._template_is_made = True
        return self._server.create(self._next(), template=self.TEMPLATE)

    def drop(self, url: str) -> None:
        self._server.drop(url.removeprefix("postgresql://portal@/").split("?")[0])

    def _next(self) -> str:
        return f"portal_{next(self._numbers)}"
