"""Answers, silence and look-ups: nothing is sent twice, nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from portal.db.tables.alerts import Task
from portal.db.tables.people import Contact
from portal.delivery.sending import attempts, claims, lookups
from portal.delivery.sending.attempts import SendingContext
from portal.delivery.sending.claims import Capacity
from portal.delivery.sending.last_look import SendingTerms
from portal.engine.leases import Held
from portal.messages.gateways.outcomes import (
    Accepted,
    FoundMessage,
    NotSent,
    Outcome,
    Rejected,
    Status,
    Unclear,
)
from portal.runtime import Runtime
from tests.support.clock import Clock
from tests.support.fake_gateway import EVERYTHING
from tests.support.outbox import World, build


@pytest.fixture
def world(runtime: Runtime) -> World:
    return build(runtime)


def ground(world: World, held: Held, **abilities: Any) -> SendingContext:
    return SendingContext(
        held=held,
        capabilities=replace(EVERYTHING, **abilities),
        settle=3.0,
        now=world.runtime.now(),
        real_now=world.runtime.real_now(),
    )


def send(world: World, held: Held) -> int:
    """Claim the one message that is due; its attempt's id."""
    with world.runtime.writing() as session:
        (claimed,) = claims.claim(
            session,
            held,
            Capacity(1, 1),
            SendingTerms(
                provider="fake",
                now=world.runtime.now(),
                real_now=world.runtime.real_now(),
            ),
        )
        return claimed.attempt_id


def answer(world: World, held: Held, attempt_id: int, outcome: Outcome) -> bool:
    with world.runtime.writing() as session:
        return attempts.record(session, ground(world, held), attempt_id, outcome)


def look_up(
    world: World, held: Held, attempt_id: int, found: FoundMessage | None = None
) -> bool:
    with world.runtime.writing() as session:
        return lookups.learn_outcome(session, ground(world, held), attempt_id, found)


def fail_to_look_up(
    world: World, held: Held, attempt_id: int, **abilities: Any
) -> None:
    with world.runtime.writing() as session:
        lookups.learn_nothing(session, ground(world, held, **abilities), attempt_id)


def suspects(world: World, held: Held) -> list[int]:
    with world.runtime.writing() as session:
        attempts.suspect_silent(session, ground(world, held))
        found = lookups.to_look_up(session, ground(world, held))
        return [suspect.attempt_id for suspect in found]


def tasks(world: World) -> list[tuple[str, str]]:
    with world.runtime.reading() as session:
        rows = session.scalars(select(Task).order_by(Task.id))
        return [(task.kind, task.owner_role) for task in rows]


def states(world: World) -> list[tuple[str, str]]:
    return [(message.channel, message.state) for message in world.messages()]


def test_what_is_accepted_keeps_the_providers_name_for_it(world: World) -> None:
    message_id, held = world.page(), world.lease()
    assert answer(world, held, send(world, held), Accepted("SM1"))
    message, (attempt,) = world.message(message_id), world.attempts()
    assert (message.state, message.provider_id) == ("accepted", "SM1")
    assert (attempt.state, attempt.provider_id) == ("accepted", "SM1")
    assert attempt.ended_at is not None


def test_what_was_refused_before_writing_is_tried_later(
    world: World, clock: Clock
) -> None:
    message_id, held = world.reminder(), world.lease()
    answer(world, held, send(world, held), NotSent("429", 60))
    message = world.message(message_id)
    assert message.state == "retry_wait"
    clock.advance(seconds=61)
    answer(world, held, send(world, held), Accepted("SM2"))
    assert [attempt.number for attempt in world.attempts()] == [1, 2]
    assert world.message(message_id).state == "accepted"


def test_F22_an_old_fence_records_nothing(world: World) -> None:
    message_id, held = world.page(), world.lease("one")
    attempt_id = send(world, held)
    world.lease("two", silent=True)
    assert not answer(world, held, attempt_id, Accepted("SM1"))
    assert not look_up(world, held, attempt_id, FoundMessage("SM1", Status.ACCEPTED))
    assert world.message(message_id).state == "in_flight"
    assert world.attempts()[0].provider_id is None


