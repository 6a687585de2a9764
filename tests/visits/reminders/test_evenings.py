"""The first days at home: an earlier call, an evening that is phoned about, a morning."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from portal.db.tables.alerts import Alert, AlertFinding, Task
from portal.diary import unread_words
from portal.people.case import Case
from portal.protocol.calendar.whereabouts import HospitalStay
from portal.protocol.study.model import Study
from portal.protocol.study.plan_model import CallTask, Nudge, PlanStretch, Rung
from portal.protocol.study.text import Text
from portal.protocol.triage.answer_words import seen
from portal.runtime import Runtime
from portal.visits.reminders.past_silence import calls_missed
from portal.visits.reminders.rules.occasions import calls_of, next_at, occasions
from portal.visits.reminders.rules.person import DayReport, RemindedPerson
from tests.support.clock import Clock
from tests.support.outbox import the_study
from tests.support.ward import TODAY, Ward, local, ward_of

TOMORROW = TODAY + timedelta(days=1)
ONE = timedelta(days=1)
SAID = Text(
    {"zh": "晚上没有测量：请打电话。", "en": "No evening reading: please phone."}
)


def planned() -> Study:
    """A plan of the tests' own: what shipped studies say may change without them."""
    study = the_study()
    usual, asked = study.missing["W1"], study.reminders.evening
    assert asked is not None
    usual = replace(usual, stretches=(), evening=None, brought_forward_minutes=None)
    sooner = replace(
        usual,
        reminders=(
            Nudge("10:05", "participant", "diary_due"),
            Nudge("10:30", "participant", "diary_due"),
        ),
        task=CallTask(
            1, "11:00", "12:00", "coordinator", SAID, (Rung("12:00", "nurse"),)
        ),
        evening=CallTask(
            1,
            "20:30",
            "20:30",
            "nurse",
            SAID,
            (Rung("21:00", "nurse"), Rung("08:30", "nurse", 1), Rung("09:00", "doctor", 1)),
        ),
    )  # fmt: skip
    w1 = replace(usual, stretches=(PlanStretch(sooner, home_days=14),))
    evening = replace(asked, at="19:00", counts_from="17:00")
    return replace(
        study,
        missing={**study.missing, "W1": w1},
        reminders=replace(study.reminders, evening=evening),
    )


D0 = TODAY - timedelta(days=11)
HOME = (HospitalStay(D0, D0 + timedelta(days=8)),)


def person(**changes: object) -> RemindedPerson:
    long_before = local("00:00", D0 - timedelta(days=9))
    zone = "Asia/Shanghai"
    usual = RemindedPerson(7, D0, zone, zone, ("21:00", "08:00"), long_before, HOME)
    return replace(usual, **changes)  # type: ignore[arg-type]


def said(whom: RemindedPerson, day: date = TODAY, days: int = 1) -> list[str]:
    begins = local("00:00", day)
    found = occasions(planned(), whom, begins, begins + days * ONE)
    zone = ZoneInfo(whom.zone)
    return [
        f"{one.kind.value} {one.at.astimezone(zone):%d %H:%M} {one.detail.get('role', '')}".strip()
        for one in found
    ]


def heard(at: str, *, day: date = TODAY, entries: int = 1) -> dict[date, DayReport]:
    report = DayReport(True, True, entries, heard_at=local(at, day))
    return {day: report}


def test_in_the_first_days_at_home_the_call_follows_two_early_reminders() -> None:
    assert said(person()) == [
        "diary 12 10:05",
        "diary 12 10:30",
        "call_task 12 11:00",
        "call_late 12 12:00 nurse",
        "evening 12 19:00",
    ]


def test_after_the_first_days_the_hours_are_the_phases() -> None:
    late = person(stays=(HospitalStay(D0 - 9 * ONE, D0 - 5 * ONE),), d0=D0 - 9 * ONE)
    kinds = [one for one in said(late) if one.startswith("call_task")]
    assert kinds == ["call_task 12 15:00"]


EVENING = [
    "evening 12 19:00",
    "call_task 12 20:30",
    "call_late 12 21:00 nurse",
    "call_late 13 08:30 nurse",
    "call_late 13 09:00 doctor",
]


