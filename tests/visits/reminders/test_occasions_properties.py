"""Whatever the zone, the hours and the moves: each thing once, at a decent hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.protocol.calendar import study_days
from portal.protocol.calendar.whereabouts import HospitalStay
from portal.visits.reminders.rules.hours import awake, day_begins, day_ends, hour_on
from portal.visits.reminders.rules.occasions import next_at, occasions
from portal.visits.reminders.rules.person import (
    TEXTS,
    DayReport,
    OccasionKind,
    Recheck,
    RemindedPerson,
    VisitDay,
)
from tests.simulation.zones import ZONES
from tests.support.amount import examples
from tests.support.outbox import the_study

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 900).map(lambda days: FIRST + timedelta(days=days))
HOURS = st.sampled_from(["00:00", "01:30", "02:00", "02:15", "07:00", "09:40", "13:30"])
EVENINGS = st.sampled_from(["18:00", "19:00", "21:00", "22:30", "23:59"])
MOMENTS = st.integers(0, 900 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
REPORTS = st.builds(
    DayReport,
    complete=st.booleans(),
    heard=st.booleans(),
    entries=st.integers(0, 2),
    alarming=st.booleans(),
)


@st.composite
def visits(draw: st.DrawFn, site_zone: str) -> tuple[VisitDay, ...]:
    found = []
    for number in range(draw(st.integers(0, 3))):
        day, since = draw(DAYS), draw(st.none() | MOMENTS)
        booked = draw(st.none() | st.integers(0, 24 * 60 - 1))
        begins = day_begins(day, site_zone)
        found.append(
            VisitDay(
                code=f"V{number}",
                day=day,
                closes=day + timedelta(days=draw(st.integers(0, 30))),
                state=draw(
                    st.sampled_from(["planned", "booked", "missed", "attended"])
                ),
                version=draw(st.integers(1, 3)),
                booked_at=None
                if booked is None
                else begins + timedelta(minutes=booked),
                since=since,
                moved=since is not None and draw(st.booleans()),
            )
        )
    return tuple(found)


@st.composite
def people(draw: st.DrawFn) -> RemindedPerson:
    d0, site_zone = draw(DAYS), draw(st.sampled_from(ZONES))
    home = d0 + timedelta(days=draw(st.integers(1, 20)))
    reported = draw(st.dictionaries(st.integers(0, 120), REPORTS, max_size=20))
    return RemindedPerson(
        id=draw(st.integers(1, 9)),
        d0=d0,
        zone=draw(st.sampled_from(ZONES)),
        site_zone=site_zone,
        quiet=(draw(EVENINGS), draw(HOURS)),
        since=draw(MOMENTS),
        stays=(HospitalStay(d0, draw(st.sampled_from([home, None]))),),
        visits=draw(visits(site_zone)),
        days={d0 + timedelta(days=ago): report for ago, report in reported.items()},
        rechecks=tuple(
            Recheck(number, at, "W1")
            for number, at in enumerate(draw(st.lists(MOMENTS, max_size=2)))
        ),
    )


@st.composite
def spans(draw: st.DrawFn) -> tuple[RemindedPerson, datetime, datetime]:
    whom = draw(people())
    first = draw(st.integers(-20, 200))
    begins = day_begins(whom.d0 + timedelta(days=first), whom.site_zone)
    begins += timedelta(minutes=draw(st.integers(0, 3000)))
    return whom, begins, begins + timedelta(hours=draw(st.integers(0, 24 * 20)))


@given(spans())
@settings(max_examples=examples(80))
def test_no_two_occasions_share_a_key(
    span: tuple[RemindedPerson, datetime, datetime],
) -> None:
    whom, begins, ends = span
    keys = [one.key for one in occasions(the_study(), whom, begins, ends)]
    assert len(keys) == len(set(keys))


@given(spans(), st.floats(0, 1))
@settings(max_examples=examples(80))
def test_cutting_an_interval_anywhere_changes_nothing(
    span: tuple[RemindedPerson, datetime, datetime], share: float
) -> None:
    whom, begins, ends = span
    cut = begins + (ends - begins) * share
    whole = occasions(the_study(), whom, begins, ends)
    parts = (
        *occasions(the_study(), whom, begins, cut),
        *occasions(the_study(), whom, cut, ends),
    )
    assert sorted(whole, key=lambda one: one.key) == sorted(
        parts, key=lambda one: one.key
    )


@given(spans())
@settings(max_examples=examples(80))
def test_every_occasion_is_met_by_going_from_one_to_the_next(
    span: tuple[RemindedPerson, datetime, datetime],
) -> None:
    """The engine that wakes only at ``next_at`` loses nothing."""
    whom, begins, ends = span
    met, at = [], begins
    while (following := next_at(the_study(), whom, at)) <= ends:
        met += occasions(the_study(), whom, at, following)
        at = following
    assert met == list(occasions(the_study(), whom, begins, at))
    assert occasions(the_study(), whom, at, ends) == ()


@given(spans())
@settings(max_examples=examples(60))
def test_no_reminder_comes_in_quiet_hours_or_after_its_use(
    span: tuple[RemindedPerson, datetime, datetime],
) -> None:
    whom, begins, ends = span
    for one in occasions(the_study(), whom, begins, ends):
        assert one.at < one.not_after
        if one.kind in TEXTS and one.kind is not OccasionKind.RECHECK:
            assert not study_days.is_quiet(
                one.at,
                quiet_from=whom.quiet[0],
                quiet_to=whom.quiet[1],
                zone=whom.zone,
            )


@given(spans())
@settings(max_examples=examples(60))
def test_a_diary_is_asked_about_within_its_own_day(
    span: tuple[RemindedPerson, datetime, datetime],
) -> None:
    whom, begins, ends = span
    for one in occasions(the_study(), whom, begins, ends):
        if one.kind in (OccasionKind.DIARY, OccasionKind.EVENING):
            assert day_begins(one.day, whom.site_zone) <= one.at
            assert one.at < day_ends(one.day, whom.site_zone)


@given(DAYS, st.integers(0, 24 * 60 - 1), st.sampled_from(ZONES))
@settings(max_examples=examples(150))
def test_every_day_of_every_zone_has_the_hour_once(
    day: date, minutes: int, zone: str
) -> None:
    """Skipped or shown twice, the hour is one moment of its own day."""
    clock = f"{minutes // 60:02}:{minutes % 60:02}"
    at = hour_on(day, clock, zone, zone)
    assert study_days.local_date(at, zone) == day
    shown = f"{at.astimezone(ZoneInfo(zone)):%H:%M}"
    skipped = day_ends(day, zone) - day_begins(day, zone) < timedelta(days=1)
    assert shown == clock or skipped


@given(DAYS, st.sampled_from(ZONES), st.sampled_from(ZONES))
@settings(max_examples=examples(150))
def test_the_hours_of_one_day_abroad_are_in_the_sites_day(
    day: date, zone: str, site_zone: str
) -> None:
    at = hour_on(day, "09:00", zone, site_zone)
    assert day_begins(day, site_zone) <= at < day_ends(day, site_zone)


@given(MOMENTS, EVENINGS, HOURS, st.sampled_from(ZONES))
@settings(max_examples=examples(150))
def test_waiting_for_the_end_of_quiet_hours_ends_outside_them(
    moment: datetime, quiet_from: str, quiet_to: str, zone: str
) -> None:
    at = awake(moment, (quiet_from, quiet_to), zone)
    assert moment <= at < moment + timedelta(hours=25)
    assert not study_days.is_quiet(
        at, quiet_from=quiet_from, quiet_to=quiet_to, zone=zone
    )


def test_the_zones_hold_every_odd_clock() -> None:
    """Half an hour, three quarters, midnight changes, a change for Ramadan."""
    assert len(ZONES) == 30
    odd = {
        "Australia/Lord_Howe",
        "Pacific/Chatham",
        "Africa/Casablanca",
        "Asia/Kathmandu",
        "America/Asuncion",
    }
    assert odd <= set(ZONES)


def test_two_zones_that_keep_one_clock_have_one_plan() -> None:
    shanghai = RemindedPerson(
        1,
        FIRST,
        "Asia/Shanghai",
        "Asia/Shanghai",
        ("21:00", "08:00"),
        datetime(2025, 12, 1, tzinfo=UTC),
        (HospitalStay(FIRST, FIRST + timedelta(days=8)),),
    )
    singapore = replace(shanghai, zone="Asia/Singapore")
    until = datetime(2026, 3, 1, tzinfo=UTC)
    assert occasions(the_study(), shanghai, shanghai.since, until) == occasions(
        the_study(), singapore, shanghai.since, until
    )
