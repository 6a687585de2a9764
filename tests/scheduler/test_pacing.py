"""A sender's rate in the engine: the most urgent is next, however much waits."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from sqlalchemy import event, update

from portal.db.tables.outbox import Attempt
from portal.delivery.sending import claims
from portal.delivery.sending.claims import Capacity, Claimed
from portal.delivery.sending.last_look import SendingTerms
from portal.engine.leases import Held
from portal.runtime import Runtime
from scheduler.sending.sending_rate import Pacer
from scheduler.watchdog import Watchdog
from tests.support.clock import Clock
from tests.support.engines import started
from tests.support.fake_gateway import FakeGateway
from tests.support.outbox import NURSE_NUMBER, World, build
from tests.support.queues import queue_reminders
from tests.support.settings import settings_for
from tests.support.waiting import until

MANY = 2_000
RATE = 2.0
FINISH = update(Attempt).values(state="accepted")  # so that the number is free again


class Seconds:
    """A monotonic clock that the test moves."""

    def __init__(self) -> None:
        self.passed = 100.0

    def __call__(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        self.passed += seconds


@pytest.fixture
def runtime(database_url: str, clock: Clock) -> Iterator[Runtime]:
    settings = settings_for(database_url, send_rate=RATE)
    opened = Runtime(settings, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def world(runtime: Runtime) -> World:
    return build(runtime)


class Desk:
    """One engine's claims, with its pace and a clock that the test moves."""

    def __init__(self, world: World, held: Held) -> None:
        self.runtime, self.held, self.seconds = world.runtime, held, Seconds()
        self.pacer = Pacer(world.runtime, self.seconds, self.seconds.sleep)

    def claim(self) -> list[Claimed]:
        with self.runtime.writing() as session:
            taken = claims.claim(
                session,
                self.held,
                Capacity(8, 8),
                SendingTerms(
                    provider="fake",
                    lets=self.pacer.turn(session, self.held),
                    now=self.runtime.now(),
                    real_now=self.runtime.real_now(),
                ),
            )
        for each in taken:
            self.pacer.depart(each.message_id)
        return taken

    def wait(self, seconds: float) -> None:
        self.seconds.passed += seconds


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world, world.lease())


def test_so_many_leave_a_second_as_the_sender_may_and_no_more(
    world: World, desk: Desk
) -> None:
    queue_reminders(world, 20)
    left: list[float] = []
    begun = desk.seconds.passed
    while desk.seconds.passed < begun + 5:
        left += [desk.seconds.passed for _ in desk.claim()]
        desk.wait(0.1)
    assert 10 <= len(left) <= 11
    assert most_in(1.0, left) <= 2


def test_an_alert_is_the_next_to_leave_however_many_reminders_wait(
    world: World, desk: Desk
) -> None:
    queue_reminders(world, MANY)
    assert [each.urgent for each in desk.claim()] == [False]
    world.page()
    assert desk.claim() == [], "its moment has not come"
    desk.wait(0.5)
    assert [each.number for each in desk.claim()] == [NURSE_NUMBER]


def test_a_call_does_not_wait_for_texts(world: World, desk: Desk) -> None:
    queue_reminders(world, 3)
    assert len(desk.claim()) == 1
    world.page(channel="call")
    assert [each.channel for each in desk.claim()] == ["call"]


def test_a_short_text_does_not_slip_past_a_longer_one_that_is_more_urgent(
    world: World, desk: Desk
) -> None:
    queue_reminders(world, 3)
    assert [each.urgent for each in desk.claim()] == [False]
    world.queue(
        dedupe_key="A:1:0:0:1:text",
        purpose="alert",
        channel="text",
        contact=world.nurse,
        template="report_urgent",  # two parts
        variables={"minutes": "15", "tel": "02885420000", "emergency": "120"},
    )
    desk.wait(0.5)
    assert desk.claim() == [], "of its two parts only one might leave"
    desk.wait(0.5)
    assert [each.urgent for each in desk.claim()] == [True]


def test_what_the_engine_before_handed_over_counts(world: World, desk: Desk) -> None:
    queue_reminders(world, 10)
    assert len(desk.claim()) == 1
    desk.wait(0.5)
    assert len(desk.claim()) == 1
    after = Desk(world, world.lease("two", silent=True))
    assert after.claim() == [], "two left within this second already"


def test_without_a_rate_nothing_waits(database_url: str, clock: Clock) -> None:
    runtime = Runtime(settings_for(database_url), clock=clock)
    world = build(runtime)
    queue_reminders(world, 20)
    assert len(Desk(world, world.lease()).claim()) == 8
    runtime.close()


def test_how_many_wait_does_not_change_what_an_alert_costs(
    world: World, desk: Desk
) -> None:
    """Statements, not seconds: the same with 2,000 reminders queued as with none."""
    asked: list[str] = []
    engine = world.runtime.database.engine
    event.listen(engine, "before_cursor_execute", lambda *all_: asked.append(all_[2]))
    counts = []
    for step, queued in enumerate((0, MANY)):
        if queued:
            queue_reminders(world, queued)
        world.page(step)
        desk.wait(5)
        asked.clear()
        assert [each.number for each in desk.claim()] == [NURSE_NUMBER]
        counts.append(len(asked))
        with world.runtime.writing() as session:
            session.execute(FINISH)
    assert counts[1] <= counts[0] + 2, "the reminder that was looked at and must wait"


@pytest.mark.alone
@pytest.mark.in_turn
def test_an_engine_keeps_the_rate_and_lets_the_alert_through_first(
    database_url: str,
) -> None:
    runtime = Runtime(settings_for(database_url, send_rate=20.0))
    gateway = runtime.gateway = FakeGateway()
    world = build(runtime)
    queue_reminders(world, MANY)
    with started(runtime, watchdog=Watchdog(limit=60), period=0.2):
        until(lambda: len(gateway.sent) >= 10)
        world.page()
        queued_at = time.monotonic()
        until(lambda: len(gateway.sent) >= 40)
    runtime.close()
    at = gateway.sent_at
    assert most_in(1.0, at) <= 20
    (page,) = (n for n, s in enumerate(gateway.sent) if s.number == NURSE_NUMBER)
    before = [one for one in at[:page] if one > queued_at]
    assert len(before) <= 8, "only what one claim had taken already"


def most_in(seconds: float, at: list[float]) -> int:
    return max(sum(1 for one in at if begin <= one < begin + seconds) for begin in at)