def test_an_evening_that_nobody_answers_is_phoned_about_until_the_next_morning() -> (
    None
):
    whom = person(days=heard("09:00"))
    assert said(whom, days=2)[:5] == EVENING
    assert next_at(planned(), whom, local("21:00")) == local("08:30", TOMORROW)


@pytest.mark.parametrize("at", ["17:00", "18:40", "20:29"])
def test_what_comes_late_in_the_day_is_the_evening_reading(at: str) -> None:
    assert said(person(days=heard(at))) == []


def test_what_comes_before_that_hour_is_not() -> None:
    assert said(person(days=heard("16:59")), days=2)[:2] == EVENING[:2]


def test_a_second_entry_is_the_evening_reading_at_any_hour() -> None:
    assert said(person(days=heard("12:00", entries=2))) == []


def test_a_word_of_the_next_morning_ends_the_evening() -> None:
    both = heard("09:00") | heard("08:00", day=TOMORROW)
    found = [one for one in said(person(days=both), days=2) if " 13 " in one]
    assert found == [
        "evening 13 19:00",
        "call_task 13 20:30",
        "call_late 13 21:00 nurse",
    ]


def test_an_evening_goes_by_the_persons_own_clock() -> None:
    east = person(zone="Pacific/Auckland", days=heard("08:00"))
    assert [one for one in said(east, days=2) if "call_task" in one][:1] == [
        "call_task 12 20:30"
    ]


def test_whoever_is_so_far_west_that_nobody_asks_is_not_phoned_about_an_evening() -> (
    None
):
    berlin = person(zone="Europe/Berlin", days=heard("16:00"))
    assert list(calls_of(planned(), berlin, TODAY)) == []


def test_on_the_ward_nobody_is_phoned_about_an_evening() -> None:
    inside = person(stays=(HospitalStay(D0, TOMORROW),), days=heard("09:00"))
    assert list(calls_of(planned(), inside, TODAY)) == []


def test_where_the_place_is_not_known_no_evening_is_phoned_about() -> None:
    unknown = person(stays=(HospitalStay(D0),), days=heard("09:00"))
    assert list(calls_of(planned(), unknown, TODAY)) == []


# -------------------------------------------------------------------- what is done of it


@pytest.fixture
def ward(runtime: Runtime, clock: Clock) -> Ward:
    ward = ward_of(runtime, clock)
    ward.cast.study = planned()
    ward.at("09:00")
    return ward


def silent(ward: Ward, since: str, until: str, day: date = TODAY) -> None:
    """Let the engine run through the hours of both chains."""
    hours = [
        "08:30",
        "09:00",
        "10:05",
        "10:30",
        "11:00",
        "12:00",
        "19:00",
        "20:30",
        "21:00",
    ]
    for clock in hours:
        if since < clock <= until:
            ward.at(clock, day)


def calls(ward: Ward) -> list[Task]:
    return ward.tasks("missing_diary")


def alerts(ward: Ward) -> list[Alert]:
    query = select(Alert).where(Alert.participant_id == ward.id)
    with ward.runtime.reading() as session:
        return list(session.scalars(query))


def phoned(ward: Ward, *, heard_from: bool) -> None:
    (task,) = (one for one in calls(ward) if one.state == "open")
    nurse = ward.cast.here["nurse"]
    with ward.runtime.writing() as session:
        unread_words.finish_reading(
            session, task.id, nurse, "Phoned.", heard_from=heard_from, now=ward.clock()
        )


def test_the_call_about_an_evening_is_the_nurses_and_says_what_it_is_about(
    ward: Ward,
) -> None:
    ward.report()
    silent(ward, "09:00", "20:30")
    (task,) = calls(ward)
    assert (task.owner_role, task.tier, task.due_at) == (
        "nurse",
        "same_day",
        local("20:30"),
    )
    assert task.detail["en"] == SAID["en"]
    assert (task.detail["days"], task.detail["evenings"]) == (
        [str(TODAY)],
        [str(TODAY)],
    )


