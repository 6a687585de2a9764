"""A trial without a ward, a temperature or an evening text, lived through for real."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.journey import PARTICIPANT, Journey
from tests.support.journey import journey as open_journey
from tests.support.waiting import until

pytestmark = [pytest.mark.journey]
STRANGE = ("emperature", "fever", "nfusion", "erves and hand")


@pytest.fixture
def journey(database_url: str, tmp_path: Path, begins: datetime) -> Iterator[Journey]:
    with open_journey(database_url, tmp_path, begins, study="hypertension") as opened:
        yield opened


@pytest.mark.begins("09:00")
def test_a_pressure_of_185_pages_a_nurse_and_is_measured_again(
    journey: Journey,
) -> None:
    phone = journey.web()
    journey.engine()
    said = journey.diary({"emerg": [], "sbp": "185", "dbp": "96"})
    assert (said["tier"], said["advice"]) == ("urgent", ["M-U", "M-RE"])
    assert {page.channel for page in journey.wait_for_pages("nurse", 2)} == {
        "call",
        "text",
    }
    assert journey.rules() == {"H02", "H03"}
    journey.command("alert", "ack", journey.alert().code, "--as", "nurse")
    journey.pass_time(minutes=60, seconds=5)
    until(lambda: len(journey.on_phone(PARTICIPANT)) == 1, "the text to measure again")
    (asked,) = journey.on_phone(PARTICIPANT)
    assert "another entry for today" in asked.body
    journey.sign_in(phone, PARTICIPANT)
    entries = phone.open("/history")
    assert "Upper blood pressure, last entries" in entries
    assert "185 mmHg" in entries
    assert [word for word in STRANGE if word in entries] == []
    calendar = phone.open("/calendar")
    assert "First tablet: " in calendar
    assert [word for word in STRANGE if word in calendar] == []
    phone.open("/diary?reading=1")
    phone.send("/diary", none="1")
    assert 'name="sbp"' in phone.page
    assert 'name="dizzy"' not in phone.page
    phone.send("/diary", sbp="128", dbp="82")
    assert "Your diary has been received" in phone.page
    assert "128 mmHg" in phone.open("/history")
    assert journey.on_phone("doctor") == []