def test_F3_a_dead_engines_attempt_is_looked_up_and_not_sent_twice(
    world: World, clock: Clock
) -> None:
    message_id = world.page()
    attempt_id = send(world, world.lease("one"))
    held = world.lease("two", silent=True)
    assert suspects(world, held) == [], "the call may still be under way"
    assert world.message(message_id).state == "unknown"
    clock.advance(seconds=11)
    assert suspects(world, held) == [attempt_id]
    assert look_up(world, held, attempt_id, FoundMessage("SM1", Status.DELIVERED))
    message = world.message(message_id)
    assert (message.state, message.provider_id, message.tries) == (
        "delivered",
        "SM1",
        1,
    )


def test_F4_what_is_proved_absent_is_sent_once(world: World, clock: Clock) -> None:
    message_id, first = world.page(), world.lease("one")
    attempt_id = send(world, first)
    held = world.lease("two", silent=True)
    suspects(world, held)
    clock.advance(seconds=11)
    look_up(world, held, attempt_id)
    assert world.message(message_id).state == "unknown", "one look-up proves nothing"
    assert suspects(world, held) == [], "it settles again before the second"
    clock.advance(seconds=3)
    assert suspects(world, held) == [attempt_id]
    look_up(world, held, attempt_id)
    assert world.message(message_id).state == "queued"
    answer(world, held, send(world, held), Accepted("SM2"))
    assert states(world) == [("text", "accepted")]
    assert [attempt.state for attempt in world.attempts()] == ["absent", "accepted"]


def test_silence_past_the_deadline_becomes_unknown(world: World, clock: Clock) -> None:
    message_id, held = world.page(), world.lease()
    attempt_id = send(world, held)
    clock.advance(seconds=7.9)
    assert suspects(world, held) == []
    assert world.message(message_id).state == "in_flight"
    clock.advance(seconds=0.1)
    assert suspects(world, held) == []
    assert world.message(message_id).state == "unknown"
    clock.advance(seconds=3)
    assert suspects(world, held) == [attempt_id]


def test_an_answer_after_the_deadline_still_counts(world: World, clock: Clock) -> None:
    message_id, held = world.page(), world.lease()
    attempt_id = send(world, held)
    clock.advance(seconds=9)
    suspects(world, held)
    assert answer(world, held, attempt_id, Accepted("SM1"))
    assert world.message(message_id).state == "accepted"
    clock.advance(seconds=9)
    assert suspects(world, held) == []


def test_an_answer_after_absence_was_proved_stops_the_second_try(
    world: World, clock: Clock
) -> None:
    message_id, held = world.page(), world.lease()
    attempt_id = send(world, held)
    clock.advance(seconds=9)
    suspects(world, held)
    for _ in range(2):
        look_up(world, held, attempt_id)
    assert world.message(message_id).state == "queued"
    answer(world, held, attempt_id, Accepted("SM1"))
    assert world.message(message_id).state == "accepted"


def test_an_unclear_page_goes_out_by_another_channel_once(world: World) -> None:
    held = world.lease()
    world.page(channel="text")
    text = send(world, held)
    answer(world, held, text, Unclear("500"))
    fail_to_look_up(world, held, text)
    assert states(world) == [("text", "unknown"), ("call", "queued")]
    extra = send(world, held)
    answer(world, held, extra, Unclear("500"))
    fail_to_look_up(world, held, extra)
    assert states(world) == [("text", "unknown"), ("call", "unknown")]
    assert world.messages()[1].template == "staff_call"


def test_text_and_call_that_both_fail_make_one_extra(world: World) -> None:
    held = world.lease()
    for channel in ("text", "call"):
        world.page(channel=channel)
        answer(world, held, send(world, held), Rejected("blocked"))
        world_extra = [m for m in world.messages() if m.dedupe_key.endswith(":again")]
        assert len(world_extra) == 1
        if channel == "text":
            answer(world, held, send(world, held), Accepted("SM1"))


