"""Steps of the machine's clock: what waits for a person, and how time is corrected.

After a step forward of more than five minutes, reminders and expiries wait; alerts do
not. After a step back nothing waits, because study time continues as before. Both are
shown until a person or a time source confirms the time, or the clock returns.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import audit
from portal.db.dialect import insert_unless_present, literals, notify
from portal.db.tables.alerts import Alert
from portal.db.tables.engine import ClockMark, ClockStep
from portal.db.tables.outbox import Message
from portal.errors import NotFound
from portal.messages.states import WAITING
from portal.vocabulary.alerts import AlertState
from portal.vocabulary.people import ActorKind

ONLY_ROW = 1
MOVED = ("paging_since", "next_due_at", "ack_due_at", "acked_at")


@dataclass(frozen=True)
class TimeMark:
    """The highest steady time so far; ``epoch`` grows when a person sets it back.

    ``moment`` is the machine's monotonic clock at that time, in seconds; ``boot`` says
    since which start of the machine it counts.
    """

    at: datetime | None
    epoch: int
    boot: str = ""
    moment: float = 0.0

    def reckoned(self, boot: str, moment: float) -> datetime | None:
        """The time it is by now; on the same machine, downtime counts."""
        if self.at is None or self.boot != boot or not boot:
            return self.at
        return self.at + timedelta(seconds=max(0.0, moment - self.moment))


def keep_mark(session: Session, kept: TimeMark) -> None:
    """Store the highest steady time for the next process; it never falls.

    A process that does not know yet that a person set time back stores nothing.
    """
    measured = {"at": kept.at, "boot": kept.boot, "moment": kept.moment}
    insert_unless_present(session, ClockMark, id=ONLY_ROW, epoch=0, **measured)
    session.execute(
        update(ClockMark)
        .where(ClockMark.epoch == kept.epoch, ClockMark.at < kept.at)
        .values(**measured)
        .execution_options(synchronize_session=False)
    )


def mark(session: Session) -> TimeMark:
    """The stored mark; an empty one at first."""
    row = session.get(ClockMark, ONLY_ROW)
    if row is None:
        return TimeMark(None, 0)
    return TimeMark(row.at, row.epoch, row.boot, row.moment)


def open_step(session: Session) -> ClockStep | None:
    """The step for which nobody has confirmed the time yet."""
    query = select(ClockStep).where(ClockStep.settled_at.is_(None))
    return session.scalar(query.order_by(ClockStep.id.desc()).limit(1))


def note(session: Session, seconds: int, *, now: datetime, real_now: datetime) -> None:
    """Record that the clock stepped; from now on staff are asked to confirm."""
    session.add(ClockStep(seconds=seconds, seen_at=real_now))
    subject = ("clock", "step")
    audit.record(session, audit.ENGINE, "clock.stepped", subject, now=now, by=seconds)


def settle(
    session: Session, step: ClockStep, by: str, *, now: datetime, real_now: datetime
) -> None:
    """Record who or what confirmed the clock; a repeat changes nothing."""
    if step.settled_at is not None:
        return
    step.settled_at, step.settled_by = real_now, by
    kind, _, number = by.partition(":")
    actor = audit.Actor(ActorKind(kind), number) if number else audit.ENGINE
    subject = ("clock", step.id)
    audit.record(session, actor, "clock.settled", subject, now=now, how=by)
    notify(session)


def confirm(
    session: Session,
    step_id: int,
    by: str,
    *,
    lead: timedelta,
    now: datetime,
    real_now: datetime,
) -> None:
    """A person confirms that the clock shows the right time now.

    After a step back, time is set back to the clock. Everything that is due moves back
    with it, so that nothing comes later than planned.

    Raises:
        NotFound: no such step.
    """
    step = session.get(ClockStep, step_id, with_for_update=True)
    if step is None:
        raise NotFound("There is no such step of the clock.")
    if step.settled_at is None and step.seconds < 0:
        rebase(session, lead, real_now=real_now)
    settle(session, step, by, now=now, real_now=real_now)


def rebase(session: Session, lead: timedelta, *, real_now: datetime) -> None:
    """Use the clock again, which is ``lead`` earlier; future due times move with it."""
    if lead <= timedelta(0):
        return
    fresh: dict[str, Any] = {"at": real_now, "boot": "", "moment": 0.0}
    insert_unless_present(session, ClockMark, id=ONLY_ROW, epoch=0, **fresh)
    row = session.get_one(ClockMark, ONLY_ROW, with_for_update=True)
    row.at, row.boot, row.epoch = real_now, "", row.epoch + 1
    for alert in session.scalars(select(Alert).where(Alert.state != AlertState.CLOSED)):
        began = alert.acked_at or alert.paging_since
        if began > real_now:
            _move(alert, lead)
    query = select(Message).where(
        Message.state.in_(literals(WAITING)), Message.created_at > real_now
    )
    for message in session.scalars(query):
        message.next_try_at -= lead
        if message.not_after is not None:
            message.not_after -= lead


def _move(alert: Alert, lead: timedelta) -> None:
    for name in MOVED:
        at = getattr(alert, name)
        if at is not None:
            setattr(alert, name, at - lead)
