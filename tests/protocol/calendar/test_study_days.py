"""Days, visits and phases, to the exact boundary."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.protocol.calendar import study_days, whereabouts
from portal.protocol.calendar.whereabouts import HospitalStay, Milestones, Place
from portal.protocol.study.file.reading import scan_study
from portal.protocol.study.timeline import DiaryKind, PhaseBegin
from portal.study_files import load_study
from tests.support.small_study import SMALL

D0 = date(2026, 3, 10)
HOME = Milestones(D0, [HospitalStay(D0, D0 + timedelta(days=7))])


@pytest.fixture(scope="module")
def study():
    return load_study("dcar-sle")


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-03-10", 3, "2026-06-10"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2026-12-31", 1, "2027-01-31"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-01-31", 3, "2026-04-30"),
        ("2026-03-31", 12, "2027-03-31"),
        ("2026-03-10", 0, "2026-03-10"),
        ("2026-03-31", -1, "2026-02-28"),
    ],
)
def test_months_are_calendar_months_clamped_to_the_end(day, months, expected):
    assert study_days.add_months(date.fromisoformat(day), months) == date.fromisoformat(
        expected
    )


def test_a_month_past_the_last_year_is_refused():
    with pytest.raises(OverflowError):
        study_days.add_months(date(9999, 12, 1), 1)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 240))
def test_months_never_leave_their_month_and_never_go_back(day, months):
    later = study_days.add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
    assert study_days.add_months(day, months + 1) > later


def test_every_visit_of_the_first_study_stands_on_its_date(study):
    planned = {
        visit.code: (visit.date, visit.opens, visit.closes)
        for visit in study_days.planned_visits(study, D0)
    }
    expected = {
        "D14": ("2026-03-24", "2026-03-22", "2026-03-26"),
        "D28": ("2026-04-07", "2026-04-04", "2026-04-10"),
        "M3": ("2026-06-10", "2026-06-03", "2026-06-17"),
        "M6": ("2026-09-10", "2026-08-27", "2026-09-24"),
        "M9": ("2026-12-10", "2026-11-26", "2026-12-24"),
        "M12": ("2027-03-10", "2027-02-24", "2027-03-24"),
        "M18": ("2027-09-10", "2027-08-11", "2027-10-10"),
        "M24": ("2028-03-10", "2028-02-09", "2028-04-09"),
    }
    assert list(planned) == list(expected)
    assert planned == {
        code: tuple(map(date.fromisoformat, days)) for code, days in expected.items()
    }


def test_visits_are_counted_from_d0_and_not_from_one_another(study):
    dates = {
        v.code: v.date for v in study_days.planned_visits(study, date(2026, 8, 31))
    }
    assert dates["M3"] == date(2026, 11, 30)
    assert dates["M6"] == date(2027, 2, 28)
    assert dates["M9"] == date(2027, 5, 31)
    assert dates["M18"] == date(2028, 2, 29)


@pytest.mark.parametrize(("today", "number"), [(0, 0), (-1, -1), (1, 1), (28, 28)])
def test_the_infusion_is_day_0(today, number):
    assert study_days.day_number(D0, D0 + timedelta(days=today)) == number


@pytest.mark.parametrize(
    ("moment", "zone", "expected"),
    [
        ("2026-03-09T16:00+00:00", "Asia/Shanghai", "2026-03-10"),
        ("2026-03-09T15:59:59+00:00", "Asia/Shanghai", "2026-03-09"),
        ("2026-03-10T03:00+00:00", "America/New_York", "2026-03-09"),
    ],
)
def test_the_local_date_is_the_one_on_the_wall(moment, zone, expected):
    told = study_days.local_date(datetime.fromisoformat(moment), zone)
    assert told == date.fromisoformat(expected)


def test_a_local_time_comes_back_as_utc():
    moment = study_days.moment_at(date(2026, 3, 10), "10:05", "Asia/Shanghai")
    assert moment == datetime(2026, 3, 10, 2, 5, tzinfo=UTC)
    assert moment.tzinfo is UTC


def test_local_times_follow_a_change_of_clocks():
    winter = study_days.moment_at(date(2026, 3, 28), "09:00", "Europe/Berlin")
    summer = study_days.moment_at(date(2026, 3, 29), "09:00", "Europe/Berlin")
    assert summer - winter == timedelta(hours=23)


@pytest.mark.parametrize(
    ("day", "phase"),
    [
        (-3, "W0"),
        (0, "W0"),
        (6, "W0"),
        (7, "W1"),
        (28, "W1"),
        (29, "W2"),
        (92, "W2"),
        (93, "W3"),
        (731, "W3"),
        (732, "W4"),
        (5000, "W4"),
    ],
)
def test_each_phase_begins_and_ends_on_its_day(study, day, phase):
    today = D0 + timedelta(days=day)
    assert study_days.phase_on(study, HOME, today) == phase


@pytest.mark.parametrize(
    ("stays", "day", "phase"),
    [
        ([], 7, "W0"),
        ([], 8, "W1"),
        ([(0, None)], 7, "W0"),
        ([(0, None)], 8, "W1"),
        ([(-5, None)], 7, "W0"),
        ([(-5, None)], 8, "W1"),
        ([(-5, 12)], 8, "W0"),
        ([(-5, 12)], 11, "W0"),
        ([(-5, 12)], 12, "W1"),
        ([(0, 0)], 0, "W1"),
        ([(-9, -5)], 7, "W0"),
        ([(-9, -5)], 8, "W1"),
        ([(0, 7), (20, 24)], 19, "W1"),
        ([(0, 7), (20, 24)], 20, "W0"),
        ([(0, 7), (20, 24)], 23, "W0"),
        ([(0, 7), (20, 24)], 24, "W1"),
        ([(0, 7), (40, None)], 47, "W0"),
        ([(0, 7), (40, None)], 48, "W2"),
        ([(40, 44)], 3, "W0"),
        ([(40, 44)], 8, "W1"),
        ([(0, 7), (200, 210)], 205, "W0"),
        ([(0, 7), (200, 210)], 210, "W3"),
    ],
)
def test_time_in_hospital_is_a_list_of_stays(study, stays, day, phase):
    dated = [
        HospitalStay(
            D0 + timedelta(days=a), None if b is None else D0 + timedelta(days=b)
        )
        for a, b in stays
    ]
    today = D0 + timedelta(days=day)
    assert study_days.phase_on(study, Milestones(D0, dated), today) == phase


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(8, 1200))
def test_phases_never_go_back_at_home(d0, day):
    study = load_study("dcar-sle")
    today = d0 + timedelta(days=day)
    tomorrow = today + timedelta(days=1)
    person = Milestones(d0)
    assert study_days.phase_on(study, person, today) <= study_days.phase_on(
        study, person, tomorrow
    )


def test_weekly_things_fall_on_the_weekday_of_d0():
    days = [D0 + timedelta(days=n) for n in range(-1, 15)]
    weekly = [
        study_days.day_number(D0, d) for d in days if study_days.is_weekly_day(D0, d)
    ]
    assert weekly == [0, 7, 14]
    assert all(d.weekday() == D0.weekday() for d in (days[1], days[8], days[15]))


@pytest.mark.parametrize(
    ("phase", "due_in_a_fortnight"),
    [("W0", 0), ("W1", 14), ("W2", 14), ("W3", 2), ("W4", 0)],
)
def test_a_diary_is_due_as_its_phase_says(study, phase, due_in_a_fortnight):
    found = next(p for p in study.phases if p.code == phase)
    days = [D0 + timedelta(days=n) for n in range(14)]
    due = [d for d in days if study_days.diary_is_due(study, found, Milestones(D0), d)]
    assert len(due) == due_in_a_fortnight


@pytest.mark.parametrize(
    ("diary", "days"),
    [
        ("weekdays", [0, 1, 2, 3, 6, 7, 8, 9, 10, 13, 14]),
        ("once", [0]),
        ("weekly", [0, 7, 14]),
        ("optional", []),
    ],
)  # D0 is a Tuesday
def test_other_diaries_are_due_on_their_days_and_none_before_d0(study, diary, days):
    home = replace(study.phases[1], diary=diary)
    asking = replace(study, phases=(home,))
    due = [
        n
        for n in range(-7, 15)
        if study_days.diary_is_due(asking, home, Milestones(D0), D0 + timedelta(days=n))
    ]
    assert due == days


def test_the_weekly_question_shows_once_a_week(study):
    home = study.phases[1]
    on_day = {
        n: study_days.asked_items(study, home, D0, D0 + timedelta(days=n))
        for n in (13, 14)
    }
    assert "preg" not in on_day[13]
    assert "preg" in on_day[14]
    assert set(on_day[14]) - set(on_day[13]) == {"preg", "mood"}
    assert on_day[14] == home.form


@pytest.mark.parametrize(
    ("local", "quiet", "then"),
    [
        ("20:59", False, None),
        ("21:00", True, "2026-03-11T08:00"),
        ("23:59", True, "2026-03-11T08:00"),
        ("00:00", True, "2026-03-10T08:00"),
        ("07:59", True, "2026-03-10T08:00"),
        ("08:00", False, None),
    ],
)
def test_quiet_hours_span_midnight_and_end_in_the_morning(local, quiet, then):
    zone = "Asia/Shanghai"
    hours = {"quiet_from": "21:00", "quiet_to": "08:00", "zone": zone}
    moment = study_days.moment_at(date(2026, 3, 10), local, zone)
    assert study_days.is_quiet(moment, **hours) is quiet
    free = study_days.out_of_quiet(moment, **hours)
    if then is None:
        assert free == moment
    else:
        day, clock = then.split("T")
        assert free == study_days.moment_at(date.fromisoformat(day), clock, zone)


@pytest.mark.parametrize(
    ("local", "quiet"), [("11:59", False), ("12:00", True), ("14:00", False)]
)
def test_quiet_hours_may_lie_within_one_day(local, quiet):
    moment = study_days.moment_at(date(2026, 3, 10), local, "Asia/Shanghai")
    hours = {"quiet_from": "12:00", "quiet_to": "14:00", "zone": "Asia/Shanghai"}
    assert study_days.is_quiet(moment, **hours) is quiet


@pytest.mark.parametrize(
    ("at", "unusual"),
    [
        ("2026-03-16T07:00", False),
        ("2026-03-16T06:59", True),
        ("2026-03-16T18:59", False),
        ("2026-03-16T19:00", True),
        ("2026-03-14T10:00", True),  # Saturday
        ("2026-03-15T10:00", True),
        ("2026-03-16T03:00", True),  # still Sunday by UTC
    ],
)
def test_a_clinic_is_rarely_open_at_night_and_on_weekends(
    at: str, unusual: bool
) -> None:
    there = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    utc = there.astimezone(UTC)
    assert study_days.is_unusual_for_a_visit(utc, "Asia/Shanghai") is unusual


PHASES = """
[[phase]]
code = "first"
title = { zh = "一", en = "One" }
diary = "daily"
form = ["reporter", "emerg", "temp", "chills", "note"]

