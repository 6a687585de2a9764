"""The page on which staff see what a restore lost and held, and let messages go."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.alerting.answers import answering
from portal.db.tables.audit import Audit
from portal.db.tables.holding import Home
from portal.db.tables.outbox import Message
from portal.engine import holds
from portal.operating import restoring
from portal.people.case import Case
from portal.protocol.study.tiers import Tier
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.cast import Cast, cast, enrolled, verdict
from tests.support.clock import Clock
from tests.support.web import Visitor


@pytest.fixture
def people(runtime: Runtime, clock: Clock) -> Cast:
    """Somebody's alert was just opened when the backup was made, six hours ago."""
    found = cast(runtime)
    with runtime.writing() as session:
        person = enrolled(session, found)
        what = verdict(Tier.URGENT, "T10", ack_minutes=15)
        answering.open_from(
            Case(session, found.study, person, clock()), what, entry_version_id=None
        )
    clock.advance(hours=6)
    with runtime.writing() as session:
        restoring.mark_restored(
            session, backup_at=clock() - timedelta(hours=6), sent=None, now=clock()
        )
    return found


@pytest.fixture
def desk(app: Flask, runtime: Runtime, people: Cast) -> Visitor:
    return staff(app, runtime, people, "coordinator")


def staff(app: Flask, runtime: Runtime, people: Cast, duty: str) -> Visitor:
    visitor = arrivals.staff_visitor(app, runtime, people.here[duty])
    visitor.set_cookie("language", "en")
    return visitor


def test_the_lost_hours_and_what_is_held_are_shown(
    desk: Visitor, runtime: Runtime
) -> None:
    page = desk.get("/staff/hold").text
    for said in ("09:00", "15:00", "no send journal", "0 added again"):
        assert said in page
    with runtime.reading() as session:
        held = list(session.scalars(select(Message.id)))
    assert held
    for number in held:
        assert f'<td class="number">{number}</td>' in page


def test_the_worklist_leads_there(desk: Visitor) -> None:
    assert 'href="/staff/hold"' in desk.get("/staff").text
    assert 'href="/staff/hold"' in desk.get("/staff/live").text


def test_without_saying_that_people_were_rung_nothing_is_released(
    desk: Visitor, runtime: Runtime
) -> None:
    assert desk.submit("/staff/hold", to="/staff/hold/release").status_code == 400
    with runtime.reading() as session:
        assert holds.standing(session).held


def test_a_release_is_in_a_persons_own_name_and_pages_go_out(
    desk: Visitor, runtime: Runtime, people: Cast
) -> None:
    done = {"rung": "yes"}
    answer = desk.submit("/staff/hold", done, to="/staff/hold/release")
    assert answer.status_code == 303
    with runtime.reading() as session:
        assert not holds.standing(session).held
        query = select(Audit).where(Audit.act == "released")
        (row,) = session.scalars(query)
        states = set(session.scalars(select(Message.state)))
    assert row.actor_id == str(people.here["coordinator"].id)
    assert "held" not in states
    again = desk.get("/staff/hold").text
    assert 'name="rung"' not in again
    assert 'href="/staff/hold"' not in desk.get("/staff").text


@pytest.mark.smoke
def test_two_who_release_at_once_release_once(desk: Visitor, runtime: Runtime) -> None:
    token = desk.token("/staff/hold")
    data = {"csrf_token": token, "rung": "yes"}
    for _ in range(2):
        assert desk.post("/staff/hold/release", data=data).status_code == 303
    with runtime.reading() as session:
        query = select(Audit.id).where(Audit.act == "released")
        assert len(list(session.scalars(query))) == 1


@pytest.mark.parametrize("duty", ["nurse", "monitor"])
def test_others_see_it_and_release_nothing(
    app: Flask, runtime: Runtime, people: Cast, duty: str
) -> None:
    visitor = staff(app, runtime, people, duty)
    assert 'name="rung"' not in visitor.get("/staff/hold").text
    token = visitor.token("/staff/account")
    data = {"csrf_token": token, "rung": "yes"}
    assert visitor.post("/staff/hold/release", data=data).status_code == 403
    with runtime.reading() as session:
        assert holds.standing(session).held


def test_a_copy_is_told_to_be_stopped(desk: Visitor, runtime: Runtime) -> None:
    with runtime.writing() as session:
        restoring.settle_here(session, now=runtime.now())
        session.get_one(Home, 1).place = "elsewhere"
    assert "do not release this one" in desk.get("/staff/hold").text
