"""One engine acts; a fence that is old writes nothing."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest

from portal.db.tables.engine import Lease
from portal.engine import leases
from portal.engine.leases import FenceLost, Held, LeaseView
from portal.runtime import Runtime
from tests.support.clock import Clock


def take(
    runtime: Runtime,
    holder: str,
    *,
    schema: str = "0001",
    silent: LeaseView | None = None,
) -> Held | None:
    with runtime.writing() as session:
        return leases.take_lease(
            session,
            holder,
            schema_version=schema,
            seconds=10,
            real_now=runtime.real_now(),
            silent=silent,
        )


def confirms(runtime: Runtime, held: Held) -> bool:
    with runtime.writing() as session:
        try:
            leases.confirm(session, held)
        except FenceLost:
            return False
        return True


def test_a_second_engine_stands_by_until_the_lease_runs_out(
    runtime: Runtime, clock: Clock
) -> None:
    assert take(runtime, "one") == Held("one", 1)
    clock.advance(seconds=9.9)
    assert take(runtime, "two") is None
    clock.advance(seconds=0.1)
    assert take(runtime, "two") == Held("two", 2)


def test_renewing_keeps_the_standby_waiting(runtime: Runtime, clock: Clock) -> None:
    held = take(runtime, "one")
    assert held is not None
    for _ in range(3):
        clock.advance(seconds=9)
        with runtime.writing() as session:
            leases.renew(session, held, seconds=10, real_now=runtime.real_now())
        assert take(runtime, "two") is None


def test_an_old_fence_is_refused_everywhere(runtime: Runtime, clock: Clock) -> None:
    old = take(runtime, "one")
    assert old is not None
    clock.advance(seconds=11)
    new = take(runtime, "two")
    assert new is not None
    assert confirms(runtime, new)
    assert not confirms(runtime, old)
    with pytest.raises(FenceLost), runtime.writing() as session:
        leases.renew(session, old, seconds=10, real_now=runtime.real_now())
    with runtime.writing() as session:
        leases.release(session, old, real_now=runtime.real_now())
    assert take(runtime, "three") is None, "an old holder gives nothing away"


def test_a_released_lease_is_taken_at_once(runtime: Runtime) -> None:
    held = take(runtime, "one")
    assert held is not None
    with runtime.writing() as session:
        leases.release(session, held, real_now=runtime.real_now())
    assert take(runtime, "two") == Held("two", 2)


def test_F51_an_older_program_never_replaces_a_newer_one(
    runtime: Runtime, clock: Clock
) -> None:
    assert take(runtime, "new", schema="0002") is not None
    clock.advance(seconds=60)
    assert take(runtime, "old", schema="0001") is None
    assert take(runtime, "newer", schema="0003") is not None


def test_a_clock_set_back_leaves_no_dead_engine_in_office(
    runtime: Runtime, clock: Clock
) -> None:
    take(runtime, "one")
    clock.advance(hours=-2)
    assert take(runtime, "two") is None
    with runtime.reading() as session:
        seen = leases.glance(session)
    assert take(runtime, "two", silent=seen) == Held("two", 2)


def test_a_sign_of_life_meanwhile_keeps_the_lease(
    runtime: Runtime, clock: Clock
) -> None:
    held = take(runtime, "one")
    assert held is not None
    with runtime.reading() as session:
        seen = leases.glance(session)
    clock.advance(seconds=1)
    with runtime.writing() as session:
        leases.renew(session, held, seconds=10, real_now=runtime.real_now())
    assert take(runtime, "two", silent=seen) is None


def test_of_many_engines_starting_together_one_acts(runtime: Runtime) -> None:
    start = threading.Barrier(6)
    outcome: Counter[bool] = Counter()

    def compete(number: int) -> None:
        start.wait()
        outcome[take(runtime, f"engine {number}") is not None] += 1

    threads = [threading.Thread(target=compete, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcome == {True: 1, False: 5}
    with runtime.reading() as session:
        lease = session.get_one(Lease, leases.NAME)
        assert lease.expires_at == runtime.real_now() + timedelta(seconds=10)
