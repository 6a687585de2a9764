"""Whether the watch still asks: staff are told when it stops.

If no watch has ever asked, the check before going live says so, not this module.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import study_versions
from portal.db.dialect import insert_unless_present
from portal.db.tables.alerts import Task
from portal.db.tables.engine import Beat
from portal.db.tables.people import Site
from portal.protocol.demands.duties import Work
from portal.protocol.study.tiers import Tier
from portal.vocabulary.tasks import TaskKind, TaskState

WATCH = "watch"  # the name of its row among the engines' beats
NOTED_EVERY = timedelta(minutes=1)
SILENT_AFTER = timedelta(minutes=5)
FORGOTTEN_AFTER = timedelta(days=1)  # as ``beats.forget_old`` does with engines


def last_seen(session: Session) -> datetime | None:
    """When a watch last asked for the portal's health, in real time."""
    row = session.get(Beat, WATCH)
    return row.at if row is not None else None


def is_stale(session: Session, *, real_now: datetime) -> bool:
    """Whether it is time to record that a watch asks."""
    seen = last_seen(session)
    return seen is None or abs(real_now - seen) >= NOTED_EVERY


def note(session: Session, *, real_now: datetime) -> None:
    """Record that a watch asked."""
    row = session.get(Beat, WATCH)
    if row is None:
        row = Beat(engine=WATCH, cycle=0, at=real_now, acting=False)
        session.add(row)
    row.cycle, row.at = row.cycle + 1, real_now


def is_silent(session: Session, *, real_now: datetime) -> bool:
    """Whether a watch that used to ask has not done so for five minutes."""
    seen = last_seen(session)
    silent = real_now - seen if seen is not None else timedelta(0)
    return SILENT_AFTER < silent < FORGOTTEN_AFTER


def anything_new(session: Session, *, real_now: datetime) -> bool:
    """Whether ``tell_staff`` would open anything: two cheap reads each cycle."""
    if not is_silent(session, real_now=real_now):
        return False
    seen, site_id = last_seen(session), session.scalar(select(Site.id).limit(1))
    known = select(Task.id).where(Task.dedupe_key == _key(site_id or 0, seen))
    return site_id is not None and session.scalar(known) is None


def _key(site_id: int, seen: datetime | None) -> str:
    return f"W:{site_id}:{seen:%Y%m%d%H%M%S}" if seen else ""


def tell_staff(session: Session, *, now: datetime, real_now: datetime) -> int:
    """Open a task at every site, once per silence; return how many are new."""
    seen = last_seen(session)
    if seen is None or not is_silent(session, real_now=real_now):
        return 0
    opened, owner = 0, study_versions.whose(session, Work.ORGANISING)
    for site_id in session.scalars(select(Site.id)):
        opened += insert_unless_present(
            session,
            Task,
            dedupe_key=_key(site_id, seen),
            site_id=site_id,
            kind=TaskKind.WATCH_SILENT,
            tier=Tier.ROUTINE.value,
            owner_role=owner,
            detail={},
            created_at=now,
            due_at=now,
            state=TaskState.OPEN,
        )
    return opened
