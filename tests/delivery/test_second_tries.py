"""What the network could not deliver for a while: a reminder goes once more, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.db.tables.alerts import Task
from portal.db.tables.people import Participant
from portal.delivery.sending import claims
from portal.delivery.sending.claims import Capacity, Claimed
from portal.delivery.sending.last_look import SendingTerms
from portal.delivery.sending.receipts import DeliveryReceipt, apply_status
from portal.messages.gateways.outcomes import Failure, Status
from portal.runtime import Runtime
from portal.visits.reminders import stopping
from tests.support.clock import Clock
from tests.support.outbox import World, build

MORNING = datetime(2026, 3, 12, 1, tzinfo=UTC)  # 09:00 at the site
EVENING = MORNING + timedelta(hours=12)
AWAY = Failure.TEMPORARY


@pytest.fixture
def world(runtime: Runtime, clock: Clock) -> World:
    clock.set(MORNING)
    return build(runtime)


def leave(world: World) -> Claimed:
    """The one message that is due is handed over."""
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


def say(
    world: World,
    claimed: Claimed,
    status: Status = Status.UNDELIVERED,
    failure: Failure | None = None,
) -> None:
    raw = {"reference": claimed.reference, "status": status.value}
    receipt = DeliveryReceipt("fake", status, raw, claimed.reference, failure=failure)
    with world.runtime.writing() as session:
        apply_status(session, receipt, voice=True, now=world.runtime.now())


def states(world: World) -> list[tuple[str, str]]:
    return [(one.dedupe_key, one.state) for one in world.messages()]


def tasks(world: World) -> list[str]:
    with world.runtime.reading() as session:
        return list(session.scalars(select(Task.kind).order_by(Task.id)))


def test_a_reminder_to_a_phone_that_was_off_goes_once_more_half_an_hour_later(
    world: World,
) -> None:
    world.reminder("D:1:x", not_after=MORNING + timedelta(hours=4))
    say(world, leave(world), failure=AWAY)
    assert states(world) == [("D:1:x", "undelivered"), ("D:1:x~again", "queued")]
    assert world.messages()[1].next_try_at == MORNING + timedelta(minutes=30)
    assert tasks(world) == []


def test_it_is_not_tried_a_third_time_but_told(world: World, clock: Clock) -> None:
    world.reminder("D:1:x", not_after=MORNING + timedelta(hours=4))
    say(world, leave(world), failure=AWAY)
    clock.advance(minutes=30)
    say(world, leave(world), failure=AWAY)
    assert [state for _, state in states(world)] == ["undelivered", "undelivered"]
    assert tasks(world) == ["unconfirmed"]


@pytest.mark.parametrize("failure", [None, Failure.CANNOT_TEXT])
def test_what_is_final_is_told_and_not_sent_again(
    world: World, failure: Failure | None
) -> None:
    world.reminder("D:1:x", not_after=MORNING + timedelta(hours=4))
    say(world, leave(world), failure=failure)
    assert states(world) == [("D:1:x", "undelivered")]
    assert tasks(world)[0] == "unconfirmed"
    assert ("cannot_text" in tasks(world)) == (failure is Failure.CANNOT_TEXT)


def test_a_second_try_that_would_come_too_late_is_told_instead(world: World) -> None:
    world.reminder("D:1:x", not_after=MORNING + timedelta(minutes=30))
    say(world, leave(world), failure=AWAY)
    assert states(world) == [("D:1:x", "undelivered")]
    assert tasks(world) == ["unconfirmed"]


def test_a_second_try_keeps_quiet_hours(
    runtime: Runtime, clock: Clock, world: World
) -> None:
    clock.set(EVENING - timedelta(minutes=15))
    world.reminder("R:1:x", not_after=EVENING + timedelta(days=1))
    say(world, leave(world), failure=AWAY)
    assert world.messages()[1].next_try_at == MORNING + timedelta(hours=23)


def test_what_arrived_after_all_is_not_sent_again(world: World) -> None:
    world.reminder("D:1:x", not_after=MORNING + timedelta(hours=4))
    claimed = leave(world)
    say(world, claimed, failure=AWAY)
    say(world, claimed, Status.DELIVERED)
    assert states(world) == [("D:1:x", "delivered"), ("D:1:x~again", "cancelled")]


def test_who_leaves_gets_no_second_try(world: World) -> None:
    world.reminder("D:1:x", not_after=MORNING + timedelta(hours=4))
    say(world, leave(world), failure=AWAY)
    with world.runtime.writing() as session:
        person = session.get_one(Participant, world.participant_id)
        stopping.stop(session, person, "left", now=world.runtime.now())
    assert [state for _, state in states(world)] == ["undelivered", "cancelled"]


@pytest.mark.parametrize("failure", [None, *Failure])
def test_a_page_goes_another_way_at_once_whatever_the_reason(
    world: World, failure: Failure | None
) -> None:
    world.page(channel="text")
    say(world, leave(world), failure=failure)
    pages = [(one.channel, one.state) for one in world.messages()]
    assert pages == [("text", "undelivered"), ("call", "queued")]
    (called,) = [one for one in world.messages() if one.channel == "call"]
    assert called.next_try_at <= world.runtime.now()


def test_a_code_that_did_not_arrive_is_never_sent_again(world: World) -> None:
    world.code()
    say(world, leave(world), failure=AWAY)
    assert [state for _, state in states(world)] == ["undelivered"]
