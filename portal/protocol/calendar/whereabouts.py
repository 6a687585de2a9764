"""Where a person is by the recorded stays: on the ward, at home, or not known.

"Not known" is a separate place. It does not mean "not on the ward": if no discharge is
recorded, the person may still be there. An open stay counts for the days that the
protocol plans in hospital. After that each "still here" counts until the end of the
next day, so that one answer a day is enough and a missing answer is noticed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

LAST_PLANNED_DAY = 7
"""An open stay counts up to this day, from D0 or from a later admission."""

WORD_HOLDS = timedelta(days=1)
"""How long "still here" counts after its day."""

ONE_DAY = timedelta(days=1)


class Place(StrEnum):
    """Where a person is on one day; ``UNKNOWN``: not recorded."""

    WARD = "ward"
    HOME = "home"
    UNKNOWN = "unknown"


class HospitalStay(NamedTuple):
    """A stay in hospital: first day, last day (None: it lasts), last confirmed day.

    ``here_on`` is the last day that was confirmed as "still here".
    """

    admitted: date
    discharged: date | None = None
    here_on: date | None = None


def place_on(d0: date, day: date, stays: Sequence[HospitalStay]) -> Place:
    """Where the person is on ``day``.

    On the day of discharge the person counts as at home. If no recorded stay covers D0,
    a stay is assumed from D0 on. Before D0, outside a stay, the place is not known:
    people wait for the infusion on the ward or at home.
    """
    if in_hospital(d0, day, stays):
        return Place.WARD
    known = _known_stays(d0, stays)
    lasts = any(stay.discharged is None and stay.admitted <= day for stay in known)
    return Place.UNKNOWN if lasts or day < d0 else Place.HOME


def in_hospital(d0: date, day: date, stays: Sequence[HospitalStay]) -> bool:
    """Whether ``day`` is known to be a day in hospital."""
    return any(
        stay.admitted <= day <= _last_known_day(d0, stay)
        for stay in _known_stays(d0, stays)
    )


def is_asked(d0: date, today: date, stays: Sequence[HospitalStay]) -> bool:
    """Whether to ask the ward today, because the place is not known now or tomorrow."""
    return today >= d0 and place_on(d0, today + ONE_DAY, stays) is Place.UNKNOWN


def _last_known_day(d0: date, stay: HospitalStay) -> date:
    """The last day that counts as in hospital; before admission if there is none."""
    if stay.discharged is not None:
        return stay.discharged - ONE_DAY
    planned = max(d0, stay.admitted) + timedelta(days=LAST_PLANNED_DAY)
    return max(planned, stay.here_on + WORD_HOLDS) if stay.here_on else planned


def _known_stays(d0: date, stays: Sequence[HospitalStay]) -> list[HospitalStay]:
    """The recorded stays, and an assumed one from D0 if none of them covers D0."""
    first = any(
        stay.admitted <= d0 and (stay.discharged is None or stay.discharged >= d0)
        for stay in stays
    )
    return list(stays) if first else [HospitalStay(d0), *stays]