def test_a_provider_that_cannot_be_searched_hurries_a_page_on(world: World) -> None:
    held = world.lease()
    world.page()
    attempt_id = send(world, held)
    answer(world, held, attempt_id, Unclear("timeout"))
    fail_to_look_up(world, held, attempt_id, find_by_reference=False, voice=False)
    assert states(world) == [("text", "unknown"), ("text", "queued")]


def test_an_unclear_reminder_becomes_a_line_for_the_coordinator(
    world: World, clock: Clock
) -> None:
    held = world.lease()
    message_id = world.reminder()
    attempt_id = send(world, held)
    answer(world, held, attempt_id, Unclear("timeout"))
    fail_to_look_up(world, held, attempt_id)
    assert tasks(world) == []
    clock.advance(minutes=11)
    fail_to_look_up(world, held, attempt_id)
    fail_to_look_up(world, held, attempt_id)
    assert tasks(world) == [("unconfirmed", "coordinator")]
    assert world.message(message_id).state == "unknown"
    assert suspects(world, held) == []


def test_an_unclear_reminder_holds_back_its_like_and_not_a_page(
    world: World, clock: Clock
) -> None:
    held = world.lease()
    world.reminder("D:1")
    answer(world, held, send(world, held), Unclear("timeout"))
    world.reminder("D:2")
    page = world.page()
    assert world.attempts()[-1].id != send(world, held)
    assert world.message(page).state == "in_flight"
    assert [message.state for message in world.messages()][:2] == ["unknown", "queued"]


def test_a_code_that_never_left_is_not_sent_again(world: World, clock: Clock) -> None:
    held = world.lease()
    message_id = world.code()
    attempt_id = send(world, held)
    assert world.message(message_id).variables == {"code": "482913"}
    answer(world, held, attempt_id, Unclear("timeout"))
    for _ in range(2):
        look_up(world, held, attempt_id)
    message = world.message(message_id)
    assert (message.state, message.variables) == ("rejected", {"code": "******"})


def test_an_accepted_code_is_blotted_out(world: World) -> None:
    held = world.lease()
    message_id = world.code()
    answer(world, held, send(world, held), Accepted("SM1"))
    assert world.message(message_id).variables == {"code": "******"}


def test_a_number_that_does_not_exist_is_marked_and_shown(world: World) -> None:
    held = world.lease()
    world.page()
    answer(world, held, send(world, held), Rejected("21211", contact_broken=True))
    with world.runtime.reading() as session:
        assert session.get_one(Contact, world.nurse.id).broken_at is not None
    assert tasks(world) == [("broken_contact", "coordinator")]
    assert states(world) == [("text", "rejected")]


def test_after_five_tries_that_never_left_a_page_goes_another_way(
    world: World, clock: Clock
) -> None:
    held = world.lease()
    world.page()
    for _ in range(5):
        attempt_id = send(world, held)
        answer(world, held, attempt_id, Unclear("timeout"))
        for _ in range(2):
            look_up(world, held, attempt_id)
    assert states(world) == [("text", "rejected"), ("call", "queued")]


def test_a_clean_stop_leaves_what_is_under_way_to_be_looked_up(
    world: World, clock: Clock
) -> None:
    message_id, held = world.page(), world.lease("one")
    attempt_id = send(world, held)
    with world.runtime.writing() as session:
        assert attempts.give_up_waiting(session, ground(world, held)) == 1
    assert world.message(message_id).state == "unknown"
    clock.advance(seconds=11)
    assert suspects(world, world.lease("two", silent=True)) == [attempt_id]


def test_a_clock_set_back_delays_no_look_up(world: World, clock: Clock) -> None:
    world.page()
    attempt_id = send(world, world.lease("one"))
    clock.advance(hours=-3)
    held = world.lease("two", silent=True)
    suspects(world, held)
    clock.advance(seconds=12)
    assert suspects(world, held) == [attempt_id]
