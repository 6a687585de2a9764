"""An answer that promised an hour and could not leave before it goes without the hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from portal import study_versions
from portal.delivery.sending import claims
from portal.delivery.sending.claims import Capacity, Claimed
from portal.delivery.sending.last_look import SendingTerms
from portal.messages.unread_texts import RECEIVED_AT
from portal.protocol.calendar.whereabouts import Place
from portal.runtime import Runtime
from portal.study_files import load_study
from tests.support.clock import Clock
from tests.support.outbox import World, build

NUMBERS = {"tel": "028-5550 0120", "emergency": "120"}
PROMISES = [
    ("report_urgent", {**NUMBERS, "minutes": "15"}, "report_urgent_anywhere"),
    (RECEIVED_AT[Place.HOME].id, {**NUMBERS, "time": "11:00"}, "report_received"),
    (RECEIVED_AT[Place.UNKNOWN].id, {**NUMBERS, "time": "11:00"}, "report_received"),
    (RECEIVED_AT[Place.WARD].id, {"time": "11:00"}, "report_ward"),
]


@pytest.fixture
def world(runtime: Runtime) -> World:
    return build(runtime)


def promise(world: World, template: str, variables: dict[str, str]) -> int:
    return world.queue(
        dedupe_key="AN:1",
        purpose="answer",
        channel="text",
        contact=world.person,
        template=template,
        variables=variables,
        participant_id=world.participant_id,
        not_after=world.runtime.now() + timedelta(minutes=15),
    )


def take(world: World) -> list[Claimed]:
    runtime, held = world.runtime, world.lease(silent=True)
    terms = SendingTerms(
        provider="fake", now=runtime.now(), real_now=runtime.real_now()
    )
    with runtime.writing() as session:
        return claims.claim(session, held, Capacity(8, 8), terms)


@pytest.mark.parametrize(("template", "variables", "instead"), PROMISES)
def test_what_promised_an_hour_goes_without_it_once_that_is_over(
    world: World,
    clock: Clock,
    template: str,
    variables: dict[str, str],
    instead: str,
) -> None:
    promised = promise(world, template, variables)
    clock.advance(minutes=16)
    assert take(world) == []
    assert world.message(promised).state == "expired"
    (claimed,) = take(world)
    assert claimed.template == instead
    assert claimed.number == world.person.value
    assert not set(claimed.variables) & {"minutes", "time"}
    assert take(world) == []
    assert len(world.messages()) == 2


def test_a_study_without_the_newer_answer_still_gives_the_general_one(
    world: World, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = load_study("dcar-sle")
    texts = {k: one for k, one in study.texts.items() if k != "report_urgent_anywhere"}
    early = replace(study, texts=texts)
    monkeypatch.setattr(study_versions, "load", lambda *_: early)
    promise(world, *PROMISES[0][:2])
    clock.advance(minutes=16)
    assert [one.template for one in (*take(world), *take(world))] == ["report_received"]


@pytest.mark.parametrize(("minutes", "sent"), [(15, "report_urgent"), (61, "")])
def test_in_time_it_goes_as_it_is_and_an_hour_later_nothing_goes(
    world: World, clock: Clock, minutes: int, sent: str
) -> None:
    promise(world, *PROMISES[0][:2])
    clock.advance(minutes=minutes)
    taken = [claimed.template for claimed in (*take(world), *take(world))]
    assert taken == ([sent] if sent else [])
