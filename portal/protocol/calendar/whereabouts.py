"""Where a person is by the recorded stays: on the ward, at home, or not known.

"Not known" is a separate place. It does not mean "not on the ward": if no discharge is
recorded, the person may still be there. An open stay counts for the days that the
study plans in hospital. After that each "still here" counts until the end of the
next day, so that one answer a day is enough and a missing answer is noticed.

A study without a ward admits nobody: in it everybody is at home.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from portal.protocol.study.model import Study
from portal.protocol.study.timeline import Phase

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


@dataclass(frozen=True)
class Milestones:
    """The dates of one person that their timeline depends on; ``stays`` in order.

    ``events`` has the day of each event of the study that has happened, by its id.
    """

    d0: date
    stays: Sequence[HospitalStay] = ()
    events: Mapping[str, date] = field(default_factory=dict)


def is_unsaid(place: Place, day: int) -> bool:
    """Whether staff are to say where somebody is; ``day`` is that of the study.

    Before D0 nobody is asked, though nobody knows either.
    """
    return place is Place.UNKNOWN and day >= 0


def place_on(study: Study, person: Milestones, day: date) -> Place:
    """Where the person is on ``day``.

    On the day of discharge the person counts as at home. If no recorded stay covers D0,
    a stay is assumed from D0 on, until the next admission: nobody could end it any
    more. Before D0, outside a stay, the place is not known: people wait for
    it on the ward or at home.
    """
    if study.ward is None:
        return Place.HOME
    if in_hospital(study, person, day):
        return Place.WARD
    lasts = any(
        stay.discharged is None and stay.admitted <= day for stay in person.stays
    )
    later = any(person.d0 < stay.admitted <= day for stay in person.stays)
    assumed = not _covers_d0(person) and not later
    return Place.UNKNOWN if lasts or assumed or day < person.d0 else Place.HOME


def in_hospital(study: Study, person: Milestones, day: date) -> bool:
    """Whether ``day`` is known to be a day in hospital."""
    ward = study.ward
    return ward is not None and any(
        stay.admitted <= day <= _last_known_day(ward, person.d0, stay)
        for stay in _known_stays(person)
    )


def is_asked(study: Study, person: Milestones, today: date) -> bool:
    """Whether to ask the ward today, because the place is not known now or tomorrow."""
    unknown = place_on(study, person, today + ONE_DAY) is Place.UNKNOWN
    return today >= person.d0 and unknown


def _last_known_day(ward: Phase, d0: date, stay: HospitalStay) -> date:
    """The last day that counts as in hospital; before admission if there is none.

    An open stay counts for the planned days, from D0 or from a later admission.
    """
    if stay.discharged is not None:
        return stay.discharged - ONE_DAY
    planned = max(d0, stay.admitted) + timedelta(days=ward.planned_days or 0)
    return max(planned, stay.here_on + WORD_HOLDS) if stay.here_on else planned


def _known_stays(person: Milestones) -> list[HospitalStay]:
    """The recorded stays, and an assumed one from D0 if none of them covers D0."""
    d0, stays = person.d0, person.stays
    return list(stays) if _covers_d0(person) else [HospitalStay(d0), *stays]


def _covers_d0(person: Milestones) -> bool:
    d0 = person.d0
    return any(
        stay.admitted <= d0 and (stay.discharged is None or stay.discharged >= d0)
        for stay in person.stays
    )
