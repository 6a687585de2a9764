"""/metrics tells what a monitor must know, to whom it may, and nothing of anybody."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from portal.db.tables.alerts import Alert
from portal.db.tables.outbox import Attempt
from portal.delivery.sending import claims
from portal.delivery.sending.claims import Capacity
from portal.delivery.sending.last_look import SendingTerms
from portal.engine import beats
from portal.runtime import Runtime
from tests.support.clock import Clock
from tests.support.outbox import NURSE_NUMBER, World, build
from tests.support.web import Visitor, application


@pytest.fixture
def world(runtime: Runtime) -> World:
    return build(runtime)


def told(client: Visitor, **options: Any) -> str:
    answer = client.get("/metrics", **options)
    assert answer.status_code == 200
    return str(answer.text)


def values(text: str) -> dict[str, float]:
    """Every sample by its name and labels, read as Prometheus would."""
    samples = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            sample = re.fullmatch(r"([a-z_]+(?:\{.*\})?) (\S+)", line)
            assert sample, line
            samples[sample[1]] = float(sample[2])
    return samples


def test_how_late_the_engine_is_with_an_alert_is_a_number(
    client: Visitor, world: World, clock: Clock
) -> None:
    runtime = world.runtime
    assert values(told(client))["portal_oldest_due_alert_seconds"] == 0
    with runtime.writing() as session:
        session.execute(update(Alert).values(next_due_at=runtime.now()))
    clock.advance(seconds=90)
    found = values(told(client))
    assert found["portal_oldest_due_alert_seconds"] == 90
    assert found['portal_alerts{tier="urgent",state="open"}'] == 1


def test_the_age_of_the_last_cycle_is_a_number_and_none_is_minus_one(
    client: Visitor, world: World, clock: Clock
) -> None:
    assert values(told(client))["portal_last_cycle_age_seconds"] == -1
    with world.runtime.writing() as session:
        beats.beat(session, "one", acting=True, real_now=clock())
    clock.advance(seconds=7)
    found = values(told(client))
    assert found["portal_last_cycle_age_seconds"] == 7
    assert found['portal_part_well{part="engine"}'] == 1


@pytest.mark.smoke
def test_the_queue_is_counted_by_purpose_and_state(
    client: Visitor, world: World, clock: Clock
) -> None:
    world.page(0)
    world.page(1)
    clock.advance(seconds=4)
    held = world.lease()
    with world.runtime.writing() as session:
        claims.claim(
            session,
            held,
            Capacity(1, 1),
            SendingTerms(provider="fake", now=world.runtime.now(), real_now=clock()),
        )
    found = values(told(client))
    assert found['portal_messages{purpose="alert",state="queued"}'] == 1
    assert found['portal_messages{purpose="alert",state="in_flight"}'] == 1
    assert found['portal_oldest_waiting_seconds{purpose="alert"}'] == 4
    assert found['portal_recent_attempts{provider="fake",state="in_flight"}'] == 1


def tried(message_id: int, state: str, at: datetime) -> Attempt:
    return Attempt(
        message_id=message_id,
        number=1,
        reference=f"reference {message_id}",
        provider="fake",
        fence=1,
        state=state,
        started_at=at,
        deadline=at,
    )


def test_a_provider_that_did_not_answer_last_is_not_well(
    client: Visitor, world: World, clock: Clock
) -> None:
    for state, well in (("accepted", 1), ("retry", 0)):
        message = world.page(0 if well else 1)
        with world.runtime.writing() as session:
            session.add(tried(message, state, clock()))
        found = values(told(client))
        assert found['portal_provider_well{provider="fake"}'] == well
    clock.advance(minutes=16)
    assert 'portal_provider_well{provider="fake"}' not in values(told(client))


def test_it_says_nothing_of_anybody(client: Visitor, world: World) -> None:
    world.page()
    text = told(client)
    for personal in (NURSE_NUMBER, NURSE_NUMBER[-4:], "K7QX", "DS-007", "Nurse Li"):
        assert personal not in text


def test_without_a_database_it_still_says_that_it_is_ill(
    client: Visitor, runtime: Runtime
) -> None:
    with runtime.database.engine.execution_options(writes=True).begin() as connection:
        for table in ("beat", "held_back"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
    assert values(told(client))['portal_part_well{part="database"}'] == 0


def asked_with(runtime: Runtime, **settings: Any) -> Flask:
    changed = Runtime(
        type(runtime.settings)(**{**vars(runtime.settings), **settings}),
        clock=runtime.real_now,
    )
    return application(changed)


def test_only_who_has_the_token_is_told(runtime: Runtime) -> None:
    app = asked_with(runtime, metrics_token="a-long-token")
    visitor = app.test_client()
    assert visitor.get("/metrics").status_code == 403
    for shown in ("Bearer wrong", "a-long-token", "Bearer a-long-tokén"):
        answer = visitor.get("/metrics", headers={"Authorization": shown})
        assert answer.status_code == 403
    right = {"Authorization": "Bearer a-long-token"}
    assert visitor.get("/metrics", headers=right).status_code == 200
    app.extensions["runtime"].close()


@pytest.mark.parametrize("address", ["203.0.113.5", "10.0.0.2", "nonsense"])
def test_without_a_token_only_this_machine_is_told(
    client: Visitor, address: str
) -> None:
    far = {"REMOTE_ADDR": address}
    assert client.get("/metrics", environ_overrides=far).status_code == 403


def test_behind_a_proxy_nobody_told_us_of_this_machine_is_nobody(
    runtime: Runtime,
) -> None:
    app = asked_with(runtime, public_url="https://localhost")
    assert app.test_client().get("/metrics").status_code == 403
    app.extensions["runtime"].close()
