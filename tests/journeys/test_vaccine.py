"""A second dose in the two-dose vaccine trial, with a real engine beside it.

Between the doses nobody is asked anything. With the dose the evening diary begins: two
texts in the evening, and a call on the morning after an evening without a diary.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from portal.audit import Actor
from portal.db.tables.alerts import Task
from portal.db.tables.engine import Beat
from portal.db.tables.outbox import Message
from portal.demo.clock_moves import travel
from portal.diary import entries
from portal.diary.submission import Submission
from portal.protocol.calendar.study_days import local_date
from portal.runtime import Runtime
from portal.vocabulary.diary import VersionKind
from tests.support.clock import CLOCK_FILE, ZONE, set_to
from tests.support.processes import running
from tests.support.settings import settings_for
from tests.support.vaccine import Clinic, clinic

pytestmark = pytest.mark.journey
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CALM = {
    "emerg": [],
    "temp": {"value": "37.2", "unit": "C"},
    "pain": 1,
    "swelling": 0,
    "fatigue": 1,
    "headache": 0,
}


@pytest.fixture
def found(database_url: str, tmp_path: Path, begins: datetime) -> Iterator[Clinic]:
    """The clinic, with an engine; the first dose was four weeks ago."""
    clock = set_to(begins, tmp_path / "clock")
    runtime = Runtime(settings_for(database_url, mode="demo", clock_file=clock))
    settings = {
        "PORTAL_MODE": "demo",
        "PORTAL_DATABASE_URL": database_url,
        CLOCK_FILE: clock,
    }
    opened = clinic(runtime, local_date(runtime.now(), ZONE) - 28 * DAY)
    with running("scheduler", output=tmp_path / "said", settings=settings) as engine:
        engine.wait_for(lambda: _beats(runtime))
        yield opened
    runtime.close()


def _beats(runtime: Runtime) -> bool:
    with runtime.reading() as session:
        return session.scalar(select(Beat.at).limit(1)) is not None


def asked(found: Clinic) -> list[str]:
    """The hours of the diary texts to VX-001 that have left."""
    with found.runtime.reading() as session:
        number = found.case(session).participant.id
        query = select(Message).where(
            Message.participant_id == number,
            Message.dedupe_key.startswith(f"D:{number}:"),
        )
        messages = session.scalars(query.order_by(Message.id)).all()
    assert {one.state for one in messages} <= {"accepted", "delivered"}
    return [one.dedupe_key.split(":", 3)[3] for one in messages]


def calls(found: Clinic) -> list[tuple[list[str], str, str]]:
    """The calls about VX-001: which evenings, by when, and whether it still waits."""
    with found.runtime.reading() as session:
        number = found.case(session).participant.id
        query = select(Task).where(
            Task.participant_id == number, Task.kind == "missing_diary"
        )
        return [
            (
                task.detail["days"],
                f"{task.due_at.astimezone(ZoneInfo(ZONE)):%Y-%m-%d %H:%M}",
                task.state,
            )
            for task in session.scalars(query.order_by(Task.id))
        ]


def report(found: Clinic) -> None:
    sent = Submission(
        str(uuid4()),
        VersionKind.COMPLETE,
        CALM,
        "self",
        "en",
        Actor("participant", "1"),
    )
    with found.runtime.writing() as session:
        entries.submit(found.case(session), sent)


@pytest.mark.begins("09:00")  # on the next day they write before the evening texts
def test_the_second_dose_begins_a_week_of_evening_diaries(found: Clinic) -> None:
    travel(found.runtime, 2 * DAY)
    assert (found.phase(), asked(found), calls(found)) == ("between", [], [])
    today = local_date(found.runtime.now(), ZONE)
    found.event(today)
    assert found.phase() == "dose2"
    travel(found.runtime, DAY + HOUR)
    assert asked(found) == ["19:30", "20:30"]
    assert calls(found) == [([str(today)], f"{today + DAY} 12:00", "open")]
    travel(found.runtime, 8 * HOUR)
    report(found)
    travel(found.runtime, 16 * HOUR)
    assert asked(found) == ["19:30", "20:30"]
    assert calls(found) == [([str(today)], f"{today + DAY} 12:00", "done")]
    travel(found.runtime, 8 * DAY)
    silent = [str(today + n * DAY) for n in (2, 3, 4, 5, 6)]
    by = f"{today + 3 * DAY} 12:00"
    assert calls(found)[1:] == [(silent, by, "open")]
    assert len(asked(found)) == 12
    assert found.phase() == "later"
