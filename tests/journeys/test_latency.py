"""From the commit of a red flag to the gateway: measured, and bounded generously."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from portal import audit
from portal.db.tables.outbox import Attempt, Handset, Message
from portal.db.tables.people import Participant
from portal.diary import entries
from portal.diary.entries import Submission
from portal.people.case import Case
from tests.support.amount import examples
from tests.support.journey import FEVER, Journey, enrol
from tests.support.waiting import until

pytestmark = [pytest.mark.journey, pytest.mark.alone]
REPORTS = examples(50)
BOUND = timedelta(seconds=2)


def report(journey: Journey, code: str) -> tuple[int, datetime]:
    """A fever, handed in as the page does; the alert, and when it was committed."""
    runtime = journey.runtime
    with runtime.writing() as session:
        query = select(Participant).where(Participant.code == code)
        participant = session.scalars(query).one()
        submission = Submission(
            version_id=str(uuid.uuid4()),
            kind="complete",
            answers=FEVER,
            reporter="self",
            language="en",
            actor=audit.Actor("participant", str(participant.id)),
        )
        study = runtime.study(session, participant.study_version_id)
        receipt = entries.submit(
            Case(session, study, participant, runtime.now()), submission
        )
    assert receipt.alert_id is not None
    return receipt.alert_id, runtime.now()


def reached(journey: Journey, alert_id: int) -> list[datetime]:
    """When each page of an alert was handed to the gateway."""
    query = (
        select(Handset.at)
        .join(Attempt, Attempt.reference == Handset.reference)
        .join(Message, Message.id == Attempt.message_id)
        .where(Message.alert_id == alert_id)
    )
    with journey.runtime.reading() as session:
        return sorted(session.scalars(query))


def test_a_red_flag_is_at_the_gateway_within_two_seconds(
    journey: Journey, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = [f"DS-{number}" for number in range(100, 100 + REPORTS)]
    for number, code in enumerate(codes):
        enrol(journey.runtime, code, f"+86199000009{number:02}")
    journey.engine()
    journey.diary(FEVER)  # the engine is warm once this is out
    journey.wait_for_pages("nurse", 2)
    waits = []
    for code in codes:
        alert_id, committed = report(journey, code)
        until(lambda: len(reached(journey, alert_id)) == 2, "both pages")  # noqa: B023
        waits.append(max(reached(journey, alert_id)[0] - committed, timedelta(0)))
    waits.sort()
    half, nearly_all = waits[REPORTS // 2], waits[REPORTS * 99 // 100]
    with capsys.disabled():
        print(
            f"\ncommit of a red flag to the gateway, {REPORTS} reports: "
            f"p50 {half.total_seconds() * 1000:.0f} ms, "
            f"p99 {nearly_all.total_seconds() * 1000:.0f} ms"
        )
    assert nearly_all < BOUND
