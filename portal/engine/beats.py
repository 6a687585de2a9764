"""Beats: each engine writes down when it last completed a whole cycle."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.db.tables.engine import Beat

KEPT = timedelta(days=1)


def beat(session: Session, engine: str, *, acting: bool, real_now: datetime) -> int:
    """Record that ``engine`` completed a cycle without a fault; return its number."""
    row = session.get(Beat, engine)
    if row is None:
        row = Beat(engine=engine, cycle=0, at=real_now, acting=acting)
        session.add(row)
    row.cycle, row.at, row.acting = row.cycle + 1, real_now, acting
    return row.cycle


def last_acting(session: Session) -> datetime | None:
    """When an acting engine last completed a cycle, in real time."""
    query = select(Beat.at).where(Beat.acting).order_by(Beat.at.desc()).limit(1)
    return session.scalar(query)


def forget_old(session: Session, *, real_now: datetime) -> None:
    """Drop the rows of engines that stopped more than a day ago."""
    session.execute(delete(Beat).where(Beat.at < real_now - KEPT))
