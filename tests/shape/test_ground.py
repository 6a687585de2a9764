"""What tests stand on holds: databases apart, migrated, and really both kinds."""

from __future__ import annotations

import re
import socket
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from pytest_socket import SocketConnectBlockedError
from sqlalchemy import inspect, select, text

from portal.audit import first_fault
from portal.db.base import Base
from portal.db.dialect import open_engine
from portal.db.migrate import current_revision, newest_revision
from portal.runtime import Runtime
from scheduler.watchdog import Watchdog
from tests.support import outbox, source, ward
from tests.support.cast import D0, TABLES, Cast, cast, enrolled, made
from tests.support.clock import START, Clock
from tests.support.databases import Databases, experienced, schema_of
from tests.support.engines import engines_left, started
from tests.support.groups import group_of
from tests.support.processes import answers, free_port, running
from tests.support.settings import settings_for

if TYPE_CHECKING:
    from tests.support.web import Visitor


def test_a_database_is_migrated_to_the_newest_revision(database_url: str) -> None:
    engine = open_engine(database_url)
    assert current_revision(engine) == newest_revision()
    engine.dispose()


def test_a_database_is_of_the_kind_the_test_names(
    database_url: str, database_kind: str
) -> None:
    engine = open_engine(database_url)
    assert engine.dialect.name == database_kind
    engine.dispose()


def test_what_one_test_writes_no_other_sees(databases: Databases) -> None:
    first, second = databases.migrated(), databases.migrated()
    for url in (first, second):  # the second would fail, were they the same
        engine = open_engine(url)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE mine (id integer)"))
        engine.dispose()
    databases.drop(first)
    databases.drop(second)


@pytest.mark.slow
@pytest.mark.postgresql
def test_what_a_test_left_connected_finds_no_database_of_a_later_one(
    postgresql_databases: Databases,
) -> None:
    url = postgresql_databases.migrated()
    with psycopg.connect(url, autocommit=True) as left:
        postgresql_databases.drop(url)
        later = postgresql_databases.migrated()
        assert later != url
        with pytest.raises(psycopg.OperationalError, match="terminat"):
            left.execute("SELECT 1")
    postgresql_databases.drop(later)


@pytest.mark.postgresql
def test_a_connection_is_lent_again_without_what_a_test_set_on_it(
    postgresql_databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.support.databases.MOST_USES", 10_000)  # not its last one
    url = postgresql_databases.migrated()
    for _ in range(2):
        engine = experienced(url)
        with engine.connect() as connection:
            found = connection.exec_driver_sql(
                "SELECT pg_backend_pid(), current_setting('work_mem'),"
                " (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')"
            ).one()
            connection.exec_driver_sql("SET work_mem = '99MB'")
            connection.exec_driver_sql("SELECT pg_advisory_lock(1)")
            connection.commit()
        engine.dispose()
        assert found[1:] == ("4MB", 0)
    postgresql_databases.drop(url)
    assert postgresql_databases.migrated() == url
    postgresql_databases.drop(url)


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE mine (id integer)",
        "ALTER TABLE beat DROP COLUMN acting",
        "DROP INDEX ix_try_kind_key_at",
        "ALTER TABLE audit DISABLE TRIGGER USER",
    ],
)
def test_a_database_whose_tables_a_test_changed_is_not_used_again(
    postgresql_databases: Databases, change: str
) -> None:
    url = postgresql_databases.migrated()
    before = schema_of(url)
    with psycopg.connect(url) as connection:
        connection.execute(change)
    assert schema_of(url) != before
    postgresql_databases.drop(url)
    later = postgresql_databases.migrated()
    assert schema_of(later) == before
    postgresql_databases.drop(later)


def test_an_engine_that_a_test_leaves_running_is_missed(runtime: Runtime) -> None:
    with started(runtime, watchdog=Watchdog(limit=60)):
        assert engines_left(patience=0) == ["waker"]
    assert engines_left() == []


