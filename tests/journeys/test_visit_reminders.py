"""Moving the demonstration's clock: a day 14 visit is told at -7, -1 and that morning."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from portal import audit
from portal.db.tables.engine import Beat
from portal.db.tables.outbox import Message
from portal.db.tables.people import Stay
from portal.demo.clock_moves import travel
from portal.enrolment import enrolment
from portal.enrolment.enrolment_form import Enrolment
from portal.protocol.calendar.study_days import local_date
from portal.runtime import Runtime
from tests.support.cast import LONG_AGO, cast
from tests.support.clock import CLOCK_FILE, set_to
from tests.support.processes import running
from tests.support.settings import settings_for

pytestmark = pytest.mark.journey


@pytest.fixture
def demonstration(
    database_url: str, tmp_path: Path, begins: datetime
) -> Iterator[Runtime]:
    """A portal in demo mode with an engine of its own beside it."""
    clock = set_to(begins, tmp_path / "clock")
    runtime = Runtime(settings_for(database_url, mode="demo", clock_file=clock))
    settings = {
        "PORTAL_MODE": "demo",
        "PORTAL_DATABASE_URL": database_url,
        CLOCK_FILE: clock,
    }
    with running("scheduler", output=tmp_path / "said", settings=settings) as engine:
        engine.wait_for(lambda: _beats(runtime))
        yield runtime
    runtime.close()


def _beats(runtime: Runtime) -> bool:
    with runtime.reading() as session:
        return session.scalar(select(Beat.at).limit(1)) is not None


@pytest.mark.in_turn
def test_moving_the_clock_day_by_day_loses_no_visit_reminder(
    demonstration: Runtime,
) -> None:
    people = cast(demonstration)
    today = local_date(demonstration.now(), "Asia/Shanghai")
    with demonstration.writing() as session:
        person = enrolment.enrol(
            session,
            people.version,
            people.study,
            people.here.site,
            Enrolment(
                code="DS-007",
                number="13800138007",
                d0=today - timedelta(days=5),
                language="zh",
                consent_version="2.0",
                consented_at=LONG_AGO,
            ),
            actor=audit.OPERATOR,
            now=demonstration.now(),
        )
        stay = {"admitted_on": person.d0, "discharged_on": today}
        session.add(Stay(participant_id=person.id, **stay))
    for _ in range(10):
        travel(demonstration, timedelta(days=1))
    with demonstration.reading() as session:
        query = select(Message).where(
            Message.participant_id == person.id,
            Message.dedupe_key.startswith(f"R:{person.id}:D14:"),
        )
        messages = session.scalars(query).all()
    offsets = sorted(message.dedupe_key.split(":")[3] for message in messages)
    assert offsets == ["-1", "-7", "0"]
    assert {message.state for message in messages} <= {"accepted", "delivered"}
