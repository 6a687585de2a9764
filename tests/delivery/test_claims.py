"""Taking messages: the most urgent first, each once, and only what is still wanted."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import update

from portal.db.tables.outbox import Message
from portal.db.tables.people import Contact
from portal.delivery.sending import claims, due_messages
from portal.delivery.sending.claims import Capacity, Claimed
from portal.delivery.sending.last_look import SendingTerms
from portal.engine.leases import FenceLost, Held
from portal.people import contacts
from portal.runtime import Runtime
from tests.support.clock import Clock
from tests.support.outbox import World, build

PLENTY = Capacity(8, 8)


@pytest.fixture
def world(runtime: Runtime) -> World:
    return build(runtime)


def take(world: World, held: Held, room: Capacity = PLENTY) -> list[Claimed]:
    runtime = world.runtime
    with runtime.writing() as session:
        return claims.claim(
            session,
            held,
            room,
            SendingTerms(
                provider="fake", now=runtime.now(), real_now=runtime.real_now()
            ),
        )


def another_person(world: World, number: str) -> Contact:
    with world.runtime.writing() as session:
        return contacts.replace(
            session,
            "mobile",
            number,
            now=world.runtime.now(),
            verified=True,
            participant_id=world.participant_id,
        )


def people(world: World, count: int) -> list[Contact]:
    """Contacts in force with a number each."""
    found = [another_person(world, f"+86138000002{n:02}") for n in range(count)]
    with world.runtime.writing() as session:
        session.execute(update(Contact).values(retired_at=None))
    return found


def test_the_attempt_is_written_before_anything_is_sent(world: World) -> None:
    message_id = world.page()
    (claimed,) = take(world, world.lease())
    message, (attempt,) = world.message(message_id), world.attempts()
    assert (message.state, message.tries) == ("in_flight", 1)
    assert (attempt.state, attempt.fence) == ("in_flight", 1)
    assert attempt.reference == claimed.reference
    assert attempt.deadline - attempt.started_at == timedelta(seconds=8)
    assert take(world, world.lease(silent=True)) == []


def test_a_page_overtakes_reminders_that_wait_longer(
    world: World, clock: Clock
) -> None:
    reminder = world.reminder()
    clock.advance(minutes=1)
    code, page = world.code(), world.page()
    held = world.lease()
    order = [claimed.message_id for claimed in take(world, held, Capacity(1, 1))]
    assert order == [page]
    (second,) = take(world, held)
    assert second.message_id == code, "the reminder's number is busy with the code"
    assert world.message(reminder).state == "queued"


def test_ordinary_messages_leave_room_for_urgent_ones(world: World) -> None:
    for number, person in enumerate(people(world, 5)):
        world.reminder(f"D:{number}", contact=person)
    taken = take(world, world.lease(), Capacity(8, 2))
    assert len(taken) == 2
    page = world.page()
    more = take(world, world.lease(silent=True), Capacity(6, 0))
    assert [claimed.message_id for claimed in more] == [page]


def test_one_number_gets_one_message_at_a_time(world: World) -> None:
    text, call = world.page(channel="text"), world.page(channel="call")
    held = world.lease()
    assert [claimed.message_id for claimed in take(world, held)] == [text]
    assert take(world, held) == []
    assert world.message(call).state == "queued"


def test_what_is_not_due_yet_waits(world: World, clock: Clock) -> None:
    world.reminder(not_before=world.runtime.now() + timedelta(minutes=5))
    held = world.lease()
    assert take(world, held) == []
    with world.runtime.reading() as session:
        assert due_messages.first_due(session, now=world.runtime.now()) is None
    clock.advance(minutes=5)
    with world.runtime.reading() as session:
        assert due_messages.first_due(session, now=world.runtime.now()) is not None
    assert len(take(world, held)) == 1


@pytest.mark.parametrize("state", ["acked", "closed"])
def test_a_page_for_an_answered_alert_is_cancelled(world: World, state: str) -> None:
    message_id = world.page()
    world.change_alert(state)
    assert take(world, world.lease()) == []
    message = world.message(message_id)
    assert (message.state, message.state_reason) == ("cancelled", "acknowledged")
    assert world.attempts() == []


def test_withdrawal_stops_reminders_and_not_pages(world: World) -> None:
    reminder, page = world.reminder(), world.page()
    world.change_participant("withdrawn")
    assert [claimed.message_id for claimed in take(world, world.lease())] == [page]
    assert world.message(reminder).state == "cancelled"


def test_a_new_number_cancels_what_was_meant_for_the_old(world: World) -> None:
    message_id = world.reminder()
    another_person(world, "+8613800000009")
    assert take(world, world.lease()) == []
    assert world.message(message_id).state_reason == "the contact changed"


def test_an_erased_number_is_never_called(world: World) -> None:
    message_id = world.reminder()
    with world.runtime.writing() as session:
        session.get_one(Contact, world.person.id).value = None
    assert take(world, world.lease()) == []
    assert world.message(message_id).state == "cancelled"


def test_a_broken_number_is_not_tried_again(world: World) -> None:
    message_id = world.reminder()
    with world.runtime.writing() as session:
        session.get_one(Contact, world.person.id).broken_at = world.runtime.now()
    assert take(world, world.lease()) == []
    assert world.message(message_id).state_reason == "the contact does not work"


def test_what_comes_too_late_expires(world: World, clock: Clock) -> None:
    message_id = world.page(not_after=world.runtime.now() + timedelta(minutes=10))
    clock.advance(minutes=11)
    assert take(world, world.lease()) == []
    assert world.message(message_id).state == "expired"


def test_an_expired_code_is_blotted_out(world: World, clock: Clock) -> None:
    message_id = world.code(not_after=world.runtime.now() + timedelta(minutes=5))
    clock.advance(minutes=6)
    take(world, world.lease())
    message = world.message(message_id)
    assert (message.state, message.variables) == ("expired", {"code": "******"})


def test_an_old_fence_takes_nothing(world: World) -> None:
    message_id = world.page()
    old = world.lease("one")
    world.lease("two", silent=True)
    with pytest.raises(FenceLost):
        take(world, old)
    assert world.message(message_id).state == "queued"
    assert world.attempts() == []


def test_a_key_is_queued_once_for_ever(world: World) -> None:
    world.page()
    with pytest.raises(AssertionError):
        world.page()
    assert len(world.messages()) == 1


def test_threads_that_claim_together_take_each_message_once(world: World) -> None:
    ids = {world.reminder(f"D:{n}", contact=p) for n, p in enumerate(people(world, 20))}
    held, start = world.lease(), threading.Barrier(4)
    taken: list[int] = []

    def compete() -> None:
        start.wait()
        until = time.monotonic() + 20
        while len(taken) < len(ids) and time.monotonic() < until:
            taken.extend(
                claimed.message_id for claimed in take(world, held, Capacity(2, 2))
            )

    threads = [threading.Thread(target=compete) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken))
    assert set(taken) == ids
    with world.runtime.reading() as session:
        assert session.query(Message).filter_by(tries=1).count() == 20
