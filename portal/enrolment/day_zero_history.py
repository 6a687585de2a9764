"""The changes of a person's D0, as the team and the person see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.people import DayZeroChange, Participant, Staff
from portal.enrolment import adoption
from portal.people.case import Case
from portal.protocol.calendar import study_days


def told_until(case: Case) -> date | None:
    """The last day on which their page says that the day was changed; None: over."""
    query = select(DayZeroChange.at).filter_by(participant_id=case.participant.id)
    at = case.session.scalar(query.order_by(DayZeroChange.id.desc()).limit(1))
    if at is None:
        return None
    until = study_days.local_date(at + adoption.TOLD_FOR, case.site.time_zone)
    return until if case.today <= until else None


@dataclass(frozen=True)
class DayZeroLine:
    """A line of a timeline: a person's D0 was changed."""

    at: datetime
    before: date
    after: date
    reason: str
    by: str

    @property
    def kind(self) -> str:
        """Its kind among the items of a timeline."""
        return "day_zero"


def changes_of(session: Session, participant: Participant) -> list[DayZeroLine]:
    """Every change of one person's D0, oldest first."""
    query = (
        select(DayZeroChange, Staff.display_name)
        .join(Staff, Staff.id == DayZeroChange.staff_id)
        .where(DayZeroChange.participant_id == participant.id)
    )
    rows = session.execute(query.order_by(DayZeroChange.id))
    return [
        DayZeroLine(row.at, row.before, row.after, row.reason, by) for row, by in rows
    ]
