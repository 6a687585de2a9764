"""The migrated schema is the one the tables describe, and its guards guard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, Table, inspect, select, text
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.types import JSON, Boolean, Date, Enum, Integer, LargeBinary, Time

from portal.db.base import UtcTime, Word
from portal.db.dialect import open_engine
from portal.db.migrate import FOLDER, downgrade, upgrade
from portal.db.tables import APPEND_ONLY, Base
from portal.vocabulary.alerts import AlertState, Happening

REVISIONS = list(ScriptDirectory(str(FOLDER)).walk_revisions())[::-1]
APPEND_ONLY_TABLES = [model.__table__ for model in APPEND_ONLY]
FULL = 2  # SQLite's number for it
MOMENT = datetime(2026, 3, 12, 1, 0, tzinfo=UTC)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    opened = open_engine(database_url)
    yield opened
    opened.dispose()


def tables_of(url: str) -> list[str]:
    engine = open_engine(url)
    names = inspect(engine).get_table_names()
    engine.dispose()
    return names


def test_what_sqlite_commits_outlives_a_power_cut(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'portal.db'}")
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA synchronous")) == FULL
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
    engine.dispose()


def test_migrations_lead_to_the_tables_the_code_describes(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_word_of_another_build_is_read_as_it_stands() -> None:
    word = Word(Happening)
    dialect = DefaultDialect()
    assert word.process_result_value("sung", dialect) == "sung"
    assert word.process_result_value("paged", dialect) is Happening.PAGED
    assert word.process_result_value(None, dialect) is None


def test_every_column_that_keeps_a_word_keeps_its_text() -> None:
    kept = {
        f"{table.name}.{column.name}": column.type
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Word | Enum)
    }
    assert [name for name, found in kept.items() if isinstance(found, Enum)] == []
    assert kept.keys() >= {
        "alert.state",
        "alert_event.kind",
        "task.state",
        "task.kind",
        "visit.state",
        "entry_version.kind",
    }


def test_a_missing_column_would_be_seen(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("ALTER TABLE beat DROP COLUMN acting"))
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert [change[0] for change in compare_metadata(context, Base.metadata)] == [
            "add_column"
        ]


@pytest.mark.in_turn
def test_every_migration_goes_up_and_down(empty_database_url: str) -> None:
    for script in REVISIONS:
        before = tables_of(empty_database_url)
        upgrade(empty_database_url, script.revision)
        downgrade(empty_database_url, str(script.down_revision or "base"))
        bookkeeping = {"alembic_version"}
        assert (
            set(tables_of(empty_database_url)) - bookkeeping
            == set(before) - bookkeeping
        )
        upgrade(empty_database_url, script.revision)
    assert set(Base.metadata.tables) <= set(tables_of(empty_database_url))


def test_migrating_again_does_nothing(database_url: str) -> None:
    before = tables_of(database_url)
    upgrade(database_url)
    assert tables_of(database_url) == before


def test_migrations_are_numbered_in_one_row() -> None:
    names = sorted(path.name for path in (FOLDER / "versions").glob("[0-9]*.py"))
    numbers = [int(name[:4]) for name in names]
    assert numbers == list(range(1, len(names) + 1))
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", name) for name in names)
    assert [script.revision for script in REVISIONS] == [name[:4] for name in names]


def some_value(kind: Any) -> Any:
    """Anything a column of this type takes."""
    values: list[tuple[type, Any]] = [
        (UtcTime, MOMENT),
        (JSON, {}),
        (Boolean, True),
        (Integer, 1),
        (Date, MOMENT.date()),
        (Time, MOMENT.time()),
        (LargeBinary, b"x"),
    ]
    if isinstance(kind, Word):
        return next(iter(kind.words))
    return next((value for type_, value in values if isinstance(kind, type_)), "x")


def put_row(connection: Connection, table: Table) -> None:
    """A row that belongs to nothing: this is about guards, not about references."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = replica"))
    row = {column.name: some_value(column.type) for column in table.columns}
    connection.execute(table.insert().values(row))
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = origin"))


@pytest.fixture
def unrelated(engine: Engine) -> Iterator[Connection]:
    """A connection on which rows need not refer to anything."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            raw: Any = connection.connection.driver_connection
            raw.execute("PRAGMA foreign_keys = OFF")
        yield connection
        connection.rollback()


def attacks(table: Table, dialect: str) -> list[str]:
    """Every way to change or lose a row."""
    name, column = table.name, table.columns.keys()[0]
    changes = [f'UPDATE "{name}" SET "{column}" = "{column}"', f'DELETE FROM "{name}"']
    if dialect == "postgresql":
        return [*changes, f'TRUNCATE "{name}" CASCADE']
    copy = f'INSERT OR REPLACE INTO "{name}" SELECT * FROM "{name}"'
    return [*changes, copy]


@pytest.mark.parametrize("table", APPEND_ONLY_TABLES, ids=lambda table: table.name)
def test_what_was_recorded_is_neither_changed_nor_lost(
    unrelated: Connection, table: Table
) -> None:
    put_row(unrelated, table)
    for attack in attacks(table, unrelated.dialect.name):
        nested = unrelated.begin_nested()
        with pytest.raises(DBAPIError, match="append-only"):
            unrelated.execute(text(attack))
        nested.rollback()


def test_an_ordinary_row_may_be_changed(unrelated: Connection) -> None:
    beat = Base.metadata.tables["beat"]
    put_row(unrelated, beat)
    for attack in attacks(beat, unrelated.dialect.name):
        unrelated.execute(text(attack))


def test_a_state_is_kept_as_its_text_and_read_as_its_word(
    unrelated: Connection,
) -> None:
    alert = Base.metadata.tables["alert"]
    put_row(unrelated, alert)
    assert unrelated.scalar(text("SELECT state FROM alert")) == "open"
    assert unrelated.scalar(select(alert.c.state)) is AlertState.OPEN
    typed = alert.update().values(state="opened")
    with pytest.raises(StatementError, match="'opened' is not a valid AlertState"):
        unrelated.execute(typed)
