"""Migrates a database to the newest schema, and says which schema it has."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from portal.db.dialect import open_engine

FOLDER = Path(__file__).parent / "migrations"


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate the database at ``url`` up to ``revision``; a repeat does nothing."""
    engine = open_engine(url)
    try:
        with engine.execution_options(writes=True).begin() as connection:
            command.upgrade(_config(connection), revision)
    finally:
        engine.dispose()


def downgrade(url: str, revision: str) -> None:
    """Migrate down to ``revision`` (``base`` for empty)."""
    engine = open_engine(url)
    try:
        with engine.execution_options(writes=True).begin() as connection:
            command.downgrade(_config(connection), revision)
    finally:
        engine.dispose()


def newest_revision() -> str:
    """The revision this code was written for."""
    head = ScriptDirectory(str(FOLDER)).get_current_head()
    return head or ""


def current_revision(engine: Engine) -> str | None:
    """The revision of the database; None if it was never migrated."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config
