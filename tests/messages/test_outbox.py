"""The engine's queries stay on their partial indexes, however many rows are done."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session

from portal.db.tables.outbox import Attempt, Message
from portal.delivery.sending import attempts, due_messages, lookups
from portal.delivery.sending.attempts import SendingContext
from portal.runtime import Runtime
from tests.support.fake_gateway import EVERYTHING
from tests.support.outbox import World, build

DONE = 5000
Query = Callable[[Session, World], object]


@pytest.fixture
def world(runtime: Runtime) -> World:
    made = build(runtime)
    message_id = made.page()
    made.reminder()
    row = made.message(message_id)
    columns = Message.__table__.columns.keys()
    sent = [
        {name: getattr(row, name) for name in columns}
        | {"id": 100 + n, "dedupe_key": f"A:{n}", "state": "delivered"}
        for n in range(DONE)
    ]
    tries = [
        {
            "message_id": 100 + n,
            "number": 1,
            "reference": f"r{n}",
            "provider": "fake",
            "fence": 1,
            "state": "accepted",
            "started_at": row.created_at,
            "deadline": row.created_at,
            "lookups": 0,
        }
        for n in range(DONE)
    ]
    with runtime.writing() as session:
        session.execute(Message.__table__.insert(), sent)
        session.execute(Attempt.__table__.insert(), tries)
    with runtime.writing() as session:
        session.execute(text("ANALYZE"))
    return made


def ground(world: World) -> SendingContext:
    runtime = world.runtime
    held = world.lease(silent=True)
    return SendingContext(held, EVERYTHING, 3.0, runtime.now(), runtime.real_now())


def plans(world: World, query: Query) -> str:
    """What the database says it would do for each SELECT of ``query``."""
    seen: list[tuple[str, object]] = []

    def note(
        _c: object, _k: object, statement: str, values: object, *_: object
    ) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            seen.append((statement, values))

    engine = world.runtime.database.engine
    event.listen(engine, "before_cursor_execute", note)
    with world.runtime.reading() as session:
        query(session, world)
    event.remove(engine, "before_cursor_execute", note)
    with engine.connect() as connection:
        return "\n".join(_plan(connection, *each) for each in seen)


def _plan(connection: Connection, statement: str, values: object) -> str:
    sqlite = connection.dialect.name == "sqlite"
    explain = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
    rows = connection.exec_driver_sql(explain + statement, values)  # type: ignore[arg-type]
    return "\n".join(str(row[-1]) for row in rows)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (
            lambda s, w: due_messages.first_due(s, now=w.runtime.now()),
            "ix_message_due",
        ),
        (
            lambda s, w: due_messages.candidates(
                s, due_messages.NumbersUnderWay(set(), set()), now=w.runtime.now()
            ),
            "ix_message_due",
        ),
        (lambda s, _w: due_messages.busy_numbers(s), "ix_attempt_unresolved"),
        (lambda s, w: lookups.to_look_up(s, ground(w)), "ix_attempt_unresolved"),
        (lambda s, w: attempts.suspect_silent(s, ground(w)), "ix_attempt_unresolved"),
    ],
)
@pytest.mark.sampled(2)
def test_a_query_of_each_cycle_reads_only_what_is_open(
    world: World, query: Query, index: str
) -> None:
    plan = plans(world, query)
    if world.runtime.database.engine.dialect.name == "sqlite":
        assert index in plan
    for table in ("message", "attempt"):
        assert f"SCAN {table}\n" not in plan + "\n"
        assert f"Seq Scan on {table}" not in plan
