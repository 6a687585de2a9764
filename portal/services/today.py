"""What a participant's first page says: the day, the diary, the next visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import calendar
from portal.core.study.model import Phase, Study
from portal.db.alerts import Alert
from portal.db.followup import Entry, EntryVersion, Visit
from portal.db.people import Participant
from portal.services import timeline, visits


@dataclass(frozen=True)
class Today:
    """``day`` counts from the infusion; ``done_at`` is when today's diary came."""

    today: date
    day: int
    phase: Phase
    diary_due: bool
    done_at: datetime | None
    visit: Visit | None
    dated: Sequence[tuple[str, date]]
    alert: Alert | None


def of(
    session: Session,
    study: Study,
    participant: Participant,
    reporter: str,
    *,
    now: datetime,
) -> Today:
    """Everything the page of this reporter shows."""
    today = timeline.local_today(session, participant, now=now)
    code = timeline.phase(session, study, participant, today=today)
    phase = next(phase for phase in study.phases if phase.code == code)
    return Today(
        today=today,
        day=calendar.day_number(participant.d0, today),
        phase=phase,
        diary_due=calendar.diary_is_due(phase, participant.d0, today),
        done_at=done_at(session, participant, reporter, today),
        visit=visits.upcoming(session, participant, today=today),
        dated=_dated(study, participant.d0, today),
        alert=open_alert(session, participant),
    )


def done_at(
    session: Session, participant: Participant, reporter: str, today: date
) -> datetime | None:
    """When this reporter's complete diary of the day came, or None."""
    query = (
        select(EntryVersion.received_at)
        .join(Entry, Entry.id == EntryVersion.entry_id)
        .where(
            Entry.participant_id == participant.id,
            Entry.local_date == today,
            Entry.reporter == reporter,
            EntryVersion.kind == "complete",
        )
        .order_by(EntryVersion.received_at.desc())
        .limit(1)
    )
    return session.scalar(query)


def open_alert(session: Session, participant: Participant) -> Alert | None:
    """The alert of this participant that is not closed, or None."""
    query = select(Alert).where(
        Alert.participant_id == participant.id, Alert.state != "closed"
    )
    return session.scalar(query)


def _dated(study: Study, d0: date, today: date) -> list[tuple[str, date]]:
    """Page messages that hold until a day counted from D0: id, and that day."""
    rows = study.reminders.get("dated", ())
    shown = []
    for row in rows if isinstance(rows, list | tuple) else ():
        ends = calendar.after(d0, days=row.get("days"), months=row.get("months"))
        if today <= ends:
            shown.append((row["message"], ends))
    return shown
