"""Texts over the wire: from a phone to the hook or the inbox, and the answer back.

The portal, its engine and the provider are all real; only the telephones are not.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.db.tables.alerts import Alert, Task
from portal.db.tables.diary import EntryVersion
from portal.db.tables.outbox import Inbound, Message, OptOut
from portal.messages.gateways.settings import TwilioSettings
from portal.runtime import Runtime
from scheduler.engine import Engine
from tests.support.cast import Cast, cast
from tests.support.clock import Clock
from tests.support.provider import Provider
from tests.support.provider.account import SENDER, refuse
from tests.support.settings import settings_for
from tests.support.texts import MINE, NURSE, STRANGER, Post, post
from tests.support.web import served, used_application

PUBLIC = "https://portal.example"


@pytest.fixture
def runtime(database_url: str, clock: Clock, provider: Provider) -> Iterator[Runtime]:
    """On Twilio, whose API stands on this machine."""
    settings = settings_for(
        database_url,
        public_url=PUBLIC,
        gateway="twilio",
        twilio=TwilioSettings(
            provider.sid, provider.token, sender=SENDER, base=provider.url
        ),
    )
    opened = Runtime(settings, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def desk(runtime: Runtime, people: Cast, provider: Provider) -> Iterator[Post]:
    """A participant of a hospital whose hook the provider can reach."""
    desk = post(runtime, people)
    desk.enrol("DS-007")
    with served(used_application(runtime)) as url:
        provider.reach[PUBLIC] = url
        provider.inbound_url = f"{PUBLIC}/hooks/twilio/text"
        yield desk


def text(provider: Provider, body: str, sender: str = MINE) -> None:
    provider.write(sender, body)
    provider.settle()


def send(desk: Post, provider: Provider) -> None:
    """Everything due goes out."""
    engine = Engine(desk.runtime)
    try:
        assert engine.cycle()
        assert engine.drain(20)
        provider.settle(20)
    finally:
        engine.stop()


def bodies(provider: Provider, number: str) -> list[str]:
    return [item.body for item in provider.sent(number) if item.kind == "text"]


@pytest.mark.smoke
def test_words_of_an_emergency_page_the_team_and_are_answered(
    desk: Post, provider: Provider
) -> None:
    text(provider, "昨晚抽搐了")
    send(desk, provider)
    (alert,) = desk.all(Alert)
    assert alert.tier == "emergency"
    (answer,) = bodies(provider, MINE)
    assert answer.startswith("请立即拨打120")
    assert "抽搐" not in answer
    assert alert.code in bodies(provider, NURSE)[0]


def test_the_nurses_code_takes_the_alert_and_is_confirmed(
    desk: Post, provider: Provider
) -> None:
    text(provider, "38.6")
    send(desk, provider)
    (alert,) = desk.all(Alert)
    text(provider, f"a {alert.code.lower()}", NURSE)
    assert desk.state_of(alert) == ("acked", desk.people.here["nurse"].id)
    send(desk, provider)
    assert bodies(provider, NURSE)[-1].startswith(f"You have alert {alert.code}")


def test_a_text_that_no_hook_brought_is_taken_from_the_inbox_once(
    desk: Post, provider: Provider
) -> None:
    provider.inbound_url = None  # nothing gets in from outside
    provider.write(MINE, "38.6")
    for _twice in range(2):
        send(desk, provider)
    assert len(desk.all(Inbound)) == len(desk.all(EntryVersion, source="text")) == 1
    assert [alert.tier for alert in desk.all(Alert)] == ["urgent"]


@pytest.mark.smoke
def test_hook_and_inbox_together_bring_a_text_once(
    desk: Post, provider: Provider
) -> None:
    text(provider, "38.6")
    send(desk, provider)
    assert len(desk.all(Inbound)) == len(desk.all(EntryVersion)) == 1
    assert len(desk.all(Message, purpose="answer")) == 1


def test_a_stranger_hears_nothing(desk: Post, provider: Provider) -> None:
    text(provider, "hello", STRANGER)
    send(desk, provider)
    assert provider.sent(STRANGER) == []
    assert {task.kind for task in desk.all(Task)} == {"unknown_text"}


def test_after_stop_nothing_is_handed_to_the_provider_for_that_number(
    desk: Post, provider: Provider
) -> None:
    text(provider, "退订")
    text(provider, "昨晚抽搐了")
    send(desk, provider)
    assert provider.sent(MINE) == []
    assert [alert.tier for alert in desk.all(Alert)] == ["emergency"]
    assert provider.sent(NURSE) != []


def test_a_stop_that_only_the_provider_heard_is_learnt_from_its_refusal(
    desk: Post, provider: Provider
) -> None:
    provider.fail(MINE, refuse(400, 21610))
    text(provider, "你好")
    send(desk, provider)
    assert [(row.act, row.source) for row in desk.all(OptOut)] == [("stop", "provider")]
    assert "opted_out" in desk.tasks()
