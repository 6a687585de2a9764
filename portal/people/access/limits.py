"""Limits on tries: counted in the database, so that they survive a restart.

A limit is a sliding window: it ends at the time it states, and refused tries do not
extend it. No limit ever prevents an entry or an acknowledgement.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.db.dialect import lock_key
from portal.db.tables.access import Try
from portal.errors import TooManyTries

KEPT = timedelta(days=2)


@dataclass(frozen=True)
class Limit:
    """At most ``most`` tries of a kind ``within`` a time, for one key."""

    kind: str
    most: int
    within: timedelta


@dataclass(frozen=True)
class Spent:
    """Counted tries, which can be given back."""

    ids: tuple[int, ...]


class TryLater(TooManyTries):
    """A limit was reached; ``ends_at`` (real time) is when one more try is allowed."""

    def __init__(self, ends_at: datetime) -> None:
        super().__init__("tried too often")
        self.ends_at = ends_at


def spend(
    session: Session, limits: Iterable[tuple[Limit, str]], *, real_now: datetime
) -> Spent:
    """Count one try against every limit and its key, or none of them.

    Raises:
        TryLater: a limit is reached; nothing was counted.
    """
    wanted = list(limits)
    counters = sorted({(limit.kind, key) for limit, key in wanted})
    for kind, key in counters:
        lock_key(session, f"{kind}:{key}")
    ends = [
        end
        for limit, key in wanted
        if (end := _ends_at(session, limit, key, real_now)) is not None
    ]
    if ends:
        raise TryLater(max(ends))
    rows = [Try(kind=kind, key=key, at=real_now) for kind, key in counters]
    session.add_all(rows)
    session.flush()
    return Spent(tuple(row.id for row in rows))


def _ends_at(
    session: Session, limit: Limit, key: str, real_now: datetime
) -> datetime | None:
    since = real_now - limit.within
    query = select(Try.at).filter_by(kind=limit.kind, key=key).where(Try.at > since)
    oldest_that_counts = session.scalar(
        query.order_by(Try.at.desc()).offset(limit.most - 1).limit(1)
    )
    return None if oldest_that_counts is None else oldest_that_counts + limit.within


def give_back(session: Session, spent: Spent) -> None:
    """Remove counted tries that were successful."""
    session.execute(delete(Try).where(Try.id.in_(spent.ids)))


def forget_old(session: Session, *, real_now: datetime) -> None:
    """Delete tries that no limit needs any more; a repeat does nothing."""
    session.execute(delete(Try).where(Try.at < real_now - KEPT))


def every(limits: Sequence[Limit], key: str) -> list[tuple[Limit, str]]:
    """The same key for several limits."""
    return [(limit, key) for limit in limits]
