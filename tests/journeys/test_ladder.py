"""A dangerous diary entry reaches a person, however long that takes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.journey import CALM, FEVER, PARTICIPANT, Journey
from tests.support.waiting import until

pytestmark = pytest.mark.journey
SOON = timedelta(seconds=8)  # on a machine that is busy with other tests


@pytest.mark.alone
@pytest.mark.begins("03:00")
def test_a_fever_at_three_in_the_morning_pages_the_nurse_then_the_doctor(
    journey: Journey,
) -> None:
    journey.engine()
    phone = journey.web()
    journey.sign_in(phone, PARTICIPANT)
    phone.open("/diary")
    phone.send("/diary", none="1")
    phone.send("/diary/", none="1")  # nor has any of it passed
    phone.send("/diary/", temp="38.0")
    assert "028-5550 0120" in phone.page
    nurse = journey.wait_for_pages("nurse", 2)
    alert = journey.alert()
    assert {page.channel for page in nurse} == {"call", "text"}
    assert all(page.at - alert.opened_at < SOON for page in nurse)
    assert all(alert.code in page.body for page in nurse)
    assert journey.on_phone("doctor") == []
    journey.pass_time(minutes=15)
    doctor = journey.wait_for_pages("doctor", 2)
    due = alert.opened_at + timedelta(minutes=15)
    assert all(timedelta(0) <= page.at - due < SOON * 2 for page in doctor)
    assert len(journey.on_phone("nurse")) == 2


@pytest.mark.begins("13:00")  # the rule compares what both say on one day
def test_a_caregivers_confused_opens_an_alert_that_fine_does_not_close(
    journey: Journey,
) -> None:
    journey.engine()
    assert journey.diary({**CALM, "reporter": "self"})["alert"] is None
    journey.pass_time(minutes=10)
    said = journey.diary({**CALM, "reporter": "caregiver", "confused": "yes"})
    assert said["tier"] == "urgent"
    assert {"T05", "T32"} <= journey.rules()
    journey.wait_for_pages("nurse", 2)
    again = journey.diary({**CALM, "reporter": "self", "note": "all is well"})
    assert "T32" in {finding["rule"] for finding in again["findings"]}
    alert = journey.alert()
    assert (alert.id, alert.state, alert.tier) == (
        said["alert"]["id"],
        "open",
        "urgent",
    )


def test_a_calm_next_day_closes_nothing(journey: Journey) -> None:
    opened = journey.diary(FEVER)["alert"]
    journey.command("alert", "ack", opened["code"], "--as", "nurse")
    journey.pass_time(days=1)
    assert journey.diary(CALM)["tier"] == "routine"
    alert = journey.alert()
    assert (alert.id, alert.state, alert.tier) == (opened["id"], "acked", "urgent")
    journey.engine()
    journey.wait_for_pages("nurse", 2)
    (listed,) = journey.command("alerts")
    assert (listed["id"], listed["state"]) == (opened["id"], "open")


def test_an_acknowledgement_stops_the_ladder_for_half_an_hour(
    journey: Journey,
) -> None:
    journey.engine()
    opened = journey.diary(FEVER)["alert"]
    journey.wait_for_pages("nurse", 2)
    journey.command("alert", "ack", str(opened["id"]), "--as", "nurse")
    journey.pass_time(minutes=16)
    calm = journey.diary({**CALM, "note": "so that the engine has gone round"})
    assert calm["alert"] is None
    assert journey.on_phone("doctor") == []
    assert journey.alert().state == "acked"
    journey.pass_time(minutes=15)
    journey.wait_for_pages("nurse", 4)
    assert journey.alert().state == "open"
    assert len(journey.events("rearmed")) == 1
    journey.pass_time(minutes=15)
    journey.wait_for_pages("doctor", 2)


def test_closing_with_an_outcome_ends_it(journey: Journey) -> None:
    journey.engine()
    opened = journey.diary(FEVER)["alert"]
    journey.wait_for_pages("nurse", 2)
    outcome = ["--outcome", "spoke", "--reason", "Seen on the ward."]
    journey.command("alert", "close", opened["code"], "--as", "nurse", *outcome)
    journey.pass_time(hours=2)
    again = journey.diary(FEVER)["alert"]
    assert again["id"] != opened["id"]
    journey.wait_for_pages("nurse", 4)
    assert journey.on_phone("doctor") == []


def test_F40_nobody_answering_goes_round_and_the_participant_is_told(
    journey: Journey,
) -> None:
    journey.engine()
    journey.diary(FEVER)
    journey.wait_for_pages("nurse", 2)
    for who in ("doctor", "investigator"):
        journey.pass_time(minutes=15)
        journey.wait_for_pages(who, 2)
    journey.pass_time(minutes=15)
    journey.wait_for_pages("nurse", 4)
    (told,) = journey.wait_for_pages(PARTICIPANT, 1)
    assert "028-5550 0120" in told.body
    until(lambda: journey.alert().round == 1, "the second round")
