"""A visit that the study does not plan, such as a check after a reaction.

Staff book it at once, with what it is for. From then on it is a visit like the others:
moved, attended or cancelled, reminded of, and in the calendar feed. Its window is the
day on which it is booked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from portal.db.tables.diary import Visit
from portal.db.tables.people import Staff
from portal.errors import InvalidInput
from portal.people.case import Case
from portal.protocol.calendar import study_days
from portal.visits import appointments, planned_visits
from portal.visits.appointments import VisitForm
from portal.vocabulary.visits import VisitState

PREFIX = "U"
LONGEST = 100
"""Characters of what the visit is for, and of its place."""


@dataclass(frozen=True)
class VisitWish:
    """What staff enter; ``sure``: a time at night or on a weekend was confirmed."""

    title: str
    place: str
    at: datetime
    sure: bool = False


def book(case: Case, staff: Staff, wish: VisitWish) -> Visit:
    """Book the visit; the same one again gives the visit that exists.

    Raises:
        InvalidInput: it does not say what it is for, or the time has passed.
        Faults: the time is at night or on a weekend and was not confirmed.
        NotFound: the person is at another site.
    """
    title, place = wish.title.strip()[:LONGEST], wish.place.strip()[:LONGEST]
    if not title:
        raise InvalidInput("Write what the visit is for.", field="title")
    case.lock()
    known = planned_visits.of(case.session, case.participant)
    for one in known:
        if (one.state, one.title, one.booked_at) == (VisitState.BOOKED, title, wish.at):
            return one
    code = _free_code(case, known)
    day = study_days.local_date(wish.at, case.site.time_zone)
    visit = Visit(
        participant_id=case.participant.id,
        code=code,
        target=day,
        opens=day,
        closes=day,
        state=VisitState.PLANNED,
        title=title,
        place=place or None,
    )
    case.session.add(visit)
    case.session.flush()
    form = VisitForm(case, staff, code, visit.version)
    return appointments.book(form, at=wish.at, sure=wish.sure)


def _free_code(case: Case, known: Sequence[Visit]) -> str:
    taken = {one.code for one in known} | {one.code for one in case.study.visits}
    codes = (f"{PREFIX}{number}" for number in count(1))
    return next(code for code in codes if code not in taken)
