"""Events of a study, such as a second dose: on which day one happened to a person.

Staff say so when it has happened. A phase may begin there, so reminders are planned
again from now on; what was asked and judged before stays as it was. A day that was wrong
is corrected with a reason, and every earlier one stays on record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from portal import audit
from portal.db.tables.people import EventDay, Staff
from portal.errors import InvalidInput, NotFound
from portal.people.case import Case
from portal.visits.reminders import remind
from portal.vocabulary.people import ActorKind

LONGEST_REASON = 500


@dataclass(frozen=True)
class RecordedDay:
    """What is said of an event: its day (None: it did not happen), and why."""

    event: str
    day: date | None
    why: str


@dataclass(frozen=True)
class RecordedEvent:
    """One thing that was said of an event: the day, why, by whom and when."""

    day: date | None
    reason: str
    by: str
    at: datetime


def record(case: Case, said: RecordedDay, staff_id: int) -> None:
    """Record the day of an event; a repeat changes nothing.

    Raises:
        NotFound: the study has no such event.
        InvalidInput: the day lies before D0 or after today, or it corrects another day
            and no reason is given.
    """
    if said.event not in {one.id for one in case.study.events}:
        raise NotFound("The study has no such event.")
    case.lock()
    before = case.milestones.events.get(said.event)
    if said.day == before:
        return
    _refuse_unfit(case, said, before)
    _write_down(case, said, before, staff_id)
    remind.plan_from_now(case.participant, now=case.now)


def _write_down(
    case: Case, said: RecordedDay, before: date | None, staff_id: int
) -> None:
    row = EventDay(
        participant_id=case.participant.id,
        event=said.event,
        day=said.day,
        staff_id=staff_id,
        reason=said.why.strip()[:LONGEST_REASON],
        at=case.now,
    )
    case.session.add(row)
    case.session.flush()
    actor = audit.Actor(ActorKind.STAFF, str(staff_id))
    subject = ("participant", case.participant.id)
    told = {
        "event": said.event,
        "day": str(said.day or ""),
        "before": str(before or ""),
    }
    act = "participant.event_recorded"
    audit.record(case.session, actor, act, subject, now=case.now, **told)


def _refuse_unfit(case: Case, said: RecordedDay, before: date | None) -> None:
    day = said.day
    if day is not None and not case.participant.d0 <= day <= case.today:
        raise InvalidInput("The day lies between day 0 and today.", field="day")
    if before is not None and not said.why.strip():
        raise InvalidInput("Say why the day is corrected.", field="why")


def lines_of(case: Case, event: str) -> Sequence[RecordedEvent]:
    """What was said of one event of this person, oldest first."""
    query = (
        select(EventDay, Staff.display_name)
        .join(Staff, Staff.id == EventDay.staff_id)
        .where(EventDay.participant_id == case.participant.id, EventDay.event == event)
    )
    rows = case.session.execute(query.order_by(EventDay.id))
    return [RecordedEvent(row.day, row.reason, by, row.at) for row, by in rows]
