"""Rows that many tests begin with: made once as ever, and copied for the tests after.

The portal's own way into the tables takes ten times as long, and is tried elsewhere. Only
a database without such rows is given copies; elsewhere all is made as ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session, make_transient_to_detached

from portal.db.base import Base

One = TypeVar("One", bound=Base)
NOTHING: Mapping[str, int] = {}


@dataclass(frozen=True)
class Copy:
    """The rows of a table as its database gives and takes them.

    ``last`` is the number of the last row, if the database numbers them itself.
    """

    table: str
    rows: Any
    last: int | None


def without_rows(session: Session, tables: Sequence[str]) -> bool:
    """Whether none of these tables holds a row."""
    each = " UNION ALL ".join(f"SELECT 1 FROM {name}" for name in tables)
    return session.execute(text(f"{each} LIMIT 1")).first() is None


def lasts(session: Session, tables: Iterable[str]) -> dict[str, int]:
    """The number of the last row of each table, 0 where there is none."""
    names = list(tables)
    each = ", ".join(f"(SELECT max(id) FROM {name})" for name in names)
    found = session.execute(text(f"SELECT {each}")).one()
    return {name: last or 0 for name, last in zip(names, found, strict=True)}


def copied(
    session: Session, tables: Iterable[str], after: Mapping[str, int] = NOTHING
) -> list[Copy]:
    """What these tables hold ``after`` a number, each after those that it refers to."""
    session.flush()
    given = _given_by_sqlite if _on_sqlite(session) else _given_by_postgresql
    return [
        Copy(
            name,
            given(session, name, after.get(name, 0)),
            last if _numbers(name) else None,
        )
        for name, last in lasts(session, tables).items()
        if last > after.get(name, 0)
    ]


def _numbers(table: str) -> bool:
    return Base.metadata.tables[table].autoincrement_column is not None


def put(session: Session, copies: Sequence[Copy]) -> None:
    """Put into tables what those of another database held; the next number follows."""
    if _on_sqlite(session):
        for copy in copies:
            places = ", ".join("?" * len(copy.rows[0]))
            statement = f"INSERT INTO {copy.table} VALUES ({places})"
            session.connection().exec_driver_sql(statement, copy.rows)
        return
    with session.connection().connection.cursor() as cursor:
        for copy in copies:
            with cursor.copy(f"COPY {copy.table} FROM STDIN") as taking:
                taking.write(copy.rows)
        numbered = [one for one in copies if one.last is not None]
        lasts = (f"setval('{one.table}_id_seq', {one.last})" for one in numbered)
        cursor.execute(f"SELECT {', '.join(lasts)}")


def like(one: One) -> One:
    """A row that a session loaded, as another database holds it."""
    columns = inspect(type(one)).column_attrs
    made = type(one)(**{each.key: getattr(one, each.key) for each in columns})
    make_transient_to_detached(made)
    return made


def _on_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _given_by_sqlite(session: Session, table: str, after: int) -> list[tuple[Any, ...]]:
    query = f"SELECT * FROM {table} WHERE id > {after} ORDER BY id"
    return [tuple(row) for row in session.connection().exec_driver_sql(query)]


def _given_by_postgresql(session: Session, table: str, after: int) -> bytes:
    query = f"SELECT * FROM {table} WHERE id > {after} ORDER BY id"
    cursor = session.connection().connection.cursor()
    with cursor, cursor.copy(f"COPY ({query}) TO STDOUT") as giving:
        return b"".join(bytes(part) for part in giving)
