"""The audit trail is chained, and a change shows."""

from __future__ import annotations

import sqlite3

from sqlalchemy import func, select

from portal import audit
from portal.db.tables.audit import Audit
from portal.runtime import Runtime

NURSE = audit.Actor("staff", "3")


def write(runtime: Runtime, *acts: str) -> None:
    with runtime.writing() as session:
        for act in acts:
            audit.record(session, NURSE, act, ("alert", 7), now=runtime.now(), step=1)


def test_rows_of_one_and_of_many_transactions_make_one_chain(runtime: Runtime) -> None:
    write(runtime, "alert.opened", "alert.paged")
    write(runtime, "alert.acknowledged")
    with runtime.reading() as session:
        rows = session.scalars(select(Audit).order_by(Audit.id)).all()
        assert [row.id for row in rows] == [1, 2, 3]
        assert rows[0].previous == audit.FIRST
        assert [row.previous for row in rows[1:]] == [row.hash for row in rows[:-1]]
        assert audit.first_fault(session) is None


def test_what_is_rolled_back_leaves_no_trace_and_no_gap(runtime: Runtime) -> None:
    class Refused(Exception):
        pass

    try:
        with runtime.writing() as session:
            audit.record(
                session, NURSE, "alert.closed", ("alert", 7), now=runtime.now()
            )
            raise Refused
    except Refused:
        pass
    write(runtime, "alert.opened")
    with runtime.reading() as session:
        assert session.scalar(select(func.count()).select_from(Audit)) == 1
        assert audit.first_fault(session) is None


def test_a_changed_row_is_named(tmp_path) -> None:
    from portal.db.migrate import upgrade
    from tests.support.settings import settings_for

    path = tmp_path / "audit.db"
    upgrade(f"sqlite:///{path}")
    runtime = Runtime(settings_for(f"sqlite:///{path}"))
    write(runtime, "alert.opened", "alert.paged", "alert.closed")
    thief = sqlite3.connect(path)
    thief.execute("DROP TRIGGER audit_no_update")
    thief.execute("UPDATE audit SET actor_id = '4' WHERE id = 2")
    thief.commit()
    thief.close()
    with runtime.reading() as session:
        assert audit.first_fault(session) == 2
    runtime.close()
