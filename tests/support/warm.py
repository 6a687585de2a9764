"""Connections to PostgreSQL that one test passes to the next.

A new connection first reads the catalogue, which takes longer than most tests. What a
test set on a connection is undone before it is lent again.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import Any

import psycopg
from sqlalchemy import Engine, event

MOST = 4
"""So many are kept for a database; the others close as ever."""
UNDO = "UNLISTEN *; CLOSE ALL; RESET ALL; SELECT pg_advisory_unlock_all()"
Link = psycopg.Connection[Any]
_kept: dict[str, list[Link]] = defaultdict(list)


def lend(engine: Engine) -> None:
    """Let ``engine`` use what is kept for its database, and keep what it closes."""
    database = engine.url.database or ""
    event.listen(engine, "do_connect", lambda *_how: taken(database))
    engine.dialect.do_close = keep  # type: ignore[method-assign,assignment]


def taken(database: str) -> Link | None:
    """A working connection, or None if none is kept."""
    while _kept[database]:
        link = _kept[database].pop()
        with suppress(psycopg.Error):
            link.execute("SELECT 1")
            link.autocommit = False
            return link
        link.close()
    return None


def keep(link: Link) -> None:
    """Keep a connection for a later test, if it still works and is wanted."""
    kept = _kept[link.info.dbname]
    with suppress(psycopg.Error):
        if len(kept) < MOST:
            link.rollback()
            link.autocommit = True
            link.execute(UNDO)
            kept.append(link)
            return
    link.close()


def kept_by(database: str) -> list[int]:
    """The server's processes behind the connections kept for a database."""
    return [link.info.backend_pid for link in _kept[database]]


def forget(database: str) -> None:
    """Close what is kept for a database."""
    for link in _kept.pop(database, []):
        link.close()


def close() -> None:
    """Close all that is kept."""
    for database in list(_kept):
        forget(database)
