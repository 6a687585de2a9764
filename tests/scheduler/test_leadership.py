"""Whether this engine acts, when clocks are moved and holders die."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, event

from portal.db.tables.outbox import Message
from portal.engine.leases import FenceLost
from portal.runtime import Runtime
from scheduler.jobs import JOBS, Job, JobContext, confirm, under_fence
from scheduler.leadership import Leadership
from scheduler.sending.delivery import Delivery
from scheduler.sending.lookups import Resolver
from scheduler.sending.polling import Poller
from scheduler.timekeeping import Timekeeper
from tests.support.clock import Clock
from tests.support.fake_gateway import FakeGateway
from tests.support.outbox import World, build


class Seconds:
    """A monotonic clock that the test moves."""

    def __init__(self) -> None:
        self.passed = 0.0

    def __call__(self) -> float:
        return self.passed


def test_a_standby_takes_over_when_the_lease_runs_out(
    runtime: Runtime, clock: Clock
) -> None:
    first, second = Leadership(runtime), Leadership(runtime)
    assert first.seek()
    assert not second.seek()
    clock.advance(seconds=2)
    assert second.seek()
    first.finish_cycle(well=True)
    assert first.held() is None, "it learns that it was replaced"


def test_a_clock_set_back_two_hours_delays_a_standby_by_one_lease(
    runtime: Runtime, clock: Clock
) -> None:
    seconds = Seconds()
    dead, standby = Leadership(runtime), Leadership(runtime, monotonic=seconds)
    assert dead.seek()
    clock.advance(hours=-2)
    assert not standby.seek()
    seconds.passed = 1.9
    assert not standby.seek()
    seconds.passed = 2.1
    assert standby.seek()


def test_a_living_holder_is_not_replaced_whatever_the_clock_says(
    runtime: Runtime, clock: Clock
) -> None:
    seconds = Seconds()
    living, standby = (Leadership(runtime, monotonic=seconds) for _ in range(2))
    assert living.seek()
    clock.advance(hours=-2)
    for _ in range(10):
        assert not standby.seek()
        seconds.passed += 1
        clock.advance(seconds=1)
        living.finish_cycle(well=True)


def test_a_quiet_engine_writes_four_times_a_lease_and_at_once_when_a_job_fails(
    runtime: Runtime,
) -> None:
    seconds, written = Seconds(), []
    leadership = Leadership(runtime, monotonic=seconds)
    assert leadership.seek()
    event.listen(runtime.database.engine, "commit", lambda _: written.append(1))
    leadership.finish_cycle(well=True)
    first = len(written)
    for _ in range(16):
        seconds.passed += 0.125  # a lease lasts two seconds here
        leadership.finish_cycle(well=True)
    assert (first, len(written)) == (1, 5)
    leadership.finish_cycle(well=False)
    assert len(written) == 6


@pytest.fixture
def world(runtime: Runtime) -> World:
    runtime.gateway = FakeGateway()
    return build(runtime)


def bench(world: World, leadership: Leadership) -> JobContext:
    held = leadership.held
    return JobContext(
        world.runtime,
        Delivery(world.runtime, held, lambda: None),
        Resolver(world.runtime, held, lambda: None),
        Poller(world.runtime, held),
        held,
        Timekeeper(world.runtime, held),
    )


def test_no_job_does_anything_for_a_standby(world: World) -> None:
    world.page()
    standby = Leadership(world.runtime)
    assert [job.act(bench(world, standby)) for job in JOBS] == [0] * len(JOBS)
    assert world.attempts() == []


def test_F21_what_a_job_wrote_under_an_old_fence_is_rolled_back(world: World) -> None:
    old = Leadership(world.runtime)
    assert old.seek()
    world.lease("new", silent=True)
    job = Job("due", under_fence(lambda session, study_of, now: 1))
    with pytest.raises(FenceLost):
        job.act(bench(world, old))


def test_a_job_has_the_study_of_each_version_and_study_time(world: World) -> None:
    leadership = Leadership(world.runtime)
    assert leadership.seek()
    seen = []
    job = Job(
        "due",
        under_fence(
            lambda session, study_of, now: (
                seen.append((study_of(world.study_version_id).id, now)) or 3
            )
        ),
    )
    assert job.act(bench(world, leadership)) == 3
    assert seen == [("dcar-sle", world.runtime.now())]


def test_a_second_in_which_nothing_is_due_writes_nothing(world: World) -> None:
    world.change_alert("closed")
    leadership = Leadership(world.runtime)
    assert leadership.seek()
    bench_of_it, locked = bench(world, leadership), []
    for job in JOBS:
        job.act(bench_of_it)  # what a new participant is owed is planned here
    engine = world.runtime.database.engine
    event.listen(engine, "begin", lambda one: locked.append(is_writer(one)))
    assert [job.act(bench_of_it) for job in JOBS] == [0] * len(JOBS)
    assert locked
    assert not any(locked)


@pytest.mark.parametrize(("receipts", "pages"), [(True, 1), (False, 0)])
def test_F38_only_where_receipts_are_given_is_one_missed(
    world: World, clock: Clock, receipts: bool, pages: int
) -> None:
    world.runtime.gateway = FakeGateway(receipts=receipts)
    message_id = world.page()
    with world.runtime.writing() as session:
        session.get_one(Message, message_id).state = "accepted"
    clock.advance(seconds=61)
    leadership = Leadership(world.runtime)
    assert leadership.seek()
    assert confirm(bench(world, leadership)) == pages


def test_a_look_is_taken_for_what_the_job_would_find(world: World) -> None:
    """A job whose look saw less than it does would never be done."""
    leadership = Leadership(world.runtime)
    assert leadership.seek()
    acted: list[bool] = []
    for finds in (True, False):
        job = under_fence(
            lambda session, study_of, now: 5,
            lambda session, now, finds=finds: finds,  # type: ignore[misc]
        )
        acted.append(job(bench(world, leadership)) == 5)
    assert acted == [True, False]


def is_writer(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("writes", False))


def test_the_cycle_climbs_ladders_ends_drafts_reminds_and_pages_overdue_tasks() -> None:
    names = [job.name for job in JOBS]
    assert names == [
        "clock",
        "escalate",
        "finish_drafts",
        "remind",
        "overdue_tasks",
        "unread_words",
        "confirm",
        "resolve",
        "deliver",
        "poll",
        "miss_the_watch",
    ]
