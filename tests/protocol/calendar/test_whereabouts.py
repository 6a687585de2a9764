"""Where somebody is by the stays on record, and when the ward is asked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.protocol.calendar import study_days
from portal.protocol.calendar.whereabouts import (
    HospitalStay,
    Milestones,
    Place,
    in_hospital,
    is_asked,
    is_unsaid,
    place_on,
)
from portal.study_files import load_study

D0 = date(2026, 3, 10)
STUDY = load_study("dcar-sle")
WARD, HOME, UNKNOWN = Place.WARD, Place.HOME, Place.UNKNOWN
Days = list[tuple[int | None, ...]]


def dated(stays: Days) -> Milestones:
    known = [
        HospitalStay(
            *(None if day is None else D0 + timedelta(days=day) for day in stay)
        )  # type: ignore[arg-type]
        for stay in stays
    ]
    return Milestones(D0, known)


@pytest.mark.parametrize(
    ("stays", "day", "place"),
    [
        ([], 7, WARD),
        ([], 8, UNKNOWN),
        ([(0, None)], 7, WARD),
        ([(0, None)], 8, UNKNOWN),
        ([(0, None)], 300, UNKNOWN),
        ([(0, 7)], 6, WARD),
        ([(0, 7)], 7, HOME),
        ([(0, None, 8)], 8, WARD),
        ([(0, None, 8)], 9, WARD),  # a word holds until the end of the next day
        ([(0, None, 8)], 10, UNKNOWN),
        ([(0, None, 3)], 7, WARD),  # an early word takes nothing away
        ([(0, 12, 8)], 11, WARD),
        ([(0, 12, 8)], 12, HOME),
        ([(0, 7), (40, None)], 39, HOME),
        ([(0, 7), (40, None)], 47, WARD),
        ([(0, 7), (40, None)], 48, UNKNOWN),
        ([(0, 7), (40, 44)], 44, HOME),
        ([(0, None)], -1, UNKNOWN),  # before the infusion nobody has said either
        ([(-4, None)], -1, WARD),
        ([(-9, -5)], 8, UNKNOWN),
        ([(-9, -5), (20, 22)], 7, WARD),  # D0 was corrected past a discharge
        ([(-9, -5), (20, 22)], 12, UNKNOWN),
        ([(-9, -5), (20, 22)], 21, WARD),
        ([(-9, -5), (20, 22)], 22, HOME),
        ([(-9, -5), (20, None)], 28, UNKNOWN),
    ],
)
def test_an_unknown_place_is_neither_of_the_others(
    stays: Days, day: int, place: Place
) -> None:
    assert place_on(STUDY, dated(stays), D0 + timedelta(days=day)) is place


@pytest.mark.parametrize(
    ("stays", "day", "asked"),
    [
        ([], 6, False),
        ([], 7, True),  # the day before it matters
        ([], 8, True),
        ([(0, None, 7)], 7, False),  # answered today
        ([(0, None, 7)], 8, True),  # and asked again tomorrow
        ([(0, None, 8)], 8, False),
        ([(0, 7)], 8, False),
        ([(0, 7), (40, None)], 46, False),
        ([(0, 7), (40, None)], 47, True),
        ([], -1, False),
    ],
)
def test_the_ward_is_asked_once_a_day_from_the_day_before(
    stays: Days, day: int, asked: bool
) -> None:
    assert is_asked(STUDY, dated(stays), D0 + timedelta(days=day)) is asked


@pytest.mark.parametrize(
    ("place", "day", "unsaid"),
    [(UNKNOWN, 0, True), (UNKNOWN, 9, True), (UNKNOWN, -1, False), (HOME, 9, False)],
)
def test_staff_say_where_somebody_is_from_d0_on(
    place: Place, day: int, unsaid: bool
) -> None:
    assert is_unsaid(place, day) is unsaid


@given(
    st.integers(0, 60),
    st.one_of(st.none(), st.integers(0, 60)),
    st.one_of(st.none(), st.integers(0, 60)),
    st.integers(-5, 90),
)
def test_only_known_days_in_hospital_are_in_the_first_phase(
    admitted: int, length: int | None, here: int | None, day: int
) -> None:
    ends = None if length is None else admitted + length
    stays = dated([(0, 7), (admitted, ends, here)])
    today = D0 + timedelta(days=day)
    place = place_on(STUDY, stays, today)
    assert (place is WARD) == in_hospital(STUDY, stays, today)
    if day >= 0:
        phase = study_days.phase_on(STUDY, stays, today)
        assert (phase == "W0") == (place is WARD)
