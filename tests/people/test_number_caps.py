"""No number gets more ordinary texts in a day than its provider lets through."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from portal.db.tables.alerts import Task
from portal.db.tables.outbox import Message
from portal.db.tables.people import Contact
from portal.delivery.sending import claims
from portal.delivery.sending.claims import Capacity
from portal.delivery.sending.due_messages import Candidate
from portal.delivery.sending.last_look import SendingTerms
from portal.engine.leases import Held
from portal.people import daily_caps
from portal.protocol.study.tiers import Paging
from portal.runtime import Runtime
from portal.vocabulary.messages import MessageState
from tests.support.clock import Clock
from tests.support.outbox import PARTICIPANT_NUMBER, World, build

PAGING = Paging(texts_per_person_day=5, calls_per_person_day=5)
ORDINARY = 4  # a fifth is kept for emergencies


@pytest.fixture
def world(runtime: Runtime) -> World:
    return build(runtime)


def sent_before(world: World, number: int, **changes: Any) -> None:
    """``number`` reminders that went out just now."""
    for each in range(number):
        world.reminder(f"D:{each}", **changes)
    with world.runtime.writing() as session:
        session.execute(update(Message).values(state=MessageState.DELIVERED))


def take(world: World, held: Held | None = None) -> list[int]:
    """What a claim under the cap takes: the messages' ids."""
    runtime, held = world.runtime, held or world.lease()
    with runtime.writing() as session:

        def full(candidate: Candidate) -> bool:
            contact, now = candidate.contact, runtime.now()
            return daily_caps.number_is_full(session, PAGING, contact, now=now)

        taken = claims.claim(
            session,
            held,
            Capacity(8, 8),
            SendingTerms(
                provider="fake",
                full=full,
                now=runtime.now(),
                real_now=runtime.real_now(),
            ),
        )
        return [claimed.message_id for claimed in taken]


def told(world: World) -> list[str]:
    with world.runtime.reading() as session:
        return list(session.scalars(select(Task.kind)))


def test_the_last_text_of_the_day_leaves(world: World) -> None:
    sent_before(world, ORDINARY - 1)
    last = world.reminder("D:last")
    assert take(world) == [last]
    assert told(world) == []


def test_F57_a_reminder_past_the_cap_stays_and_staff_are_told_once(
    world: World,
) -> None:
    sent_before(world, ORDINARY)
    more, held = world.reminder("D:more"), world.lease()
    assert take(world, held) == []
    assert world.message(more).state == MessageState.REJECTED
    assert world.message(more).state_reason == daily_caps.NUMBER_FULL
    assert take(world, held) == []
    assert told(world) == ["unsent"]


def test_a_code_and_a_page_are_never_held_back_by_it(world: World) -> None:
    sent_before(world, ORDINARY + 2)
    code, page = world.code(), world.page()
    assert sorted(take(world)) == sorted([code, page])


def test_tomorrow_there_is_room_again(world: World, clock: Clock) -> None:
    sent_before(world, ORDINARY)
    clock.advance(days=1)
    morning = world.reminder("D:morning")
    assert take(world) == [morning]


def test_what_two_people_get_at_one_number_counts_together(world: World) -> None:
    sent_before(world, ORDINARY // 2, contact=world.nurse)
    for each in range(ORDINARY // 2):
        world.reminder(f"E:{each}")
    with world.runtime.writing() as session:
        session.execute(update(Message).values(state=MessageState.DELIVERED))
        session.execute(update(Contact).values(value=PARTICIPANT_NUMBER))
    world.reminder("D:more")
    assert take(world) == []
    assert told(world) == ["unsent"]


def test_what_never_left_does_not_count(world: World) -> None:
    sent_before(world, ORDINARY)
    with world.runtime.writing() as session:
        session.execute(update(Message).values(state=MessageState.CANCELLED))
    first = world.reminder("D:first")
    assert take(world) == [first]
