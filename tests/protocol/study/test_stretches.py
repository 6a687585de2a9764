"""A phase may say for its first days, and for evenings, what else holds than usual."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.protocol.amendment.change import Bearing, Part
from portal.protocol.amendment.differences import differences
from portal.protocol.calendar.silence_plans import (
    is_home_at_most,
    last_day_of_calls,
    plan_on,
)
from portal.protocol.calendar.whereabouts import HospitalStay, Milestones
from portal.protocol.checks.study import faults_of_text
from portal.protocol.printed.missing_words import missing_lines
from portal.protocol.study.compiled import from_compiled, to_compiled
from portal.protocol.study.file.reading import read_study
from portal.protocol.study.hours import named_hours
from portal.protocol.study.plan_model import Rung
from portal.study_files import load_study
from tests.support.small_study import SMALL

D0 = date(2026, 3, 1)
END = "[reminders]\nvisit_days"
EVENING = """
[missing.W1.evening]
at = "20:30"
ack_by = "20:30"
role = "nurse"
title = { zh = "晚上没有测量：请打电话。", en = "No evening reading: please phone." }
escalate = [{ at = "22:00", role = "doctor" }, { at = "08:30", role = "doctor", days_later = 1 }]
"""
STRETCH = """
[[missing.W1.stretch]]
home_days = 14
reminders = [{ at = "10:05", to = "participant", text = "diary_due" }, { at = "10:30", to = "participant", text = "diary_due" }]

