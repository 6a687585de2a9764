"""The engine and Twilio together: whatever fails, a page leaves once and is heard of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from portal.db.tables.alerts import Task
from portal.db.tables.people import Contact
from portal.messages.gateways.settings import TwilioSettings
from portal.runtime import Runtime
from scheduler.engine import Engine
from tests.support.outbox import NURSE_NUMBER, PARTICIPANT_NUMBER, World, build
from tests.support.provider import Provider
from tests.support.provider.account import (
    ACCEPT_THEN_500,
    ACCEPT_THEN_RESET,
    NOTHING_BUT_500,
    SENDER,
    Fault,
    refuse,
    too_many,
)
from tests.support.settings import settings_for
from tests.support.waiting import until


@dataclass
class Stage:
    """A world whose engine runs, in real time with a short settle time."""

    world: World
    engine: Engine
    provider: Provider

    def until(self, what: Callable[[], bool]) -> None:
        def holds() -> bool:
            if what():
                return True
            self.engine.cycle()
            return False

        until(holds, "it", self.states)
        self.provider.settle(20)

    def states(self) -> list[tuple[str, str]]:
        return [(each.channel, each.state) for each in self.world.messages()]

    def tasks(self) -> set[str]:
        with self.world.runtime.reading() as session:
            return set(session.scalars(select(Task.kind)))

    def made(self, number: str) -> list[str]:
        return [item.kind for item in self.provider.sent(number)]

    def broken(self, contact: Contact) -> bool:
        with self.world.runtime.reading() as session:
            return session.get_one(Contact, contact.id).broken_at is not None


@pytest.fixture
def stage(database_url: str, provider: Provider) -> Iterator[Stage]:
    settings = settings_for(
        database_url,
        lease_seconds=30.0,
        gateway="twilio",
        twilio=TwilioSettings(
            provider.sid, provider.token, sender=SENDER, base=provider.url
        ),
    )
    runtime = Runtime(settings)
    engine = Engine(runtime)
    yield Stage(build(runtime), engine, provider)
    engine.stop()
    runtime.close()


@pytest.mark.parametrize(
    "fault", [ACCEPT_THEN_500, ACCEPT_THEN_RESET], ids=["500", "reset"]
)
def test_F5_F6_what_was_taken_without_an_answer_is_found_and_not_sent_again(
    stage: Stage, fault: Fault
) -> None:
    stage.provider.fail(NURSE_NUMBER, fault)
    stage.world.page()
    stage.until(
        lambda: stage.states() in ([("text", "accepted")], [("text", "delivered")])
    )
    assert stage.made(NURSE_NUMBER) == ["text"]


@pytest.mark.in_turn
def test_a_reminder_that_never_arrived_is_proved_absent_and_sent_once(
    stage: Stage,
) -> None:
    stage.provider.fail(PARTICIPANT_NUMBER, NOTHING_BUT_500)
    stage.world.reminder()
    stage.until(lambda: stage.made(PARTICIPANT_NUMBER) == ["text"])
    looks = [path for _, path in stage.provider.requests if "?To=%2B86" in path]
    assert len(looks) == 2, "two empty looks prove it"


def test_a_call_taken_without_an_answer_rings_once(stage: Stage) -> None:
    stage.provider.handset(NURSE_NUMBER, calls="answer")
    stage.provider.fail(NURSE_NUMBER, ACCEPT_THEN_500)
    stage.world.page(channel="call")
    stage.until(lambda: stage.states()[0][1] in ("accepted", "delivered"))
    assert stage.made(NURSE_NUMBER) == ["call"]


def test_a_code_taken_without_an_answer_is_found_without_its_digits(
    stage: Stage,
) -> None:
    stage.provider.fail(PARTICIPANT_NUMBER, ACCEPT_THEN_500)
    message_id = stage.world.code()
    stage.until(lambda: stage.states()[0][1] in ("accepted", "delivered"))
    assert "482913" not in str(stage.world.message(message_id).variables)
    assert stage.made(PARTICIPANT_NUMBER) == ["text"]


def test_F7_told_to_wait_a_page_calls_at_once(stage: Stage) -> None:
    stage.provider.handset(NURSE_NUMBER, calls="answer")
    stage.provider.fail(NURSE_NUMBER, too_many("60"))
    stage.world.page()
    stage.until(lambda: stage.made(NURSE_NUMBER) == ["call"])
    assert stage.states()[0] == ("text", "retry_wait")


def test_a_refused_account_is_told_to_staff_and_loses_nothing(stage: Stage) -> None:
    stage.provider.wrong_password = True
    stage.world.reminder()
    stage.until(lambda: stage.states() == [("text", "retry_wait")])
    assert stage.tasks() == {"provider_refuses"}
    assert not stage.broken(stage.world.person)


def test_who_opted_out_is_called_and_staff_are_told(stage: Stage) -> None:
    stage.provider.fail(NURSE_NUMBER, refuse(400, 21610))
    stage.world.page()
    stage.until(lambda: stage.made(NURSE_NUMBER) == ["call"])
    assert stage.tasks() == {"staff_opted_out"}


def test_a_landline_that_is_paged_is_still_called(stage: Stage) -> None:
    stage.provider.fail(NURSE_NUMBER, refuse(400, 21614))
    stage.world.page()
    stage.until(lambda: stage.made(NURSE_NUMBER) == ["call"])
    assert not stage.broken(stage.world.nurse)
    assert stage.tasks() == {"cannot_text"}


def test_a_landline_of_somebody_who_is_only_texted_is_broken(stage: Stage) -> None:
    stage.provider.fail(PARTICIPANT_NUMBER, refuse(400, 21614))
    stage.world.reminder()
    stage.until(lambda: stage.states() == [("text", "rejected")])
    assert stage.broken(stage.world.person)


def test_a_number_that_does_not_exist_is_broken(stage: Stage) -> None:
    stage.provider.fail(PARTICIPANT_NUMBER, refuse(400, 21211))
    stage.world.reminder()
    stage.until(lambda: stage.states() == [("text", "rejected")])
    assert stage.broken(stage.world.person)
    assert "broken_contact" in stage.tasks()
