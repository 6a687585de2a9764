"""The rota of a site: who is on call in the next two weeks, and what nobody covers.

A duty that no study has any more stays on the page while somebody holds it: otherwise
nobody could end that shift.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal import study_versions
from portal.alerting import sirens
from portal.people import duties, shifts
from portal.people.shifts import OnCall, RotaGap
from portal.study_versions import StudyOf

AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class RotaPage:
    """The duties, the shifts of the coming days, and the hours without anybody.

    ``resting`` are the ids of shifts that an override replaces now; ``colleagues`` may
    be put on call (id, name); ``siren_live``: a screen on the ward would ring.
    """

    duties: tuple[str, ...]
    shifts: tuple[OnCall, ...]
    gaps: tuple[RotaGap, ...]
    resting: AbstractSet[int]
    colleagues: tuple[tuple[int, str], ...]
    siren_live: bool


def rota_page(
    session: Session,
    study_of: StudyOf,
    site_id: int,
    *,
    now: datetime,
    real_now: datetime,
) -> RotaPage:
    """The rota of a site from ``now`` on; a gap is an hour without a paged duty."""
    until = now + AHEAD
    found = tuple(shifts.between(session, site_id, now, until))
    studies = study_versions.in_use(session, study_of)
    held = (one.duty for one in found)
    return RotaPage(
        duties=tuple(dict.fromkeys([*duties.known(studies), *held])),
        shifts=found,
        gaps=tuple(shifts.gaps(found, now, until, duties.paged(studies))),
        resting=shifts.resting(found, now),
        colleagues=tuple(shifts.may_serve(session, site_id)),
        siren_live=sirens.any_live(session, site_id, real_now=real_now),
    )