[missing.W1.stretch.task]
after_missed = 1
at = "11:00"
ack_by = "12:00"
role = "nurse"
title = { zh = "请马上打电话。", en = "Please phone at once." }
escalate = [{ at = "12:00", role = "doctor" }]
"""
EVENING_OF_STRETCH = EVENING.replace("W1.evening", "W1.stretch.evening")


def with_plan(*added: str) -> str:
    assert SMALL.count(END) == 1
    return SMALL.replace(END, "".join(added) + "\n" + END)


def named(text: str) -> list[tuple[str, str]]:
    return [(fault.key, fault.sentence) for fault in faults_of_text(text)]


def home_since(day: int) -> Milestones:
    left = D0 + timedelta(days=day)
    return Milestones(D0, (HospitalStay(D0, left),))


def called_at(text: str, person: Milestones, day: int) -> str | None:
    plan = plan_on(read_study(text), person, D0 + timedelta(days=day))
    return plan.task.at if plan else None


@pytest.mark.parametrize(
    ("left", "day", "hour"),
    [(7, 6, None), (7, 7, "11:00"), (7, 20, "11:00"), (7, 21, "15:00"),
     (3, 16, "11:00"), (3, 17, "15:00"), (20, 28, "11:00")],
)  # fmt: skip
def test_the_first_days_at_home_count_from_the_day_of_discharge(left, day, hour):
    assert called_at(with_plan(STRETCH), home_since(left), day) == hour


def test_whoever_is_admitted_again_begins_to_count_anew():
    left, back = D0 + timedelta(days=3), D0 + timedelta(days=18)
    again = (HospitalStay(D0, left), HospitalStay(back, back + timedelta(days=2)))
    person = Milestones(D0, again)
    hours = [called_at(with_plan(STRETCH), person, day) for day in (17, 20, 28)]
    assert hours == ["15:00", "11:00", "11:00"]


def test_while_nobody_knows_where_somebody_is_they_may_just_have_gone_home():
    assert called_at(with_plan(STRETCH), Milestones(D0), 10) == "11:00"


@pytest.mark.parametrize(("day", "first"), [(0, True), (13, True), (14, False)])
def test_in_a_study_without_a_ward_the_days_at_home_count_from_d0(day, first):
    study, person = load_study("hypertension"), Milestones(D0)
    assert study.ward is None
    assert is_home_at_most(study, person, D0 + timedelta(days=day), 14) is first


@pytest.mark.parametrize(("day", "hour"), [(14, "11:00"), (15, "15:00")])
def test_a_stretch_may_count_the_days_of_the_study(day, hour):
    text = with_plan(STRETCH.replace("home_days = 14", "until_day = 14"))
    assert called_at(text, home_since(7), day) == hour


def test_what_a_stretch_does_not_say_is_the_phases():
    study = read_study(with_plan(STRETCH))
    plan = study.missing["W1"]
    (own,) = (stretch.plan for stretch in plan.stretches)
    assert (own.due, own.brought_forward_minutes) == ("10:00", 60)
    assert [nudge.at for nudge in own.reminders] == ["10:05", "10:30"]
    assert plan.plans == (own, plan)


def test_a_stretch_is_stored_and_read_back_as_it_was():
    study = read_study(with_plan(STRETCH, EVENING_OF_STRETCH))
    assert from_compiled(to_compiled(study)).missing == study.missing


def test_every_hour_of_a_stretch_and_of_an_evening_is_named():
    hours = named_hours(read_study(with_plan(STRETCH, EVENING_OF_STRETCH)))
    assert {"10:30", "11:00", "12:00", "20:30", "22:00", "08:30"} <= set(hours)


def test_a_rung_of_the_next_morning_is_a_day_later_than_its_call():
    call = read_study(with_plan(EVENING)).missing["W1"].evening
    assert call is not None
    assert [call.day_of(rung) for rung in call.escalate] == [0, 1]
    assert last_day_of_calls(read_study(with_plan(EVENING))) == 1
    assert last_day_of_calls(read_study(SMALL)) == 0


@pytest.mark.parametrize("added", [EVENING, STRETCH, STRETCH + EVENING_OF_STRETCH])
def test_a_plan_for_evenings_and_for_first_days_has_no_fault(added):
    assert named(with_plan(added)) == []


OTHER = STRETCH.replace("home_days = 14", "home_days = 7")
BROKEN = [
    (STRETCH.replace("home_days = 14\n", ""), "missing.W1.stretch[1]", "either home_days or until_day"),
    (STRETCH.replace("home_days = 14", "home_days = 14\nuntil_day = 9"), "missing.W1.stretch[1]", "either home_days"),
    (STRETCH.replace("home_days = 14", "home_days = 0"), "missing.W1.stretch[1].home_days", "too small"),
    (STRETCH.replace("home_days = 14", 'home_days = 14\ndue = "09:00"'), "missing.W1.stretch[1].due", "no such key"),
    (STRETCH + OTHER, "missing.W1.stretch", "must end later than the one above"),
    (STRETCH + OTHER.replace("home_days = 7", "until_day = 20"), "missing.W1.stretch", "count all stretches of a phase alike"),
    (STRETCH.replace('"diary_due" }]', '"due" }]'), "missing.W1.stretch[1].reminders", 'no text "due"'),
    (STRETCH.replace('at = "11:00"', 'at = "10:20"'), "missing.W1.stretch[1]", "task.at is at 10:20, before a reminder"),
    (STRETCH.replace('role = "nurse"', 'role = "boss"'), "missing.W1.stretch[1].task.role", 'no duty "boss"'),
    (STRETCH.replace('escalate = [{ at = "12:00"', 'escalate = [{ at = "10:45"'), "missing.W1.stretch[1].task.escalate", "would page nobody"),
    (STRETCH.replace(', en = "Please phone at once."', ""), "missing.W1.stretch[1].task.title.en", "English"),
    (EVENING.replace('role = "nurse"', 'role = "boss"'), "missing.W1.evening.role", 'no duty "boss"'),
    (EVENING.replace('at = "20:30"', 'at = "18:00"'), "missing.W1.evening", "before the reminder at 19:00"),
    (EVENING.replace('ack_by = "20:30"', 'ack_by = "20:00"'), "missing.W1", "evening.ack_by is at 20:00"),
    (EVENING.replace('"08:30", role = "doctor", days_later = 1', '"08:30", role = "doctor"'), "missing.W1.evening.escalate", "would page nobody"),
    (EVENING.replace("days_later = 1", "days_later = 7"), "missing.W1.evening.escalate[2].days_later", "too large"),
    (EVENING_OF_STRETCH.replace('role = "nurse"', 'role = "boss"'), "missing.W1.stretch[1].evening.role", 'no duty "boss"'),
]  # fmt: skip


@pytest.mark.parametrize(("added", "key", "said"), BROKEN)
def test_a_plan_that_holds_never_or_pages_nobody_is_refused(added, key, said):
    if "stretch.evening" in added:
        added = STRETCH + added
    found = named(with_plan(added))
    assert any(where == key and said in sentence for where, sentence in found), found


def test_nobody_is_phoned_about_an_evening_that_nobody_is_asked_about():
    text = with_plan(EVENING).replace(
        '[reminders.evening]\nphases = ["W1"]', '[reminders.evening]\nphases = ["W2"]'
    )
    ((key, said),) = named(text)
    assert (key, 'name "W1" in [reminders.evening]' in said) == (
        "missing.W1.evening",
        True,
    )


def test_an_evening_is_not_phoned_about_where_a_silent_day_is_not():
    text = with_plan(EVENING).replace("after_missed = 1", "after_missed = 2")
    ((key, said),) = named(text)
    assert (key, "write after_missed = 1" in said) == ("missing.W1.evening", True)


# ------------------------------------------------------------------------ in words


def test_the_printed_study_says_what_holds_on_which_days():
    text = with_plan(STRETCH, EVENING_OF_STRETCH)
    said = [line["en"].strip() for line in missing_lines(read_study(text))]
    first, others = (
        said.index("Up to day 14 at home (the day of discharge is the first):"),
        said.index("On all other days:"),
    )
    assert first < others
    assert said[first + 3].startswith(
        "11:00, if 1 in a row are missing: a task for nurse"
    )
    assert said[first + 5].startswith(
        "20:30, if the second reading of the day has not come: a task for nurse"
    )
    assert (
        said[first + 6]
        == "22:00, if nobody has dealt with it: doctor on call is paged."
    )
    assert said[first + 7].startswith("08:30, 1 day after the diary's day, if nobody")
    assert said[others + 2].startswith("15:00, if 1 in a row are missing")


def told(old: str, new: str) -> list[tuple[str, str, str, Bearing]]:
    found = differences(read_study(old), read_study(new))
    assert {one.part for one in found} == {Part.SILENCE}
    return [
        (
            one.aspect["en"],
            one.before["en"] if one.before else "",
            one.after["en"] if one.after else "",
            one.bearing,
        )
        for one in found
    ]


AT = "days 1 to 14 at home: call task: at"


def test_a_new_stretch_is_compared_with_what_held_on_its_days():
    found = told(SMALL, with_plan(STRETCH))
    assert (AT, "15:00", "11:00", Bearing.STRICTER) in found
    assert all(aspect.startswith("days 1 to 14 at home: ") for aspect, *_ in found)
    assert (AT, "11:00", "15:00", Bearing.CALMER) in told(with_plan(STRETCH), SMALL)


def test_a_shorter_stretch_is_calmer_only_on_the_days_that_it_lost():
    shorter = with_plan(STRETCH.replace("home_days = 14", "home_days = 10"))
    found = told(with_plan(STRETCH), shorter)
    at = "days 11 to 14 at home: call task: at"
    assert (at, "11:00", "15:00", Bearing.CALMER) in found
    assert all(aspect.startswith("days 11 to 14 at home: ") for aspect, *_ in found)


def test_another_hour_of_the_phase_is_told_of_the_days_on_which_it_holds():
    later = with_plan(STRETCH).replace('at = "15:00"', 'at = "15:30"')
    assert told(with_plan(STRETCH), later) == [
        ("call task: at", "15:00", "15:30", Bearing.CALMER)
    ]


def test_a_step_on_the_next_morning_and_an_evening_are_told_in_words():
    morning = SMALL.replace(
        'escalate = [{ at = "16:00", role = "nurse" }]',
        'escalate = [{ at = "16:00", role = "nurse" }, { at = "09:00", role = "doctor", days_later = 1 }]',
    )
    ((aspect, _before, after, _bearing),) = told(SMALL, morning)
    assert aspect == "call task: then paged"
    assert after.endswith("at 09:00, whose work doctor on call, days later 1")
    found = {aspect: after for aspect, _, after, _ in told(SMALL, with_plan(EVENING))}
    assert found["evening reading: at"] == "20:30"
    sooner = with_plan(EVENING.replace("20:30", "20:15"))
    assert {one[3] for one in told(with_plan(EVENING), sooner)} == {Bearing.STRICTER}


def test_a_rung_without_a_day_is_on_the_day_of_the_call():
    assert Rung("09:00", "nurse").days_later is None