[[phase]]
code = "second"
begins = { days = 8 }
title = { zh = "二", en = "Two" }
diary = "weekly"
form = ["reporter", "emerg", "temp", "chills", "note"]

[[phase]]
code = "third"
begins = { months = 3 }
title = { zh = "三", en = "Three" }
diary = "none"
form = ["reporter", "emerg", "temp", "chills", "note"]
"""


@pytest.mark.parametrize(
    ("day", "phase"),
    [(-5, "first"), (0, "first"), (7, "first"), (8, "second"), (91, "second"),
     (92, "third"), (4000, "third")],
)  # fmt: skip
def test_a_study_without_a_ward_has_phases_of_its_own_and_everybody_at_home(day, phase):
    before, _, rest = SMALL.partition("[[phase]]")
    _, mark, after = rest.partition("[[item]]")
    study = scan_study(before + PHASES + mark + after).study
    assert study is not None
    today = D0 + timedelta(days=day)
    forgotten = Milestones(D0, [HospitalStay(D0)])
    assert study_days.phase_on(study, forgotten, today) == phase
    assert whereabouts.place_on(study, forgotten, today) is Place.HOME
    assert not whereabouts.is_asked(study, forgotten, today)


def test_a_phase_counted_from_d0_cuts_none_above_it_short():
    """A month from February is shorter than 30 days: the later phase waits."""
    study = scan_study(
        SMALL.replace('visit = "D28", days = 1', "days = 30").replace(
            'visit = "M3", days = 1', "months = 1"
        )
    ).study
    person = Milestones(date(2026, 2, 1), [HospitalStay(date(2026, 2, 1), None)])
    on = {
        day: study_days.phase_on(study, person, date(2026, 3, day)) for day in (1, 2, 3)
    }
    assert on == {1: "W1", 2: "W1", 3: "W3"}


def after_a_dose(day: int) -> Milestones:
    return Milestones(D0, events={"dose2": D0 + timedelta(days=day)})


@pytest.mark.parametrize(
    ("dose", "day", "phase"),
    [
        (28, 27, "between"),
        (28, 28, "dose2"),
        (28, 34, "dose2"),
        (28, 35, "later"),
        (40, 35, "between"),
        (5, 5, "dose2"),  # an early dose waits for nothing
        (5, 7, "dose2"),
        (5, 12, "later"),
    ],
)
def test_a_phase_begins_with_its_event(dose, day, phase):
    vaccine = load_study("vaccine-2dose")
    today = D0 + timedelta(days=day)
    assert study_days.phase_on(vaccine, after_a_dose(dose), today) == phase


def test_an_event_that_has_not_happened_begins_nothing():
    vaccine = load_study("vaccine-2dose")
    today = D0 + timedelta(days=400)
    assert study_days.phase_on(vaccine, Milestones(D0), today) == "between"


def test_a_phase_counted_from_d0_does_not_cut_the_week_after_a_late_dose_short():
    vaccine = load_study("vaccine-2dose")
    *others, last = vaccine.phases
    half_year = replace(last, code="M6", begins=PhaseBegin(months=6))
    study = replace(vaccine, phases=(*others, last, half_year))
    dose = (study_days.add_months(D0, 6) - D0).days - 2
    on = {
        day: study_days.phase_on(
            study, after_a_dose(dose), D0 + timedelta(days=dose + day)
        )
        for day in (0, 2, 6, 7)
    }
    assert on == {0: "dose2", 2: "dose2", 6: "dose2", 7: "M6"}


def test_a_phase_counts_its_weeks_from_its_event():
    vaccine = load_study("vaccine-2dose")
    weekly = replace(vaccine.phases[-1], diary=DiaryKind.WEEKLY)
    person = after_a_dose(30)
    due = [
        n
        for n in range(35, 55)
        if study_days.diary_is_due(vaccine, weekly, person, D0 + timedelta(days=n))
    ]
    assert due == [37, 44, 51]
