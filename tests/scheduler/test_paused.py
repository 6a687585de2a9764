"""Engines as processes that sleep, or are too old: they wake up and write nothing."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest

from portal.db.tables.engine import Lease
from portal.engine import leases
from portal.runtime import Runtime
from tests.support.outbox import NURSE_NUMBER, World, build
from tests.support.processes import Running, running
from tests.support.provider import Provider
from tests.support.provider.account import ACCEPT_THEN_HANG, SENDER
from tests.support.settings import SECRET, settings_for
from tests.support.waiting import until, within

TAKEN_OVER = 40  # seconds, for a lease of two and a busy machine
Start = Callable[[], Running]


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """On the real clock, as the processes are."""
    runtime = Runtime(settings_for(database_url))
    yield build(runtime)
    runtime.close()


@pytest.fixture
def start(database_url: str, provider: Provider, tmp_path: Path) -> Iterator[Start]:
    """Starts engines as processes; whatever became of them, they are gone at the end."""
    numbers = count()
    settings = {
        "PORTAL_MODE": "development",
        "PORTAL_DATABASE_URL": database_url,
        "PORTAL_SECRET_KEY": SECRET,
        "PORTAL_LEASE_SECONDS": "2",
        "PORTAL_SETTLE_SECONDS": "0.3",
        "PORTAL_ALLOW_UNAPPROVED": "yes",
        "PORTAL_ONLY_REACH": NURSE_NUMBER,
        "PORTAL_GATEWAY": "twilio",
        "PORTAL_TWILIO_API_BASE": provider.url,
        "TWILIO_ACCOUNT_SID": provider.sid,
        "TWILIO_AUTH_TOKEN": provider.token,
        "TWILIO_FROM": SENDER,
    }

    def run() -> Running:
        output = tmp_path / f"{next(numbers)}.txt"
        begun = running("scheduler", output=output, settings=settings)
        return stack.enter_context(begun)

    with ExitStack() as stack:
        yield run


def lease(world: World) -> Lease | None:
    with world.runtime.reading() as session:
        row = session.get(Lease, leases.NAME)
        if row is not None:
            session.expunge(row)
        return row


def fence(world: World) -> int:
    row = lease(world)
    return row.fence if row else 0


def everything(world: World) -> list[tuple[object, ...]]:
    """What an engine could have written about messages."""
    attempts = [(a.id, a.fence, a.state, a.provider_id) for a in world.attempts()]
    messages = [(m.id, m.state, m.provider_id, m.tries) for m in world.messages()]
    return [*attempts, *messages]


@pytest.mark.in_turn
def test_F21_F22_an_engine_that_slept_in_the_middle_of_a_call_wakes_and_writes_nothing(
    world: World, provider: Provider, start: Start
) -> None:
    provider.handset(NURSE_NUMBER, receipts="none")
    provider.fail(NURSE_NUMBER, ACCEPT_THEN_HANG)
    old = start()
    assert until(lambda: fence(world) == 1)
    world.page()
    assert until(lambda: len(provider.sent(NURSE_NUMBER)) == 1)
    old.process.send_signal(signal.SIGSTOP)
    start()
    assert within(TAKEN_OVER, lambda: fence(world) == 2), "the standby takes over"
    assert until(lambda: world.messages()[0].state in ("accepted", "delivered"))
    before = everything(world)
    old.process.send_signal(signal.SIGCONT)
    words = ("lost the lease", "the lease was lost")
    assert until(  # its watchdog, which counts the sleep, may end it before it says so
        lambda: old.ended() or any(w in old.said() for w in words)
    )
    assert everything(world) == before
    world.page(step=1)
    assert until(lambda: world.messages()[-1].state in ("accepted", "delivered"))
    assert [a.fence for a in world.attempts()] == [1, 2], "only the new one acts"
    assert len(provider.sent(NURSE_NUMBER)) == 2, "each page left once"
    assert fence(world) == 2


def test_F51_a_program_older_than_the_schema_never_acts_again(
    world: World, provider: Provider, start: Start
) -> None:
    old = start()
    assert until(lambda: fence(world) == 1)
    with world.runtime.writing() as session:
        taken = leases.take_lease(
            session,
            "a newer program",
            schema_version="9999",
            seconds=0.0,  # it is gone at once: the lease is free for its like
            real_now=world.runtime.real_now(),
            silent=leases.glance(session),
        )
    assert taken is not None
    assert until(lambda: "lost the lease" in old.said())
    world.page()
    assert not within(6, lambda: fence(world) > 2 or bool(world.attempts()))
    assert provider.ledger == []
    held = lease(world)
    assert held is not None
    assert held.holder == "a newer program"
