"""Texts about visits: before each one, and at once when its day is moved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from portal.protocol.calendar import study_days
from portal.protocol.calendar.whereabouts import in_hospital
from portal.protocol.study.model import Study
from portal.visits.reminders.rules.hours import ONE_DAY, awake, day_ends
from portal.visits.reminders.rules.person import (
    Occasion,
    OccasionKind,
    RemindedPerson,
    VisitDay,
)
from portal.visits.reminders.rules.text import text_on
from portal.vocabulary.visits import VisitState

REMINDED_STATES = (VisitState.PLANNED, VisitState.BOOKED)


def moves(study: Study, person: RemindedPerson, now: datetime) -> tuple[Occasion, ...]:
    """The texts with a visit's new date that must go at once.

    ``at`` may be later, at the end of quiet hours. A move is announced within a day, to
    a person who was in follow-up when it was made.
    """
    return tuple(
        occasion
        for visit in person.visits
        if visit.moved and visit.since and visit.state in REMINDED_STATES
        if person.since <= visit.since and now - visit.since < ONE_DAY
        for occasion in _moved(study, person, visit, visit.since)
        if occasion.not_after > now
    )


def _moved(
    study: Study, person: RemindedPerson, visit: VisitDay, since: datetime
) -> Iterator[Occasion]:
    at, limit = _told_at(person, visit, since), _visit_limit(person, visit)
    if at < limit:
        yield Occasion(
            key=f"R:{person.id}:{visit.code}:moved:{visit.version}",
            kind=OccasionKind.MOVED,
            at=at,
            not_after=limit,
            day=visit.day,
            template=_template(study, visit),
            detail=_said_of(visit),
        )


def _said_of(visit: VisitDay) -> dict[str, Any]:
    said = {"visit": visit.code, "date": visit.day, "version": visit.version}
    return said | {"at": visit.booked_at} if visit.booked_at else said


def _template(study: Study, visit: VisitDay) -> str:
    """The wording with the hour, if one was agreed and the study has such a text."""
    booked = study.reminders.visit_text_booked if visit.booked_at else None
    return booked or study.reminders.visit_text


def _told_at(person: RemindedPerson, visit: VisitDay, since: datetime) -> datetime:
    """After the quiet hours, or at once if the visit comes before their end."""
    at = awake(since, person.quiet, person.zone)
    return at if at < _visit_limit(person, visit) else since


def visit_texts(
    study: Study, person: RemindedPerson, visit: VisitDay
) -> Iterator[Occasion]:
    """The texts before a visit; none on the day on which its move was announced.

    Nobody on the ward is told to come on time. A text that falls in a stay waits for
    the first morning after it, as long as the next text is not due by then.
    """
    if visit.state not in REMINDED_STATES:
        return
    told = _told_on(person, visit)
    offsets = sorted(study.reminders.visit_days)
    ends = [*offsets[1:], max([0, *offsets]) + 1]
    for offset, later in zip(offsets, ends, strict=False):
        day = _day_out_of_hospital(study, person, visit.day, (offset, later))
        occasion = day and _text_before(study, person, visit, offset, day)
        if not occasion or (visit.since and occasion.at <= visit.since):
            continue
        if study_days.local_date(occasion.at, person.zone) != told:
            yield occasion


def _day_out_of_hospital(
    study: Study, person: RemindedPerson, visit: date, offsets: tuple[int, int]
) -> date | None:
    """The first day after a night at home, from one offset on to before the next.

    After the last one it is the visit's own day at the latest.
    """
    first, later = offsets
    for offset in range(first, later):
        day = visit + offset * ONE_DAY
        left = any(stay.discharged == day for stay in person.stays)
        if not (left or in_hospital(study, person.milestones, day)):
            return day
    return None


def _text_before(
    study: Study, person: RemindedPerson, visit: VisitDay, offset: int, day: date
) -> Occasion | None:
    return text_on(
        study,
        person,
        day,
        study.reminders.visit_at,
        key=f"R:{person.id}:{visit.code}:{offset}:{visit.version}",
        kind=OccasionKind.VISIT,
        template=_template(study, visit),
        limit=_visit_limit(person, visit),
        detail={**_said_of(visit), "offset": offset},
    )


def _told_on(person: RemindedPerson, visit: VisitDay) -> date | None:
    """The participant's own day on which the text about the move reached them."""
    if not visit.moved or visit.since is None or visit.since < person.since:
        return None
    at = _told_at(person, visit, visit.since)
    return study_days.local_date(at, person.zone)


def _visit_limit(person: RemindedPerson, visit: VisitDay) -> datetime:
    return visit.booked_at or day_ends(visit.day, person.site_zone)