def test_a_second_reading_ends_the_call_about_the_evening(ward: Ward) -> None:
    ward.report()
    silent(ward, "09:00", "20:30")
    ward.report(uuid="evening")
    (task,) = calls(ward)
    assert (task.state, task.outcome) == ("done", "The diary came.")
    silent(ward, "08:00", "09:00", TOMORROW)
    assert alerts(ward) == []


def test_an_evening_that_nobody_handles_is_raised_to_the_doctor_in_the_morning(
    ward: Ward,
) -> None:
    ward.report()
    silent(ward, "09:00", "21:00")
    assert alerts(ward) == []
    silent(ward, "08:00", "08:30", TOMORROW)
    assert alerts(ward) == []
    silent(ward, "08:30", "09:00", TOMORROW)
    (alert,) = alerts(ward)
    (task,) = calls(ward)
    with ward.runtime.reading() as session:
        query = select(AlertFinding.facts).where(AlertFinding.alert_id == alert.id)
        (facts,) = session.scalars(query)
    said = [(one.label["en"], one.words["en"]) for one in seen(ward.cast.study, facts)]
    assert said == [
        ("due on", "2026-03-12"),
        ("part of the study", "At home, to day 28"),
        ("did not come", "the reading of the evening"),
    ]
    assert (alert.tier, task.detail["alert"]) == ("urgent", alert.code)


def test_a_rung_of_the_next_morning_pages_the_same_nurse_once_more(ward: Ward) -> None:
    ward.report()
    silent(ward, "09:00", "21:00")
    (task,) = calls(ward)
    nurse = ward.cast.here["nurse"].id
    evening = ward.keys(f"T:{task.id}")
    silent(ward, "08:00", "08:30", TOMORROW)
    silent(ward, "08:00", "08:30", TOMORROW)
    pages = [one.dedupe_key for one in ward.messages(f"T:{task.id}")]
    assert (len(evening), pages) == (
        1,
        [f"T:{task.id}:{nurse}", f"T:{task.id}+1:{nurse}"],
    )


def test_an_evening_after_a_call_about_the_same_day_has_a_call_of_its_own(
    ward: Ward,
) -> None:
    silent(ward, "09:00", "11:00")
    ward.clock.set(local("11:20"))
    ward.report()
    silent(ward, "11:30", "21:00")
    assert [(one.state, one.detail.get("evenings")) for one in calls(ward)] == [
        ("done", None),
        ("open", [str(TODAY)]),
    ]


def test_whoever_a_nurse_reached_by_telephone_is_phoned_again_in_the_evening(
    ward: Ward,
) -> None:
    silent(ward, "09:00", "11:00")
    phoned(ward, heard_from=True)
    silent(ward, "11:00", "21:00")
    assert [one.detail.get("evenings") for one in calls(ward)] == [None, [str(TODAY)]]
    phoned(ward, heard_from=True)
    ward.replan()
    silent(ward, "08:00", "09:00", TOMORROW)
    assert alerts(ward) == []
    assert {one.state for one in calls(ward)} == {"done"}


def test_the_next_silent_morning_joins_the_call_about_the_evening(ward: Ward) -> None:
    ward.report()
    silent(ward, "09:00", "21:00")
    silent(ward, "08:00", "11:00", TOMORROW)
    (task,) = calls(ward)
    assert task.detail["days"] == [str(TODAY), str(TOMORROW)]
    assert task.detail["evenings"] == [str(TODAY)]


def test_what_a_plan_would_have_asked_counts_evenings_and_their_rungs(
    ward: Ward,
) -> None:
    ward.report()
    ward.clock.set(local("12:00", TOMORROW))
    with ward.runtime.reading() as session:
        case = Case(session, planned(), ward.me(session), ward.clock())
        found = list(calls_missed(case, TODAY))
    assert [(one.day, f"{one.at:%d %H:%M}", one.evening) for one in found] == [
        (TODAY, "12 20:30", True),
        (TOMORROW, "13 11:00", False),
    ]
    assert [(role, f"{at:%d %H:%M}") for role, at in found[0].rungs] == [
        ("nurse", "12 21:00"), ("nurse", "13 08:30"), ("doctor", "13 09:00"),
    ]  # fmt: skip
