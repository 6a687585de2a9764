"""Moving the demonstration's clock without leaping over what happens on the way.

A reminder that was due while the clock jumped would only be listed as too late. So
the clock stops at each moment at which something is due for a participant, until the
engine has dealt with it, and goes on.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from portal.core.sending import WAITING
from portal.db.dialect import literals
from portal.db.outbox import Message
from portal.db.people import Participant
from portal.runtime import Runtime
from portal.services import clock

MOST_STOPS = 80
LOOKS, LOOK_SECONDS = 40, 0.05  # two seconds at a stop, if no engine runs


def travel(runtime: Runtime, by: timedelta) -> None:
    """Move study time on by ``by``, stop by stop; returns when it has arrived."""
    until = runtime.now() + by
    for _ in range(MOST_STOPS):
        with runtime.writing() as session:
            stop = _next_stop(session, runtime.now(), until)
            clock.move(session, max(stop - runtime.now(), timedelta(seconds=1)))
        runtime.forget_offset()
        if stop >= until:
            return
        _wait_for_the_engine(runtime)
    with runtime.writing() as session:
        clock.move(session, max(until - runtime.now(), timedelta(seconds=1)))
    runtime.forget_offset()


def _next_stop(session: Session, now: datetime, until: datetime) -> datetime:
    query = select(func.min(Participant.remind_at)).where(
        Participant.status == "active", Participant.remind_at > now
    )
    due = session.scalar(query)
    return until if due is None else min(due, until)


def _wait_for_the_engine(runtime: Runtime) -> None:
    for _ in range(LOOKS):
        with runtime.reading() as session:
            if not _busy(session, runtime.now()):
                return
        time.sleep(LOOK_SECONDS)


def _busy(session: Session, now: datetime) -> bool:
    reminding = exists().where(
        Participant.status == "active", Participant.remind_at <= now
    )
    sending = exists().where(
        Message.state.in_(literals(WAITING)), Message.next_try_at <= now
    )
    return bool(session.scalar(select(reminding | sending)))
