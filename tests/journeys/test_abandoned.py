"""What somebody began to report and left is never lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.db.tables.alerts import Task
from portal.db.tables.diary import EntryVersion
from tests.support.journey import PARTICIPANT, Journey
from tests.support.waiting import until

pytestmark = pytest.mark.journey


def versions(journey: Journey) -> list[EntryVersion]:
    with journey.runtime.reading() as session:
        query = select(EntryVersion).order_by(EntryVersion.received_at)
        return list(session.scalars(query))


@pytest.mark.in_turn
def test_a_red_flag_pages_though_the_rest_is_never_filled_in(
    journey: Journey,
) -> None:
    journey.engine()
    phone = journey.web()
    journey.sign_in(phone, PARTICIPANT)
    phone.open("/diary")
    phone.send("/diary", emerg=["seizure"], send="1")
    assert "120" in phone.page
    journey.wait_for_pages("nurse", 2)
    journey.wait_for_pages("doctor", 2)
    assert journey.alert().tier == "emergency"
    assert [version.kind for version in versions(journey)] == ["red_flags"]


@pytest.mark.in_turn
def test_a_diary_left_unfinished_is_sent_and_judged_after_ten_minutes(
    journey: Journey,
) -> None:
    journey.engine()
    phone = journey.web()
    journey.sign_in(phone, PARTICIPANT)
    phone.open("/diary")
    phone.send("/diary", none="1")
    phone.send("/diary/", none="1")  # nor has any of it passed
    phone.send("/diary/", temp="37.6")
    journey.pass_time(minutes=9)
    assert [version.kind for version in versions(journey)] == ["red_flags"]
    journey.pass_time(minutes=2)
    until(lambda: len(versions(journey)) == 2, "the unfinished diary")
    left = versions(journey)[1]
    assert (left.kind, left.tier) == ("partial", "same_day")
    assert left.answers["temp"]["value"] == "37.6"
    with journey.runtime.reading() as session:
        (task,) = session.scalars(select(Task)).all()
    assert (task.kind, task.tier) == ("review", "same_day")
    assert journey.on_phone("nurse") == []
