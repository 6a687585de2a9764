"""Moving the demonstration's clock without skipping what happens on the way.

A reminder that was due while the clock jumped would only be listed as too late. So the
clock stops at each moment when something is due for a participant, waits until the
engine has dealt with it, and continues.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from portal.db.dialect import literals
from portal.db.tables.engine import Beat
from portal.db.tables.outbox import Message
from portal.db.tables.people import Participant
from portal.demo import clock
from portal.messages.states import WAITING
from portal.runtime import Runtime
from portal.vocabulary.people import ParticipantStatus

MOST_STOPS = 80
LOOKS, LOOK_SECONDS = 600, 0.05  # half a minute at a stop, while an engine runs
ALIVE = timedelta(seconds=15)  # since its last beat


def travel(runtime: Runtime, by: timedelta) -> None:
    """Move study time on by ``by``, stop by stop; returns when it has arrived.

    Without an engine there is nobody to wait for, and it goes there at once.
    """
    until = runtime.now() + by
    for _ in range(MOST_STOPS):
        if not _engine_is_done(runtime):
            break
        with runtime.reading() as session:
            stop = _next_stop(session, runtime.now(), until)
        if stop >= until:
            break
        _move_to(runtime, stop)
    _move_to(runtime, until)


def _move_to(runtime: Runtime, moment: datetime) -> None:
    with runtime.writing() as session:
        clock.move(session, max(moment - runtime.now(), timedelta(seconds=1)))
    runtime.clocks.read_again()


def _next_stop(session: Session, now: datetime, until: datetime) -> datetime:
    query = select(func.min(Participant.remind_at)).where(
        Participant.status == ParticipantStatus.ACTIVE, Participant.remind_at > now
    )
    due = session.scalar(query)
    return until if due is None else min(due, until)


def _engine_is_done(runtime: Runtime) -> bool:
    """Wait until nothing is due; False when there is no engine to wait for."""
    for _ in range(LOOKS):
        with runtime.reading() as session:
            if not _busy(session, runtime.now()):
                return True
            beat = session.scalar(select(func.max(Beat.at)))
        if beat is None or runtime.real_now() - beat > ALIVE:
            return False
        time.sleep(LOOK_SECONDS)
    return False


def _busy(session: Session, now: datetime) -> bool:
    reminding = exists().where(
        Participant.status == ParticipantStatus.ACTIVE,
        or_(Participant.remind_at.is_(None), Participant.remind_at <= now),
    )
    sending = exists().where(
        Message.state.in_(literals(WAITING)), Message.next_try_at <= now
    )
    return bool(session.scalar(select(reminding | sending)))
