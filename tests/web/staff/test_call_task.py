"""The page of a call about a missing diary: whether they were heard from, and what it ends."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from portal.db.tables.alerts import Alert
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.clock import Clock
from tests.support.ward import Ward, ward_of

HEARD = {
    "en": ("Heard from: I know how they are today.", "Not an adverse event"),
    "zh": ("已有消息：我了解参与者今天的情况", "不是不良事件"),
}


@pytest.fixture
def silent(runtime: Runtime, clock: Clock) -> Ward:
    """A participant of whom nothing came until the doctor was paged."""
    ward = ward_of(runtime, clock)
    for hour in ("10:05", "15:00", "16:00", "18:00"):
        ward.at(hour)
    return ward


def alert_of(ward: Ward) -> Alert:
    with ward.runtime.reading() as session:
        return session.scalars(select(Alert).filter_by(participant_id=ward.id)).one()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_heard_from_by_phone_closes_the_alert_and_claims_no_adverse_event(
    app: Flask, silent: Ward, language: str
) -> None:
    nurse = silent.cast.here["nurse"]
    with silent.runtime.writing() as session:
        session.merge(nurse).language = language
    visitor = arrivals.staff_visitor(app, silent.runtime, nurse)
    (call,) = silent.tasks("missing_diary")
    page = f"/staff/tasks/{call.id}"
    heard, harmless = HEARD[language]
    assert heard in visitor.get(page).text
    fields = {"outcome": "Her battery was empty; well.", "heard": "1"}
    assert visitor.submit(page, fields, to=f"{page}/done").status_code == 303
    alert = alert_of(silent)
    assert alert.state == "closed"
    shown = visitor.get(f"/staff/alerts/{alert.id}").text
    assert "Her battery was empty; well." in shown
    assert harmless not in shown


def test_a_call_that_reached_nobody_leaves_the_alert_open(
    app: Flask, silent: Ward
) -> None:
    nurse = arrivals.staff_visitor(app, silent.runtime, silent.cast.here["nurse"])
    (call,) = silent.tasks("missing_diary")
    page = f"/staff/tasks/{call.id}"
    fields = {"outcome": "Nobody picked up."}
    assert nurse.submit(page, fields, to=f"{page}/done").status_code == 303
    assert alert_of(silent).state == "open"
    assert [one.state for one in silent.tasks("missing_diary")] == ["done"]
