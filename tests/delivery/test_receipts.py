"""Receipts come late, twice and out of order, and cannot undo what is known."""

from __future__ import annotations

from itertools import permutations

import pytest
from sqlalchemy import func, select

from portal.db.tables.outbox import ProviderEvent
from portal.delivery.sending import claims
from portal.delivery.sending.claims import Capacity, Claimed
from portal.delivery.sending.last_look import SendingTerms
from portal.delivery.sending.receipts import DeliveryReceipt, apply_status
from portal.messages.gateways.outcomes import Status
from portal.runtime import Runtime
from tests.support.clock import Clock
from tests.support.outbox import World, build


@pytest.fixture
def world(runtime: Runtime) -> World:
    return build(runtime)


def under_way(world: World) -> Claimed:
    with world.runtime.writing() as session:
        (claimed,) = claims.claim(
            session,
            world.lease_in(session),
            Capacity(1, 1),
            SendingTerms(
                provider="fake",
                now=world.runtime.now(),
                real_now=world.runtime.real_now(),
            ),
        )
        return claimed


def say(world: World, status: Status, reference: str, **raw: str) -> bool:
    receipt = DeliveryReceipt(
        "fake", status, raw, reference=reference, provider_id="SM1"
    )
    with world.runtime.writing() as session:
        return apply_status(session, receipt, voice=True, now=world.runtime.now())


def events(world: World) -> int:
    with world.runtime.reading() as session:
        return session.scalar(select(func.count()).select_from(ProviderEvent)) or 0


@pytest.mark.parametrize("order", list(permutations(Status)))
def test_F28_delivered_stands_whatever_comes_before_or_after(
    world: World, order: tuple[Status, ...]
) -> None:
    message_id = world.reminder()
    claimed = under_way(world)
    for status in order:
        assert say(world, status, claimed.reference)
    assert world.message(message_id).state == "delivered"
    assert events(world) == 3, "each receipt is kept, also those that change nothing"


def test_F27_the_same_receipt_again_is_known(world: World) -> None:
    message_id = world.page()
    claimed = under_way(world)
    assert say(world, Status.UNDELIVERED, claimed.reference, code="30003")
    assert not say(world, Status.UNDELIVERED, claimed.reference, code="30003")
    assert events(world) == 1
    assert [m.id for m in world.messages()].count(message_id) == 1
    assert len(world.messages()) == 2


def test_F27_a_hundred_copies_of_a_receipt_are_one(world: World) -> None:
    world.page(channel="text")
    claimed = under_way(world)
    heard = [say(world, Status.UNDELIVERED, claimed.reference) for _ in range(100)]
    assert heard.count(True) == 1
    assert events(world) == 1
    assert len(world.messages()) == 2, "one extra page, not a hundred"


def test_F30_a_receipt_replayed_a_week_later_changes_nothing(
    world: World, clock: Clock
) -> None:
    message_id = world.page(channel="text")
    claimed = under_way(world)
    say(world, Status.ACCEPTED, claimed.reference)
    say(world, Status.DELIVERED, claimed.reference)
    clock.advance(days=7)
    assert not say(world, Status.ACCEPTED, claimed.reference)
    assert world.message(message_id).state == "delivered"
    assert len(world.messages()) == 1


def test_F38_an_undelivered_page_goes_out_by_another_channel_at_once(
    world: World,
) -> None:
    world.page(channel="text")
    claimed = under_way(world)
    say(world, Status.UNDELIVERED, claimed.reference)
    states = [(message.channel, message.state) for message in world.messages()]
    assert states == [("text", "undelivered"), ("call", "queued")]


def test_F31_a_receipt_settles_an_attempt_whose_answer_was_lost(world: World) -> None:
    message_id = world.page()
    claimed = under_way(world)
    say(world, Status.ACCEPTED, claimed.reference)
    message, (attempt,) = world.message(message_id), world.attempts()
    assert (message.state, message.provider_id) == ("accepted", "SM1")
    assert (attempt.state, attempt.provider_id) == ("accepted", "SM1")


def test_a_later_receipt_is_matched_by_the_providers_name(world: World) -> None:
    message_id = world.page()
    claimed = under_way(world)
    say(world, Status.ACCEPTED, claimed.reference)
    receipt = DeliveryReceipt("fake", Status.DELIVERED, {}, provider_id="SM1")
    with world.runtime.writing() as session:
        assert apply_status(session, receipt, voice=True, now=world.runtime.now())
    assert world.message(message_id).state == "delivered"


def test_a_receipt_for_nothing_of_ours_is_kept_and_moves_nothing(world: World) -> None:
    message_id = world.page()
    assert say(world, Status.DELIVERED, "somebody else's")
    assert events(world) == 1
    assert world.message(message_id).state == "queued"
