"""Where somebody is, as far as the stays on record say: on the ward, at home, or unknown.

"Not known" is a place of its own and no denial of the ward: whoever never said that a
person went home has not said that they are at home. An open stay is known for the days
that the protocol plans in hospital; after them each word "still here" holds until the
end of the next day, so that one answer a day is enough and a forgotten one shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

LAST_PLANNED_DAY = 7
"""An open stay is known up to this day, reckoned from D0 or the later admission."""

WORD_HOLDS = timedelta(days=1)
"""How long "still here" holds after the day it was said for."""

ONE_DAY = timedelta(days=1)


class Place(StrEnum):
    """Where a person is on one day; ``UNKNOWN``: nobody has said."""

    WARD = "ward"
    HOME = "home"
    UNKNOWN = "unknown"


class HospitalStay(NamedTuple):
    """A stay in hospital: from when, to when (None while it lasts), last confirmed for.

    ``here_on`` is the newest day for which somebody said "still here".
    """

    admitted: date
    discharged: date | None = None
    here_on: date | None = None


def place_on(d0: date, day: date, stays: Sequence[HospitalStay]) -> Place:
    """Where the person is on ``day``.

    On the day of discharge the person goes home and counts as at home. With no stay on
    record that covers D0, the first one counts from D0 on. Before D0, outside a stay,
    nobody has said: people wait for the infusion on the ward and at home.
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
    """Whether the ward is asked today: tomorrow, or now, nobody knows where they are."""
    return today >= d0 and place_on(d0, today + ONE_DAY, stays) is Place.UNKNOWN


def _last_known_day(d0: date, stay: HospitalStay) -> date:
    """The last day that counts as in hospital; before admission where there is none."""
    if stay.discharged is not None:
        return stay.discharged - ONE_DAY
    planned = max(d0, stay.admitted) + timedelta(days=LAST_PLANNED_DAY)
    return max(planned, stay.here_on + WORD_HOLDS) if stay.here_on else planned


def _known_stays(d0: date, stays: Sequence[HospitalStay]) -> list[HospitalStay]:
    """The stays, and one assumed from D0 where none on record covers D0."""
    first = any(
        stay.admitted <= d0 and (stay.discharged is None or stay.discharged >= d0)
        for stay in stays
    )
    return list(stays) if first else [HospitalStay(d0), *stays]
