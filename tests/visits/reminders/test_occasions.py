"""What falls due, when, and when it does not: the table of section hours as claims."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.protocol.calendar.whereabouts import HospitalStay
from portal.protocol.study.hours import named_hours
from portal.protocol.study.model import Study
from portal.visits.reminders.rules.hours import (
    awake,
    clock_changes,
    day_begins,
    hour_on,
)
from portal.visits.reminders.rules.occasions import moves, next_at, occasions
from portal.visits.reminders.rules.person import (
    DayReport,
    Occasion,
    OccasionKind,
    Recheck,
    RemindedPerson,
    VisitDay,
)
from tests.support.study import the_usual_study

D0 = date(2026, 3, 2)
SITE = "Asia/Shanghai"
LONG_BEFORE = datetime(2026, 2, 1, tzinfo=UTC)
HOME = (HospitalStay(D0, D0 + timedelta(days=8)),)
DAY = D0 + timedelta(days=11)  # W1
W2_DAY = D0 + timedelta(days=40)
W3_DAY = D0 + timedelta(days=7 * 20)  # a weekday of D0


def local(day: date, clock: str, zone: str = SITE) -> datetime:
    at = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(zone))
    return at.astimezone(UTC)


def person(**changes: object) -> RemindedPerson:
    usual = RemindedPerson(7, D0, SITE, SITE, ("21:00", "08:00"), LONG_BEFORE, HOME)
    return replace(usual, **changes)  # type: ignore[arg-type]


def on(day: date, whom: RemindedPerson, days: int = 1) -> tuple[Occasion, ...]:
    begins = local(day, "00:00", whom.site_zone) - timedelta(microseconds=1)
    return occasions(the_usual_study()[0], whom, begins, begins + timedelta(days=days))


def said(found: tuple[Occasion, ...], zone: str = SITE) -> list[tuple[str, str, str]]:
    """Kind, hour on a clock in ``zone``, and for whom or by whom."""
    return [
        (
            one.kind.value,
            f"{one.at.astimezone(ZoneInfo(zone)):%H:%M}",
            one.detail.get("role") or one.to,
        )
        for one in found
    ]


def texts(day: date, whom: RemindedPerson) -> list[str]:
    return [
        f"{one.at.astimezone(ZoneInfo(whom.zone)):%H:%M}"
        for one in on(day, whom)
        if one.kind is OccasionKind.DIARY
    ]


def visit(day: date, **changes: object) -> VisitDay:
    usual = VisitDay("D14", day, day + timedelta(days=2), "planned", 1)
    return replace(usual, **changes)  # type: ignore[arg-type]


def hours_of(
    kind: OccasionKind, whom: RemindedPerson, day: date, days: int = 30
) -> list[str]:
    zone = ZoneInfo(whom.zone)
    return [
        f"{one.at.astimezone(zone):%m-%d %H:%M}"
        for one in on(day, whom, days)
        if one.kind is kind
    ]


@pytest.mark.parametrize(
    ("left", "days"),
    [
        (5, [7, 13, 14]),
        (7, [8, 13, 14]),
        (9, [10, 13, 14]),
        (12, [13, 14]),
        (13, [14]),
        (14, []),
        (None, [8, 13, 14]),
    ],
)
def test_who_is_on_the_ward_is_told_of_a_visit_on_the_first_morning_at_home(
    left: int | None, days: list[int]
) -> None:
    """Nobody on the ward is told to come on time; none: nobody said they went home."""
    left_on = None if left is None else D0 + timedelta(days=left)
    coming = person(
        visits=(visit(D0 + timedelta(days=14)),), stays=(HospitalStay(D0, left_on),)
    )
    assert hours_of(OccasionKind.VISIT, coming, D0) == [
        f"{D0 + timedelta(days=day):%m-%d} 09:00" for day in days
    ]


@pytest.mark.parametrize(("left", "told"), [(5, 7), (9, 10), (13, 14), (14, None)])
def test_the_only_text_about_a_visit_waits_until_its_day(
    left: int, told: int | None
) -> None:
    study = the_usual_study()[0]
    once = replace(study, reminders=replace(study.reminders, visit_days=(-7,)))
    stays = (HospitalStay(D0, D0 + timedelta(days=left)),)
    coming = person(visits=(visit(D0 + timedelta(days=14)),), stays=stays)
    begins = local(D0, "00:00")
    found = occasions(once, coming, begins, begins + timedelta(days=30))
    days = [(one.day - D0).days for one in found if one.kind is OccasionKind.VISIT]
    assert days == ([] if told is None else [told])


def test_a_word_of_the_ward_lets_the_text_about_a_visit_wait() -> None:
    stay = HospitalStay(D0, None, D0 + timedelta(days=9))
    coming = person(visits=(visit(D0 + timedelta(days=14)),), stays=(stay,))
    first, *_ = hours_of(OccasionKind.VISIT, coming, D0)
    assert first == f"{D0 + timedelta(days=11):%m-%d} 09:00"


# ------------------------------------------------------------------ missing diaries


def test_a_silent_day_at_home_goes_by_the_table() -> None:
    assert said(on(DAY, person())) == [
        ("diary", "10:05", "participant"),
        ("diary", "13:00", "participant"),
        ("diary", "13:00", "caregiver"),
        ("call_task", "15:00", "participant"),
        ("call_late", "16:00", "nurse"),
        ("call_late", "18:00", "doctor"),
        ("evening", "19:00", "participant"),
    ]


def test_a_complete_diary_stops_all_that_follows_but_the_evening_reading() -> None:
    done = person(days={DAY: DayReport(complete=True, heard=True, entries=1)})
    assert said(on(DAY, done)) == [("evening", "19:00", "participant")]


def test_a_second_entry_is_the_evening_reading() -> None:
    done = person(days={DAY: DayReport(complete=True, heard=True, entries=2)})
    assert on(DAY, done) == ()


def test_a_diary_sent_unfinished_stops_the_call_and_not_the_reminders() -> None:
    partial = person(days={DAY: DayReport(heard=True, entries=1)})
    kinds = [one.kind for one in on(DAY, partial)]
    assert kinds == [
        OccasionKind.DIARY,
        OccasionKind.DIARY,
        OccasionKind.DIARY,
        OccasionKind.EVENING,
    ]


def test_a_red_flag_screen_alone_ends_no_silence() -> None:
    begun = person(days={DAY: DayReport()})
    assert said(on(DAY, begun)) == said(on(DAY, person()))


def test_after_an_alarming_report_the_whole_chain_comes_an_hour_after_due() -> None:
    feverish = person(days={DAY - timedelta(days=1): DayReport(alarming=True)})
    chain = [one for one in said(on(DAY, feverish)) if one[0].startswith("call")]
    assert chain[:3] == [
        ("call_task", "11:00", "participant"),
        ("call_late", "12:00", "nurse"),
        ("call_late", "14:00", "doctor"),
    ]
    assert [one[1] for one in chain[3:]] == ["15:00", "16:00", "18:00"]


WEST, EAST = "America/Los_Angeles", "Pacific/Auckland"


@pytest.mark.parametrize("zone", [WEST, "Europe/Berlin", "Asia/Tokyo", EAST])
def test_staff_call_by_the_clock_that_the_person_is_reminded_by(zone: str) -> None:
    away = on(DAY, person(zone=zone), 2)
    mine = tuple(one for one in away if one.day == DAY)
    told = [one for one in said(mine, zone) if one[0] != "evening"]
    assert told == said(on(DAY, person()))[:-1]
    at = [one.at for one in mine if one.kind is not OccasionKind.EVENING]
    assert at == sorted(at)  # nobody is called about before they were reminded


@pytest.mark.parametrize("zone", [WEST, "Europe/Berlin", EAST])
def test_a_call_brought_forward_comes_an_hour_after_due_there(zone: str) -> None:
    feverish = {DAY - timedelta(days=1): DayReport(alarming=True)}
    found = on(DAY, person(zone=zone, days=feverish), 2)
    chain = tuple(one for one in found if one.day == DAY and one.key.endswith("early"))
    assert [one[1] for one in said(chain, zone)] == ["11:00", "12:00", "14:00"]


def test_only_the_last_report_brings_the_call_forward() -> None:
    calm = {
        DAY - timedelta(days=2): DayReport(alarming=True, heard=True),
        DAY - timedelta(days=1): DayReport(heard=True),
    }
    chain = [
        one for one in on(DAY, person(days=calm)) if one.kind is OccasionKind.CALL_TASK
    ]
    assert [one.at for one in chain] == [local(DAY, "15:00")]


def test_the_call_is_to_be_made_within_the_hour() -> None:
    (call,) = (one for one in on(DAY, person()) if one.kind is OccasionKind.CALL_TASK)
    assert call.detail["due"] == local(DAY, "16:00")


def test_in_hospital_and_after_month_24_nothing_is_asked() -> None:
    late = date(2029, 1, 1)
    assert on(D0 + timedelta(days=3), person()) == ()
    assert on(late, person(), 30) == ()


def test_a_forgotten_discharge_does_not_silence_day_8() -> None:
    forgotten = person(stays=(HospitalStay(D0),))
    assert on(D0 + timedelta(days=7), forgotten) == ()
    assert said(on(D0 + timedelta(days=8), forgotten))[0][:2] == ("diary", "10:05")


def test_a_second_stay_in_hospital_silences_its_days() -> None:
    again = person(stays=(*HOME, HospitalStay(DAY, DAY + timedelta(days=2))))
    assert on(DAY, again) == ()
    assert texts(DAY + timedelta(days=2), again) == ["10:05", "13:00", "13:00"]


def test_in_w2_the_call_waits_for_two_silent_days() -> None:
    yesterday = {W2_DAY - timedelta(days=1): DayReport(complete=True, heard=True)}
    assert said(on(W2_DAY, person(days=yesterday))) == [
        ("diary", "10:05", "participant")
    ]
    silent = on(W2_DAY, person(), 2)
    assert said(tuple(one for one in silent if one.day == W2_DAY)) == [
        ("diary", "10:05", "participant"),
        ("call_task", "15:00", "participant"),
        ("call_late", "18:00", "nurse"),
        ("call_late", "09:00", "doctor"),
    ]


def test_in_w3_the_diary_is_asked_on_one_weekday_and_called_after_two_weeks() -> None:
    last_week = {W3_DAY - timedelta(days=7): DayReport(complete=True, heard=True)}
    heard = person(days=last_week)
    found = [one for one in on(W3_DAY, heard, 7) if one.kind is not OccasionKind.DATED]
    assert said(tuple(found)) == [("diary", "10:05", "participant")]
    assert found[0].day == W3_DAY
    assert ("call_task", "15:00", "participant") in said(on(W3_DAY, person()))


def test_what_comes_later_ends_an_earlier_silence() -> None:
    since = person(days={DAY + timedelta(days=1): DayReport(heard=True)})
    assert OccasionKind.CALL_LATE not in [one.kind for one in on(DAY, since)]


def test_who_joins_after_the_diary_was_due_is_asked_from_the_next_day_on() -> None:
    late = person(since=local(DAY, "10:01"))
    assert said(on(DAY, late)) == [("evening", "19:00", "participant")]
    early = person(since=local(DAY, "09:59"))
    assert said(on(DAY, early)) == said(on(DAY, person()))


def test_days_of_a_pause_are_not_missed_days() -> None:
    back = person(since=local(W2_DAY, "09:00"))
    assert OccasionKind.CALL_TASK not in [one.kind for one in on(W2_DAY, back)]


def test_a_nudge_is_noise_when_the_next_one_is_due() -> None:
    first, second, _caregiver = (
        one for one in on(DAY, person()) if one.kind is OccasionKind.DIARY
    )
    assert first.not_after == second.at
    assert second.not_after == local(DAY, "21:00")


# ------------------------------------------------------------------------- visits


def test_a_visit_is_announced_a_week_and_a_day_before_and_on_the_morning() -> None:
    day = date(2026, 6, 12)
    coming = person(visits=(visit(day),))
    assert hours_of(OccasionKind.VISIT, coming, date(2026, 5, 30)) == [
        "06-05 09:00",
        "06-11 09:00",
        "06-12 09:00",
    ]


@pytest.mark.parametrize("state", ["attended", "missed", "cancelled"])
def test_a_settled_visit_is_not_announced(state: str) -> None:
    day = date(2026, 6, 12)
    settled = person(visits=(visit(day, state=state),))
    assert hours_of(OccasionKind.VISIT, settled, date(2026, 5, 30)) == []


def test_a_booked_visit_is_not_announced_after_its_hour() -> None:
    day = date(2026, 6, 12)
    early = visit(day, state="booked", booked_at=local(day, "08:30"))
    assert hours_of(OccasionKind.VISIT, person(visits=(early,)), date(2026, 5, 30)) == [
        "06-05 09:00",
        "06-11 09:00",
    ]


def test_a_moved_visit_is_told_once_and_planned_from_then_on() -> None:
    day, at = date(2026, 6, 12), local(date(2026, 6, 5), "12:00")
    moved = person(visits=(visit(day, version=2, since=at, moved=True),))
    (told,) = moves(the_usual_study()[0], moved, at)
    assert (told.key, told.at) == ("R:7:D14:moved:2", at)
    assert hours_of(OccasionKind.VISIT, moved, date(2026, 5, 30)) == [
        "06-11 09:00",
        "06-12 09:00",
    ]


def test_the_text_of_a_move_stands_for_the_reminder_of_its_day() -> None:
    day, at = date(2026, 6, 12), local(date(2026, 6, 11), "08:20")
    moved = person(visits=(visit(day, version=2, since=at, moved=True),))
    assert hours_of(OccasionKind.VISIT, moved, date(2026, 5, 30)) == ["06-12 09:00"]


def test_a_move_by_night_is_told_in_the_morning() -> None:
    day, at = date(2026, 6, 12), local(date(2026, 6, 2), "22:30")
    moved = person(visits=(visit(day, version=2, since=at, moved=True),))
    (told,) = moves(the_usual_study()[0], moved, at)
    assert told.at == local(date(2026, 6, 3), "08:00")


def test_a_move_that_cannot_wait_for_the_morning_is_told_at_once() -> None:
    day, at = date(2026, 6, 12), local(date(2026, 6, 11), "22:30")
    early = visit(
        day,
        state="booked",
        booked_at=local(day, "07:45"),
        version=2,
        since=at,
        moved=True,
    )
    (told,) = moves(the_usual_study()[0], person(visits=(early,)), at)
    assert told.at == at


def test_a_change_that_keeps_the_day_is_not_told() -> None:
    at = local(date(2026, 6, 5), "12:00")
    same = visit(date(2026, 6, 12), version=2, since=at)
    assert moves(the_usual_study()[0], person(visits=(same,)), at) == ()


def test_a_visit_that_did_not_happen_is_a_call_next_day() -> None:
    day = date(2026, 6, 12)
    for state in ("planned", "booked", "missed"):
        found = hours_of(
            OccasionKind.VISIT_MISSED, person(visits=(visit(day, state=state),)), day
        )
        assert found == ["06-13 09:00"]
    done = person(visits=(visit(day, state="attended"),))
    assert hours_of(OccasionKind.VISIT_MISSED, done, day) == []


def test_a_window_that_closes_warns_three_days_before() -> None:
    day = date(2026, 6, 12)
    open_ = visit(day, closes=day + timedelta(days=7))
    assert hours_of(OccasionKind.WINDOW_CLOSING, person(visits=(open_,)), day) == [
        "06-16 09:00"
    ]


def test_a_window_does_not_warn_of_a_visit_that_is_booked_in_it() -> None:
    day = date(2026, 6, 12)
    booked = visit(day, state="booked", closes=day + timedelta(days=2))
    found = person(visits=(booked,))
    assert hours_of(OccasionKind.WINDOW_CLOSING, found, date(2026, 6, 1)) == []


def test_dates_of_the_study_file_are_announced() -> None:
    assert hours_of(OccasionKind.DATED, person(), D0, 200) == [
        "03-30 09:00",
        "08-19 09:00",
    ]


def test_the_end_of_a_date_is_announced_at_its_own_hour_where_the_study_says_one() -> (
    None
):
    study = the_usual_study()[0]
    near, *others = study.reminders.dated
    dated = (replace(near, at="18:30"), *others)
    later = replace(study, reminders=replace(study.reminders, dated=dated))
    begins, ends = local(D0, "00:00"), local(D0 + timedelta(days=200), "00:00")
    found = [
        f"{one.at.astimezone(ZoneInfo(SITE)):%H:%M}"
        for one in occasions(later, person(), begins, ends)
        if one.kind is OccasionKind.DATED
    ]
    assert found == ["18:30", "09:00"]
    assert "18:30" in named_hours(later)


# ----------------------------------------------------------------------- rechecks


def test_a_second_reading_is_asked_for_after_an_hour_and_missed_after_two() -> None:
    at = local(DAY, "14:00")
    asked = person(rechecks=(Recheck(31, at, "W1"),))
    found = [one for one in on(DAY, asked) if one.kind in RECHECKS]
    assert said(tuple(found)) == [
        ("recheck", "15:00", "participant"),
        ("recheck_missed", "16:00", "participant"),
    ]
    assert found[0].not_after == found[1].at


def test_later_phases_have_the_reminder_without_the_task() -> None:
    asked = person(rechecks=(Recheck(31, local(W3_DAY, "14:00"), "W3"),))
    found = [one.kind for one in on(W3_DAY, asked) if one.kind in RECHECKS]
    assert found == [OccasionKind.RECHECK]


def test_quiet_hours_hold_no_second_reading_back() -> None:
    asked = person(rechecks=(Recheck(31, local(DAY, "02:00"), "W1"),))
    found = [one for one in on(DAY, asked) if one.kind is OccasionKind.RECHECK]
    assert [one.at for one in found] == [local(DAY, "03:00")]


RECHECKS = (OccasionKind.RECHECK, OccasionKind.RECHECK_MISSED)


# -------------------------------------------------------------------------- hours


def test_a_reminder_comes_at_the_participants_hour() -> None:
    abroad = person(zone="Asia/Kathmandu")
    assert texts(DAY, abroad) == ["10:05", "13:00", "13:00"]
    (first, *_) = on(DAY, abroad)
    assert first.at == local(DAY, "10:05", "Asia/Kathmandu")


def test_a_reminder_abroad_falls_on_the_sites_day_that_it_is_about() -> None:
    far = person(zone="America/Los_Angeles")
    for one in on(DAY, far):
        assert local(DAY, "00:00") <= one.at < local(DAY + timedelta(days=1), "00:00")
    assert sorted(texts(DAY, far)) == [
        "10:05",
        "13:00",
        "13:00",
    ]


def test_personal_quiet_hours_move_a_reminder_to_their_end() -> None:
    late_riser = person(quiet=("22:00", "11:30"))
    assert texts(DAY, late_riser) == ["11:30", "13:00", "13:00"]


def test_two_nudges_moved_to_one_moment_are_one_text() -> None:
    late_riser = person(quiet=("22:00", "14:00"))
    assert texts(DAY, late_riser) == ["14:00", "14:00"]  # participant and caregiver


def test_a_reminder_that_quiet_hours_push_past_its_use_is_not_planned() -> None:
    early_bird = person(quiet=("18:30", "07:00"))
    assert OccasionKind.EVENING not in [one.kind for one in on(DAY, early_bird)]


def test_F16_a_clock_that_skips_the_hour_reminds_once_at_the_next_valid_moment() -> (
    None
):
    spring = hour_on(date(2026, 3, 29), "02:30", "Europe/Berlin", "Europe/Berlin")
    assert spring == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_F17_a_clock_that_shows_the_hour_twice_reminds_the_first_time() -> None:
    autumn = hour_on(date(2026, 10, 25), "02:30", "Europe/Berlin", "Europe/Berlin")
    assert autumn == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_F16_an_hour_that_a_short_day_holds_nowhere_is_its_first_moment() -> None:
    """In Chengdu the 23 hours of that day in Berlin last from seven to six."""
    day = date(2026, 3, 29)
    found = hour_on(day, "06:30", "Asia/Shanghai", "Europe/Berlin")
    assert (
        found
        == day_begins(day, "Europe/Berlin")
        == datetime(2026, 3, 28, 23, 0, tzinfo=UTC)
    )


def test_quiet_hours_never_end_in_the_past() -> None:
    """On Lord Howe the clock shows 01:30 to 02:00 twice."""
    twice = datetime(2026, 4, 4, 15, 10, tzinfo=UTC)  # the second 01:40
    ends = awake(twice, ("21:00", "01:50"), "Australia/Lord_Howe")
    assert ends == twice + timedelta(minutes=10)


def test_days_of_a_clock_change_are_known() -> None:
    assert clock_changes(date(2026, 3, 29), "Europe/Berlin") == timedelta(hours=1)
    assert clock_changes(date(2026, 4, 5), "Australia/Lord_Howe") == timedelta(
        minutes=-30
    )
    assert clock_changes(date(2026, 3, 28), "Europe/Berlin") == timedelta()


# ----------------------------------------------------------------------- next time


def test_the_next_time_is_that_of_the_next_occasion() -> None:
    at = next_at(the_usual_study()[0], person(), local(DAY, "10:05"))
    assert at == local(DAY, "13:00")


def test_with_nothing_ahead_somebody_looks_again_in_a_week() -> None:
    late = datetime(2029, 1, 1, tzinfo=UTC)
    assert next_at(the_usual_study()[0], person(), late) == late + timedelta(days=8)


# ---------------------------------------------------------------- evening diaries


def evening_study() -> Study:
    """The first study with an evening diary in W1, phoned about on the next morning."""
    study = the_usual_study()[0]
    plan = study.missing["W1"]
    nudges = tuple(
        replace(plan.reminders[0], at=at, to=to)
        for at, to in (("19:30", "participant"), ("20:30", "participant"))
    )
    rungs = tuple(
        replace(one, at=at)
        for one, at in zip(plan.task.escalate, ("10:30", "11:30"), strict=True)
    )
    task = replace(plan.task, at="09:00", ack_by="10:00", escalate=rungs, days_later=1)
    evening = replace(plan, due="19:30", reminders=nudges, task=task)
    plans = replace(study.reminders, evening=None)
    return replace(study, reminders=plans, missing={**study.missing, "W1": evening})


def evening_of(whom: RemindedPerson, first: date, days: int) -> list[tuple[str, str]]:
    """Kind and local time of what falls due on these days, but for visits."""
    begins = local(first, "00:00") - timedelta(microseconds=1)
    found = occasions(evening_study(), whom, begins, begins + timedelta(days=days))
    return [
        (one.kind.value, f"{one.at.astimezone(ZoneInfo(SITE)):%d %H:%M}")
        for one in found
    ]


def test_an_evening_diary_is_phoned_about_on_the_next_morning() -> None:
    before = DAY - timedelta(days=1)
    heard = person(days={before: DayReport(complete=True, heard=True, entries=1)})
    assert evening_of(heard, DAY, 2)[:5] == [
        ("diary", "13 19:30"),
        ("diary", "13 20:30"),
        ("call_task", "14 09:00"),
        ("call_late", "14 10:30"),
        ("call_late", "14 11:30"),
    ]
    begins = local(DAY, "12:00")
    late = occasions(evening_study(), heard, begins, begins + timedelta(days=1))
    (call,) = [one for one in late if one.kind is OccasionKind.CALL_TASK]
    assert (call.day, call.detail["due"]) == (
        DAY,
        local(DAY + timedelta(days=1), "10:00"),
    )


@pytest.mark.parametrize("heard_on", [0, 1])
def test_an_evening_diary_or_a_report_after_midnight_ends_the_call_of_the_morning(
    heard_on: int,
) -> None:
    whole = DayReport(complete=True, heard=True, entries=1)
    days = {DAY + timedelta(days=ago): whole for ago in (-1, heard_on)}
    found = evening_of(person(days=days), DAY + timedelta(days=1), 1)
    assert [one for one in found if one[0].startswith("call")] == []


@pytest.mark.parametrize("hour", ["00:01", "08:59", "12:00", "23:59"])
def test_a_span_cut_in_two_finds_the_call_of_the_morning_once(hour: str) -> None:
    begins, ends = local(DAY, "00:00"), local(DAY + timedelta(days=3), "00:00")
    cut = local(DAY + timedelta(days=1), hour)
    whole = occasions(evening_study(), person(), begins, ends)
    parts = [
        *occasions(evening_study(), person(), begins, cut),
        *occasions(evening_study(), person(), cut, ends),
    ]
    assert [one.key for one in parts] == [one.key for one in whole]


def test_no_evening_text_leaves_after_midnight_or_in_quiet_hours() -> None:
    early = person(quiet=("20:00", "08:00"))
    assert [one for one in evening_of(early, DAY, 2) if one[0] == "diary"] == [
        ("diary", "13 19:30"),
        ("diary", "14 19:30"),
    ]
