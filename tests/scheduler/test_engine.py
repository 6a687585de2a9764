"""The engine as a whole, in this process: it sends, waits for no slow call, and stops."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy.orm import Session

from portal.db.dialect import CommitWatch, open_watch
from portal.db.tables.outbox import Message
from portal.delivery.sending import unconfirmed
from portal.delivery.sending.receipts import DeliveryReceipt, apply_status
from portal.messages.gateways.gateway import Outgoing
from portal.messages.gateways.outcomes import NotSent, Rejected, Status, Unclear
from portal.operating import health
from portal.runtime import Runtime
from scheduler.engine import Engine
from scheduler.jobs import JOBS, Job, JobContext
from scheduler.watchdog import Watchdog
from tests.support.amount import examples
from tests.support.engines import started
from tests.support.fake_gateway import FakeGateway
from tests.support.outbox import NURSE_NUMBER, World, build
from tests.support.settings import settings_for
from tests.support.waiting import PATIENCE, rest, until, within

COMMITS = examples(20)
Start = Callable[..., Engine]


@pytest.fixture
def runtime(database_url: str) -> Iterator[Runtime]:
    """On the real clock, since deadlines and leases are what is shown here."""
    opened = Runtime(settings_for(database_url))
    opened.gateway = FakeGateway()
    yield opened
    opened.close()


@pytest.fixture
def world(runtime: Runtime) -> World:
    return build(runtime)


@pytest.fixture
def gateway(runtime: Runtime) -> FakeGateway:
    assert isinstance(runtime.gateway, FakeGateway)
    return runtime.gateway


@pytest.fixture
def start(runtime: Runtime) -> Iterator[Start]:
    """Starts engines, and stops whatever a test started."""
    engines: list[Engine] = []

    def run(on: Runtime = runtime, jobs: tuple[Job, ...] = JOBS) -> Engine:
        engine = Engine(on, jobs=jobs, watchdog=Watchdog(limit=60), period=0.2)
        engines.append(engine)
        engine.start()
        return engine

    yield run
    for engine in engines:
        engine.stop(seconds=1)


def wait_for(event: threading.Event) -> None:
    event.wait(PATIENCE)


def well(session: Session, runtime: Runtime) -> bool:
    return health.health(session, runtime.real_now(), now=runtime.now()).well


def states(world: World) -> list[str]:
    return [message.state for message in world.messages()]


def test_what_was_committed_before_the_start_is_sent(
    world: World, gateway: FakeGateway, start: Start
) -> None:
    world.page()
    world.reminder()
    start()
    assert until(lambda: states(world) == ["accepted", "accepted"])
    (page,) = [each for each in gateway.sent if each.number == NURSE_NUMBER]
    assert "K7QX" in page.body
    assert len(gateway.sent) == 2


@pytest.mark.alone
@pytest.mark.in_turn
def test_a_red_flag_is_at_the_provider_within_two_seconds_of_its_commit(
    world: World, gateway: FakeGateway, runtime: Runtime
) -> None:
    """By the wake-up alone: the metronome does not tick here."""
    waits = []
    with started(runtime, watchdog=Watchdog(limit=60), period=3600):
        for step in range(COMMITS):
            world.page(step)
            committed = time.monotonic()
            assert until(lambda: len(gateway.sent) == step + 1)  # noqa: B023
            waits.append(gateway.sent_at[step] - committed)
            assert until(lambda: states(world)[-1] == "accepted")
    p50, p99 = sorted(waits)[COMMITS // 2], max(waits)
    print(f"commit to gateway: p50 {p50 * 1000:.0f} ms, worst {p99 * 1000:.0f} ms")
    assert p99 < 2.0


def test_F24_a_metronome_that_stopped_ends_the_process(
    world: World, gateway: FakeGateway, runtime: Runtime
) -> None:
    """Pages that still leave by wake-ups must not hide that no ladder climbs."""
    ended: list[int] = []
    watchdog = Watchdog(limit=1.0, end=ended.append)
    with started(runtime, watchdog=watchdog, period=3600):
        world.page()
        assert until(lambda: len(gateway.sent) == 1)
        assert until(lambda: ended == [70])


def test_what_is_committed_before_the_wake_up_listens_is_not_missed(
    world: World, gateway: FakeGateway, runtime: Runtime
) -> None:
    """Between the first cycle and the first look: no commit after it would tell."""

    def late(database: Database) -> CommitWatch:
        world.page()
        return open_watch(database)

    with started(runtime, watchdog=Watchdog(limit=60), period=3600, watch=late):
        assert until(lambda: states(world) == ["accepted"])


def test_a_text_and_a_call_to_one_phone_go_one_after_the_other(
    world: World, gateway: FakeGateway, start: Start
) -> None:
    at_once: list[int] = []
    inside = [0]

    def hold(_outgoing: Outgoing) -> None:
        inside[0] += 1
        at_once.append(inside[0])
        rest(0.1)
        inside[0] -= 1

    gateway.hold = hold
    world.page(channel="text")
    world.page(channel="call")
    start()
    assert until(lambda: states(world) == ["accepted", "accepted"])
    assert at_once == [1, 1]


def test_a_provider_that_hangs_for_one_delays_no_other(
    world: World, gateway: FakeGateway, start: Start
) -> None:
    go_on = threading.Event()

    def hold(outgoing: Outgoing) -> None:
        if outgoing.number != NURSE_NUMBER:
            go_on.wait(PATIENCE)

    gateway.hold = hold
    world.reminder()
    start()
    assert until(lambda: len(gateway.sent) == 1)
    page = world.page()
    assert until(lambda: world.message(page).state == "accepted")
    assert states(world)[0] == "in_flight", "the other still hangs"
    go_on.set()
    assert until(lambda: states(world) == ["accepted", "accepted"])


def test_an_error_after_taking_it_is_looked_up_and_not_sent_again(
    world: World, gateway: FakeGateway, start: Start
) -> None:
    gateway.answers, gateway.keeps = [Unclear("500")], True
    world.page()
    start()
    assert until(lambda: states(world) == ["accepted"])
    assert len(gateway.sent) == 1
    assert gateway.found == [gateway.sent[0].reference]


def test_an_error_before_taking_it_is_proved_and_sent_once_more(
    world: World, gateway: FakeGateway, start: Start
) -> None:
    gateway.answers = [Unclear("reset")]
    world.page()
    start()
    assert until(lambda: states(world) == ["accepted"])
    assert len(gateway.sent) == 2
    assert gateway.found == [gateway.sent[0].reference] * 2
    assert len({outgoing.reference for outgoing in gateway.sent}) == 2


def test_a_gateway_that_breaks_is_treated_as_unclear(
    world: World, gateway: FakeGateway, start: Start
) -> None:
    gateway.answers, gateway.keeps = [RuntimeError("bug")], True
    world.page()
    start()
    assert until(lambda: states(world) == ["accepted"])
    assert len(gateway.sent) == 1


def test_when_nobody_can_say_the_phone_rings_instead(
    world: World, gateway: FakeGateway, start: Start
) -> None:
    gateway.answers, gateway.unreachable = [Unclear("timeout")], True
    world.page(channel="text")
    start()
    assert until(lambda: states(world) == ["unknown", "accepted"])
    assert [outgoing.channel for outgoing in gateway.sent] == ["text", "call"]


def test_a_refused_connection_is_tried_again(
    world: World, gateway: FakeGateway, start: Start
) -> None:
    gateway.answers = [NotSent("connection refused", 0)]
    message_id = world.page()
    start()
    assert until(lambda: world.message(message_id).state == "accepted")
    assert world.message(message_id).tries == 2
    assert gateway.found == []


def test_a_message_that_cannot_be_worded_stops_no_other(
    world: World, gateway: FakeGateway, start: Start
) -> None:
    bad = world.reminder()
    with world.runtime.writing() as session:
        session.get_one(Message, bad).template = "no such text"
    page = world.page()
    start()
    assert until(lambda: world.message(page).state == "accepted")
    assert until(lambda: world.message(bad).state == "rejected")
    assert len(gateway.sent) == 1


def test_one_broken_job_stops_no_other_and_shows_in_health(
    world: World, runtime: Runtime, start: Start
) -> None:
    def broken(_bench: JobContext) -> int:
        raise RuntimeError("poison")

    world.page()
    start(jobs=(Job("broken", broken), *JOBS))
    assert until(lambda: states(world) == ["accepted"])
    with runtime.reading() as session:
        assert not well(session, runtime)


def test_a_working_engine_is_well(world: World, runtime: Runtime, start: Start) -> None:
    start()
    with runtime.reading() as session:
        assert well(session, runtime)


@pytest.mark.alone
@pytest.mark.in_turn
def test_F21_two_engines_send_each_message_once(
    world: World, gateway: FakeGateway, database_url: str, start: Start
) -> None:
    other = Runtime(settings_for(database_url))
    other.gateway = gateway
    first, second = start(), start(other)
    ids = [world.page(step) for step in range(10)]
    assert until(lambda: set(states(world)) == {"accepted"})
    assert len(gateway.sent) == len(ids)
    acting = [engine.leadership.held() is not None for engine in (first, second)]
    assert acting == [True, False]
    first.stop()
    world.page(99)
    assert within(5, lambda: set(states(world)) == {"accepted"})
    assert second.leadership.held() is not None, "a released lease is taken at once"
    assert len(gateway.sent) == 11
    second.stop()
    other.close()


def test_an_engine_that_lost_its_lease_stands_by(
    world: World, runtime: Runtime, gateway: FakeGateway, start: Start
) -> None:
    engine = start()
    old = engine.leadership.held()
    assert old is not None
    world.lease("thief", silent=True)
    assert until(lambda: engine.leadership.held() is None)
    world.page()
    rest(0.5)
    assert gateway.sent == []


def test_F52_a_stop_waits_for_what_is_under_way(
    world: World, gateway: FakeGateway, start: Start
) -> None:
    gateway.hold = lambda _outgoing: rest(0.5)
    world.page()
    engine = start()
    assert until(lambda: len(gateway.sent) == 1)
    engine.stop()
    assert states(world) == ["accepted"]
    world.page(1)
    rest(0.5)
    assert states(world)[-1] == "queued", "a stopped engine claims nothing"


def test_F52_a_stop_leaves_a_hanging_call_to_the_next_engine(
    world: World, gateway: FakeGateway, start: Start
) -> None:
    go_on = threading.Event()
    gateway.hold = lambda _outgoing: wait_for(go_on)  # longer than any stop
    world.page()
    engine = start()
    assert until(lambda: len(gateway.sent) == 1)
    engine.stop(seconds=0.2)
    assert states(world) == ["unknown"], "it still hangs: nobody waited for it"
    go_on.set()
    assert until(lambda: states(world) == ["accepted"]), "nobody else acts: it counts"


def test_rejection_of_a_page_rings_instead(
    world: World, gateway: FakeGateway, start: Start
) -> None:
    gateway.answers = [Rejected("30007 filtered")]
    world.page(channel="text")
    start()
    assert until(lambda: states(world) == ["rejected", "accepted"])


@pytest.mark.alone
@pytest.mark.in_turn
def test_F38_an_undelivered_page_rings_within_five_seconds_of_its_receipt(
    world: World, gateway: FakeGateway, runtime: Runtime, start: Start
) -> None:
    world.page()
    start()
    assert until(lambda: states(world) == ["accepted"])
    (attempt,) = world.attempts()
    receipt = DeliveryReceipt(
        "fake", Status.UNDELIVERED, {}, reference=attempt.reference
    )
    with runtime.writing() as session:
        apply_status(session, receipt, voice=True, now=runtime.now())
    heard = time.monotonic()
    assert until(lambda: len(gateway.sent) == 2)
    assert gateway.sent[1].channel == "call"
    assert gateway.sent_at[1] - heard < 5.0


def test_F38_a_page_that_nobody_confirmed_rings_though_no_rung_is_due(
    world: World, gateway: FakeGateway, runtime: Runtime, start: Start
) -> None:
    message_id = world.page()
    start()
    assert until(lambda: states(world) == ["accepted"])
    with runtime.writing() as session:
        message = session.get_one(Message, message_id)
        message.updated_at -= unconfirmed.RECEIPT_WITHIN
    assert until(lambda: len(gateway.sent) == 2)
    assert gateway.sent[1].channel == "call"


def test_a_blind_provider_is_never_asked(
    world: World, gateway: FakeGateway, start: Start
) -> None:
    gateway.capabilities = replace(gateway.capabilities, find_by_reference=False)
    gateway.answers = [Unclear("timeout")]
    world.page(channel="text")
    start()
    assert until(lambda: states(world) == ["unknown", "accepted"])
    assert gateway.found == []