def test_an_empty_database_has_no_table(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_the_clock_stands_still_until_it_is_moved(
    runtime: Runtime, clock: Clock
) -> None:
    assert runtime.now() == runtime.now() == START
    clock.advance(hours=1)
    assert runtime.now() == datetime(2026, 3, 12, 2, 0, tzinfo=UTC)


def test_a_time_without_a_zone_is_refused(clock: Clock) -> None:
    with pytest.raises(ValueError, match="zone"):
        clock.set(datetime(2026, 3, 12))  # noqa: DTZ001 (that is the fault)


def test_a_page_is_answered_by_the_portal_on_this_tests_database(
    client: Visitor, database_kind: str
) -> None:
    assert (
        client.application.extensions["runtime"].database.engine.name == database_kind
    )
    assert client.get("/livez").status_code == 200


def test_the_portal_can_be_asked_over_a_socket(portal_url: str) -> None:
    assert answers(f"{portal_url}/livez")
    assert not answers(f"http://localhost:{free_port()}/livez")


def test_a_process_that_stops_early_is_told_with_its_words(tmp_path: Path) -> None:
    with (
        running("portal", "nonsense", output=tmp_path / "said", settings={}) as started,
        pytest.raises(AssertionError, match="No such command"),
    ):
        started.wait_for(lambda: False)


def test_no_process_outlives_its_block(tmp_path: Path) -> None:
    port = free_port()
    serve = ("http.server", str(port), "--bind", "127.0.0.1")
    with running(*serve, output=tmp_path / "said", settings={}) as started:
        started.wait_for_page(f"http://127.0.0.1:{port}/")
    assert not answers(f"http://127.0.0.1:{port}/")


def test_another_host_cannot_be_reached() -> None:
    blocked = pytest.raises(SocketConnectBlockedError)
    with pytest.warns(UserWarning, match="tried to use socket"), blocked:
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_few_workers_drive_pages_and_the_rest_is_shared() -> None:
    files = {name for name, _ in source.python_files("tests/browser", "tests/parity")}
    groups = Counter(group_of(f"{name}::test_a[sqlite]") for name in files)
    assert set(groups) == {"browser 1", "browser 2"}
    assert min(groups.values()) >= len(files) / 3
    alone = "tests/protocol/calendar/test_due.py::test_c"
    assert group_of(alone) == alone


STARTS = re.compile(
    r"^from tests\.(support\.(journey|provided)|faults\.killing) import"
    r"|^from tests\.support\.processes import .*\b(command|Nursery|running|start)\b",
    re.MULTILINE,
)
COLD = {"tests/cli/test_demo.py"}
"""What starts processes, though not from a warm one."""


def test_few_workers_start_processes() -> None:
    files = {
        name
        for name, words in source.text_files()
        if name.startswith("tests/") and "/test_" in name and STARTS.search(words)
    }
    groups = Counter(group_of(f"{name}::test_a[sqlite]") for name in files - COLD)
    assert set(groups) == {"processes 1", "processes 2"}
    assert min(groups.values()) >= len(files) / 4


def made_as_ever(runtime: Runtime, *, on_call: bool) -> Cast:
    with runtime.writing() as session:
        return made(session, on_call=on_call)


def told_of(url: str, people_of: Callable[..., Cast], on_call: bool) -> list[Any]:
    """What the tables hold after a cast and one more person, and what is at hand."""
    runtime = Runtime(settings_for(url))
    people = people_of(runtime, on_call=on_call)
    with runtime.writing() as session:
        enrolled(session, people, house=people.there)
    with runtime.reading() as session:
        rows = [
            [tuple(row) for row in session.execute(select(table).order_by("id"))]
            for table in (Base.metadata.tables[name] for name in TABLES)
        ]
    at_hand = [people.version, people.here.site, people.there.site]
    at_hand += [*people.here.staff.values(), *people.there.staff.values()]
    runtime.close()
    return [
        rows,
        [
            {each.key: getattr(one, each.key) for each in columns_of(one)}
            for one in at_hand
        ],
    ]


def columns_of(one: Base) -> list[Any]:
    return list(inspect(type(one)).column_attrs)


@pytest.mark.parametrize("on_call", [True, False])
def test_a_copy_of_the_cast_is_the_cast_that_is_made(
    databases: Databases, on_call: bool
) -> None:
    found = []
    for people_of in (made_as_ever, cast, cast):
        url = databases.migrated()
        found.append(told_of(url, people_of, on_call))
        databases.drop(url)
    first, *copies = found
    assert all(copy == first for copy in copies)
    assert bool(first[0][-1]) == on_call


def test_a_copy_of_the_ward_is_the_ward_that_is_made(
    databases: Databases, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ward, "_first", {})
    found = []
    for _ in ("made", "copied", "copied"):
        url = databases.migrated()
        runtime = Runtime(settings_for(url), clock=clock)
        there = ward.ward_of(runtime, clock)
        assert there.at("09:00") == 2
        assert there.report() == 1
        with runtime.reading() as session:
            tables = (*ward.TABLES, "entry")
            rows = [
                [tuple(row) for row in session.execute(select(table).order_by("id"))]
                for table in map(Base.metadata.tables.__getitem__, tables)
            ]
            assert first_fault(session) is None
        runtime.close()
        databases.drop(url)
        found.append((there.id, there.cast.here["nurse"].id, rows))
    assert found[0] == found[1] == found[2]
    assert all(found[0][2])


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"home_since": None},
        {"d0": D0 - timedelta(60)},
        {"d0": START.date(), "home_since": None},
    ],
    ids=["at home", "on the ward", "long ago", "today"],
)
def test_a_copy_of_an_enrolment_is_the_enrolment_that_is_made(
    databases: Databases, how: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.support.cast._enrolled", {})
    found = []
    for _ in ("made", "copied"):
        url = databases.migrated()
        runtime = Runtime(settings_for(url))
        people = cast(runtime)
        with runtime.writing() as session:
            person = enrolled(session, people, **how)
            enrolled(session, people, "NO-1", house=people.there, number="13800138009")
            told = {each.key: getattr(person, each.key) for each in columns_of(person)}
        with runtime.reading() as session:
            rows = {
                table.name: [
                    tuple(row)
                    for row in session.execute(
                        select(table).order_by(*table.primary_key)
                    )
                ]
                for table in Base.metadata.sorted_tables
            }
            assert first_fault(session) is None
        runtime.close()
        databases.drop(url)
        found.append((told, rows))
    assert found[0] == found[1]
    assert len(found[0][1]["participant"]) == 2


def test_a_copy_of_the_world_of_messages_is_the_one_that_is_made(
    databases: Databases, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "_first", {})
    found = []
    for _ in ("made", "copied"):
        url = databases.migrated()
        runtime = Runtime(settings_for(url), clock=clock)
        world = outbox.build(runtime)
        at_hand = [
            {each.key: getattr(one, each.key) for each in columns_of(one)}
            for one in (world.nurse, world.person)
        ]
        queued = world.page(), world.reminder()
        with runtime.reading() as session:
            rows = {
                table.name: [
                    tuple(row)
                    for row in session.execute(
                        select(table).order_by(*table.primary_key)
                    )
                ]
                for table in Base.metadata.sorted_tables
            }
        runtime.close()
        databases.drop(url)
        found.append((at_hand, queued, rows))
    assert found[0] == found[1]
