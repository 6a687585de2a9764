"""What the first studies propose for silence, as the hours that come of it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import pytest

from portal.protocol.calendar.whereabouts import HospitalStay
from portal.protocol.study.model import Study
from portal.study_files import load_study
from portal.visits.reminders.rules.occasions import calls_of, occasions
from portal.visits.reminders.rules.person import DayReport, OccasionKind, RemindedPerson
from tests.support.ward import local

D0 = date(2026, 3, 2)
ZONE = "Asia/Shanghai"
ONE = timedelta(days=1)
CALLS = (OccasionKind.CALL_TASK, OccasionKind.CALL_LATE)


@cache
def study(name: str) -> Study:
    return load_study(name)


def person(left: int = 8, **reports: DayReport) -> RemindedPerson:
    """Somebody discharged on a day of the study; ``d12=`` what came on day 12."""
    days = {D0 + int(day[1:]) * ONE: report for day, report in reports.items()}
    stays = (HospitalStay(D0, D0 + left * ONE),)
    before = local("00:00", D0 - ONE)
    return RemindedPerson(
        7, D0, ZONE, ZONE, ("21:00", "08:00"), before, stays, days=days
    )


def calls(name: str, whom: RemindedPerson, number: int) -> list[str]:
    """The steps about a day: its hour, the days after, and whose phone rings."""
    day = D0 + number * ONE
    found = sorted(calls_of(study(name), whom, day), key=lambda one: one.at)
    return [
        f"{(one.at + timedelta(hours=8)):%H:%M}"
        f"{'+1' if (one.at + timedelta(hours=8)).date() > day else ''}"
        f" {one.detail['role'] or one.detail['call'].role}"
        for one in found
    ]


EARLY = ["11:00 coordinator", "12:00 nurse", "14:00 doctor"]
USUAL = ["15:00 coordinator", "16:00 nurse", "18:00 doctor"]
W2 = ["15:00 coordinator", "18:00 nurse", "09:00+1 doctor"]
W3 = ["15:00 coordinator", "09:00+1 nurse", "11:00+1 doctor"]


@pytest.mark.parametrize("name", ["dcar-sle", "udcar-sle"])
@pytest.mark.parametrize(
    ("left", "day", "steps"),
    [(8, 8, EARLY), (8, 21, EARLY), (8, 22, USUAL), (8, 28, USUAL), (8, 29, W2),
     (20, 28, EARLY), (20, 29, EARLY), (20, 33, EARLY), (20, 34, W2), (8, 7 * 20, W3)],
)  # fmt: skip
def test_every_silence_ends_with_the_doctor_and_in_the_first_days_by_14_00(
    name: str, left: int, day: int, steps: list[str]
) -> None:
    assert calls(name, person(left), day) == steps


def test_in_w2_one_silent_day_is_no_call() -> None:
    came = DayReport(True, True, 1, heard_at=local("09:00", D0 + 39 * ONE))
    assert calls("dcar-sle", person(d39=came), 40) == []


@pytest.mark.parametrize("name", ["dcar-sle", "udcar-sle"])
@pytest.mark.parametrize(
    ("day", "steps"), [(21, ["20:30 nurse", "22:00 doctor"]), (22, [])]
)
def test_an_evening_of_the_first_days_is_the_nurses_call(
    name: str, day: int, steps: list[str]
) -> None:
    came = DayReport(True, True, 1, heard_at=local("09:00", D0 + day * ONE))
    assert calls(name, person(**{f"d{day}": came}), day) == steps


def test_after_an_alarming_report_the_call_of_the_first_days_is_a_quarter_sooner() -> (
    None
):
    fever = DayReport(True, True, 2, alarming=True)
    steps = calls("dcar-sle", person(d11=fever), 12)
    assert steps[:2] == ["10:45 coordinator", "11:00 coordinator"]


def test_two_reminders_and_the_caregivers_come_before_that_call() -> None:
    begins = local("00:00", D0 + 12 * ONE)
    found = occasions(study("dcar-sle"), person(), begins, begins + ONE)
    texts = [
        f"{(one.at + timedelta(hours=8)):%H:%M} {one.to}"
        for one in found
        if one.kind is OccasionKind.DIARY
    ]
    assert texts == ["10:05 participant", "10:30 participant", "10:30 caregiver"]
