"""What no callback told is asked for, ever more seldom, and counts only once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.alerting.escalation import plan_for, to_data
from portal.db.tables.alerts import Alert
from portal.db.tables.outbox import Inbound, ProviderEvent
from portal.delivery.inbound import polling
from portal.delivery.sending import attempts, claims
from portal.delivery.sending.claims import Capacity
from portal.delivery.sending.last_look import SendingTerms
from portal.engine.leases import Held
from portal.messages.gateways.settings import TwilioSettings
from portal.protocol.study.tiers import Tier
from portal.runtime import Runtime
from scheduler.sending.lookups import ground_of
from scheduler.sending.polling import Poller
from tests.support.clock import Clock
from tests.support.fake_gateway import FakeGateway
from tests.support.outbox import NURSE_NUMBER, World, build, the_study
from tests.support.provider import Provider
from tests.support.provider.account import SENDER
from tests.support.settings import settings_for


class Seconds:
    """A monotonic clock that only the test moves."""

    def __init__(self) -> None:
        self.passed = 0.0

    def __call__(self) -> float:
        return self.passed


@pytest.fixture
def world(database_url: str, clock: Clock, provider: Provider) -> Iterator[World]:
    settings = settings_for(
        database_url,
        gateway="twilio",
        twilio=TwilioSettings(
            provider.sid, provider.token, sender=SENDER, base=provider.url
        ),
    )
    runtime = Runtime(settings, clock=clock)
    yield build(runtime)
    runtime.close()


@pytest.fixture
def held(world: World) -> Held:
    return world.lease()


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def poller(world: World, held: Held, seconds: Seconds) -> Poller:
    return Poller(world.runtime, lambda: held, monotonic=seconds)


def send(world: World, held: Held) -> None:
    """Hands over everything due, without an engine."""
    from portal.messages.gateways.gateway import Outgoing

    runtime = world.runtime
    with runtime.writing() as session:
        now, real_now = runtime.now(), runtime.real_now()
        taken = claims.claim(
            session,
            held,
            Capacity(9, 9),
            SendingTerms(provider="twilio", now=now, real_now=real_now),
        )
    for each in taken:
        mail = Outgoing(each.reference, each.channel, each.number, "Words", "en", now)
        answer = runtime.gateway.send(mail)
        with runtime.writing() as session:
            ground = ground_of(runtime, held)
            assert attempts.record(session, ground, each.attempt_id, answer)


def asked(provider: Provider) -> int:
    return sum(method == "GET" and "/SM" in path for method, path in provider.requests)


def rows(world: World, table: type) -> int:
    with world.runtime.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_page_without_receipts_comes_to_its_end(
    world: World,
    held: Held,
    poller: Poller,
    seconds: Seconds,
    provider: Provider,
) -> None:
    message_id = world.page()
    send(world, held)
    provider.settle()
    assert world.message(message_id).state == "accepted"
    poller.poll()
    assert poller.wait(5)
    assert asked(provider) == 0, "a callback has its chance first"
    seconds.passed += 10
    poller.poll()
    assert poller.wait(5)
    assert world.message(message_id).state == "delivered"
    seconds.passed += 3600
    poller.poll()
    assert poller.wait(5)
    assert asked(provider) == 1, "what has come to its end is left in peace"


def test_an_undelivered_page_found_by_asking_goes_another_way(
    world: World,
    held: Held,
    poller: Poller,
    seconds: Seconds,
    provider: Provider,
) -> None:
    provider.handset(NURSE_NUMBER, texts="undelivered")
    world.page(channel="text")
    send(world, held)
    provider.settle()
    poller.poll()
    seconds.passed += 10
    poller.poll()
    assert poller.wait(5)
    states = [(message.channel, message.state) for message in world.messages()]
    assert states == [("text", "undelivered"), ("call", "queued")]


@pytest.mark.in_turn
@pytest.mark.thorough
def test_what_stays_open_is_asked_after_ever_more_seldom(
    world: World,
    held: Held,
    poller: Poller,
    seconds: Seconds,
    provider: Provider,
) -> None:
    provider.handset(NURSE_NUMBER, texts="never")
    world.page()
    send(world, held)
    provider.settle()
    for _ in range(3600 // 5):
        poller.poll()
        assert poller.wait(5)
        seconds.passed += 5
    assert 6 <= asked(provider) <= 10
    assert rows(world, ProviderEvent) == 1, "the same word again is no new event"


def test_what_is_two_days_old_is_no_longer_asked_after(
    world: World,
    held: Held,
    poller: Poller,
    seconds: Seconds,
    clock: Clock,
    provider: Provider,
) -> None:
    provider.handset(NURSE_NUMBER, texts="never")
    world.page()
    send(world, held)
    clock.advance(days=2, seconds=1)
    seconds.passed += 86_400
    poller.poll()
    seconds.passed += 86_400
    poller.poll()
    assert poller.wait(5)
    assert asked(provider) == 0


def test_a_text_that_no_callback_brought_is_taken_in_once(
    world: World, poller: Poller, seconds: Seconds, provider: Provider
) -> None:
    provider.write(NURSE_NUMBER, "A K7QX")
    for _ in range(3):
        poller.poll()
        assert poller.wait(5)
        seconds.passed += 20
    assert rows(world, Inbound) == 1
    with world.runtime.reading() as session:
        assert session.scalars(select(Inbound.body)).all() == ["A K7QX"]


def test_F32_a_text_acknowledges_though_no_web_process_runs(
    world: World, held: Held, poller: Poller, provider: Provider
) -> None:
    with world.runtime.writing() as session:
        plan = plan_for(the_study().policies[Tier.URGENT], 15)
        session.get_one(Alert, world.alert_id).plan = to_data(plan)
    world.page()
    send(world, held)
    provider.write(NURSE_NUMBER, "K7QX")
    poller.poll()
    assert poller.wait(5)
    with world.runtime.reading() as session:
        alert = session.get_one(Alert, world.alert_id)
        assert (alert.state, alert.acked_by) == ("acked", world.staff_id)


def test_a_provider_that_is_away_stops_nothing(
    world: World,
    held: Held,
    poller: Poller,
    seconds: Seconds,
    provider: Provider,
) -> None:
    message_id = world.page()
    send(world, held)
    provider.settle()
    poller.poll()
    provider.wrong_password = True
    seconds.passed += 10
    poller.poll()
    assert poller.wait(5)
    provider.wrong_password = False
    seconds.passed += 20
    poller.poll()
    assert poller.wait(5)
    assert world.message(message_id).state == "delivered"


def test_an_engine_that_lost_the_lease_writes_nothing(
    world: World,
    held: Held,
    poller: Poller,
    seconds: Seconds,
    clock: Clock,
    provider: Provider,
) -> None:
    message_id = world.page()
    send(world, held)
    provider.settle()
    poller.poll()
    world.lease("two", silent=True)
    seconds.passed += 10
    poller.poll()
    assert poller.wait(5)
    assert world.message(message_id).state == "accepted"


def test_a_gateway_that_cannot_be_asked_is_not(
    runtime: Runtime, seconds: Seconds
) -> None:
    runtime.gateway = FakeGateway()
    world = build(runtime)
    held = world.lease()
    poller = Poller(runtime, lambda: held, monotonic=seconds)
    assert poller.poll() == 0


@pytest.mark.parametrize(
    ("count", "urgent", "seconds_between"),
    [(0, True, 10), (1, True, 20), (0, False, 60), (3, False, 480), (40, True, 1800)],
)
def test_each_question_waits_twice_as_long(
    count: int, urgent: bool, seconds_between: int
) -> None:
    expected = timedelta(seconds=seconds_between)
    assert polling.pause_before(count, urgent=urgent) == expected
