"""``python -m scheduler`` as a process: it delivers, ends when told, survives kill -9."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select, update

from portal.db.tables.outbox import Handset
from portal.db.tables.people import Contact
from portal.people import contacts
from portal.runtime import Runtime
from tests.support.outbox import NURSE_NUMBER, World, build
from tests.support.processes import Running, running
from tests.support.settings import SECRET, settings_for
from tests.support.waiting import until

MESSAGES = 40
Start = Callable[..., Running]


@pytest.fixture
def runtime(database_url: str) -> Iterator[Runtime]:
    """On the real clock, as the processes are."""
    opened = Runtime(settings_for(database_url))
    yield opened
    opened.close()


@pytest.fixture
def world(runtime: Runtime) -> World:
    return build(runtime)


@pytest.fixture
def start(database_url: str, tmp_path: Path) -> Iterator[Start]:
    """Starts engines as processes, and ends those that still run."""
    numbers = count(1)
    told = {
        "PORTAL_MODE": "development",
        "PORTAL_DATABASE_URL": database_url,
        "PORTAL_SECRET_KEY": SECRET,
        "PORTAL_LEASE_SECONDS": "1",
        "PORTAL_SETTLE_SECONDS": "0.3",
    }

    def run(*options: str, cold: bool = False, **settings: str) -> Running:
        how = {"settings": told | settings, "cold": cold}
        output = tmp_path / f"engine-{next(numbers)}.txt"
        return stack.enter_context(running("scheduler", *options, output=output, **how))

    with ExitStack() as stack:
        yield run


def on_phones(world: World) -> list[str]:
    """The number of each text that reached a phone, in order."""
    with world.runtime.reading() as session:
        return list(session.scalars(select(Handset.number).order_by(Handset.id)))


def pages_to_many(world: World) -> None:
    numbers = count(10)
    for step in range(MESSAGES):
        with world.runtime.writing() as session:
            world.nurse = contacts.replace(
                session,
                "mobile",
                f"+86138000010{next(numbers)}",
                now=world.runtime.now(),
                verified=True,
                staff_id=world.staff_id,
            )
            session.execute(update(Contact).values(retired_at=None))
        world.page(step)


def test_a_queued_page_reaches_the_simulated_phone(world: World, start: Start) -> None:
    world.page()
    engine = start(cold=True)
    assert until(lambda: on_phones(world) == [NURSE_NUMBER])
    assert until(lambda: world.messages()[0].state == "delivered")
    world.page(1)
    assert until(lambda: len(on_phones(world)) == 2)
    assert engine.stop() == 0


def test_ctrl_c_ends_it_cleanly_and_gives_the_lease_back(
    world: World, start: Start
) -> None:
    first = start()
    world.page()
    assert until(lambda: len(on_phones(world)) == 1)
    assert first.stop(signal.SIGINT) == 0
    world.page(1)
    assert start("--once").wait() == 0
    assert len(on_phones(world)) == 2


@pytest.mark.in_turn
def test_killed_again_and_again_it_loses_nothing_and_doubles_nothing(
    world: World, start: Start
) -> None:
    pages_to_many(world)
    for enough in (1, MESSAGES // 3, 2 * MESSAGES // 3):
        engine = start()
        assert until(lambda: len(on_phones(world)) >= enough)  # noqa: B023
        engine.kill()
    start()
    assert until(lambda: {m.state for m in world.messages()} == {"delivered"})
    reached = on_phones(world)
    assert len(reached) == len(set(reached)) == MESSAGES


def test_its_log_holds_no_number_and_no_words(world: World, start: Start) -> None:
    world.page()
    engine = start("--once")
    assert engine.wait() == 0
    said = engine.said()
    assert '"message 1, text to +86\\u202601: Accepted"' in said
    assert NURSE_NUMBER not in said
    assert "K7QX" not in said


def test_a_database_of_another_schema_is_refused(
    runtime: Runtime, start: Start
) -> None:
    with runtime.database.engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine = start()
    assert engine.wait() == 1
    assert "revision 9999" in engine.said()


def test_an_unapproved_study_never_reaches_real_people(
    world: World, start: Start
) -> None:
    world.page()
    real = {
        "PORTAL_GATEWAY": "twilio",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "0" * 32,
        "TWILIO_FROM": "+15005550006",
        "PORTAL_TWILIO_API_BASE": "http://127.0.0.1:1",
    }
    engine = start("--once", **real)
    assert engine.wait() == 1
    assert "not approved" in engine.said()
    assert world.attempts() == []
