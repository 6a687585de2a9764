"""Everybody at once: each red flag is an alert of its own, and nobody is passed over."""

from __future__ import annotations

from collections import Counter
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.alerting.answers import answering
from portal.audit import Actor
from portal.db.tables.alerts import Alert, AlertEvent
from portal.db.tables.outbox import Message
from portal.diary import entries
from portal.diary.entries import Submission
from portal.people import contacts
from portal.people.case import Case
from portal.runtime import Runtime
from scheduler.engine import Engine
from tests.support.cast import cast, enrolled
from tests.support.clock import Clock
from tests.support.fake_gateway import FakeGateway

MANY = 24


@pytest.mark.in_turn
def test_F54_twenty_four_red_flags_in_a_minute_are_twenty_four_alerts_that_reach_people(
    runtime: Runtime, clock: Clock
) -> None:
    people = cast(runtime)
    runtime.gateway = gateway = FakeGateway()
    with runtime.writing() as session:
        contacts.replace(
            session,
            "email",
            "nurse@hospital.example",
            now=clock(),
            verified=True,
            staff_id=people.here["nurse"].id,
        )
    for number in range(MANY):
        with runtime.writing() as session:
            person = enrolled(
                session, people, f"DS-1{number:02}", number=f"138001390{number:02}"
            )
            said = Submission(
                version_id=str(uuid4()),
                kind="red_flags",
                answers={"emerg": ["breathing"]},
                reporter="self",
                language="zh",
                actor=Actor("participant", str(person.id)),
            )
            entries.submit(Case(session, people.study, person, clock()), said)
        clock.advance(seconds=2)
    engine = Engine(runtime)
    engine.cycle()
    assert engine.drain(60)
    engine.stop()
    with runtime.reading() as session:
        opened = list(session.scalars(select(Alert)))
        paged = Counter(
            session.scalars(select(Message.alert_id).where(Message.state == "accepted"))
        )
        capped = set(
            session.scalars(
                select(AlertEvent.alert_id).where(AlertEvent.kind == "capped")
            )
        )
    assert len({alert.code for alert in opened}) == MANY
    assert {alert.id for alert in opened} <= paged.keys()
    assert capped, "texts and calls to one nurse have their cap: e-mail went on"
    assert {sent.channel for sent in gateway.sent} == {"text", "call", "email"}
    with runtime.writing() as session:
        nurse = people.here["nurse"]
        answering.acknowledge(session, opened[3].id, nurse, source="page", now=clock())
    with runtime.reading() as session:
        states = Counter(session.scalars(select(Alert.state)))
    assert states == {"open": MANY - 1, "acked": 1}, "each is taken by itself"
