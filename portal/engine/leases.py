"""Which engine may act: one holds the lease, and the fence grows with every holder.

An engine writes only in a transaction that has confirmed its fence. An engine that lost
its lease without noticing therefore writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.dialect import insert_unless_present
from portal.db.tables.engine import Lease

NAME = "engine"


class FenceLost(Exception):
    """Another engine acts now: nothing of this transaction may be written."""


@dataclass(frozen=True)
class Held:
    """The lease, as its holder knows it."""

    holder: str
    fence: int


@dataclass(frozen=True)
class LeaseView:
    """The lease as a standby sees it; if it stays unchanged, its holder is gone."""

    holder: str
    fence: int
    expires_at: datetime


def glance(session: Session) -> LeaseView | None:
    """The lease as it is now, or None if no engine ever held it."""
    row = session.get(Lease, NAME)
    return LeaseView(row.holder, row.fence, row.expires_at) if row else None


def take_lease(
    session: Session,
    holder: str,
    *,
    schema_version: str,
    seconds: float,
    real_now: datetime,
    silent: LeaseView | None = None,
) -> Held | None:
    """Become the acting engine with the next fence; None: another engine acts.

    The lease must have run out in real time, or be unchanged since ``silent``, which
    the caller has seen for a whole lease by its own monotonic clock. The second way
    works also when the wall clock was moved. An older program never takes the lease
    from a holder with a newer schema.
    """
    expires_at = real_now + timedelta(seconds=seconds)
    first = {
        "name": NAME,
        "holder": holder,
        "fence": 1,
        "expires_at": expires_at,
        "schema_version": schema_version,
    }
    if insert_unless_present(session, Lease, **first):
        return Held(holder, 1)
    row = session.get_one(Lease, NAME, with_for_update=True)
    seen = LeaseView(row.holder, row.fence, row.expires_at)
    if row.schema_version > schema_version:
        return None
    if row.expires_at > real_now and seen != silent:
        return None
    row.holder, row.fence, row.expires_at = holder, row.fence + 1, expires_at
    row.schema_version = schema_version
    return Held(holder, row.fence)


def renew(session: Session, held: Held, *, seconds: float, real_now: datetime) -> None:
    """Extend the lease by ``seconds`` of real time.

    Raises:
        FenceLost: another engine took the lease.
    """
    row = session.get(Lease, NAME, with_for_update=True)
    if row is None or row.fence != held.fence:
        raise FenceLost
    row.expires_at = real_now + timedelta(seconds=seconds)


def confirm(session: Session, held: Held) -> None:
    """Make sure, until this transaction ends, that ``held`` is the newest fence.

    Raises:
        FenceLost: another engine took the lease; roll back.
    """
    query = select(Lease.fence).where(Lease.name == NAME).with_for_update(read=True)
    if session.scalar(query) != held.fence:
        raise FenceLost


def release(session: Session, held: Held, *, real_now: datetime) -> None:
    """Let a standby act at once; does nothing if another engine has the lease."""
    row = session.get(Lease, NAME, with_for_update=True)
    if row is not None and row.fence == held.fence:
        row.expires_at = real_now
