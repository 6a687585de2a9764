"""Who may act: one engine holds the lease, and its fence grows with every holder.

Whatever an engine writes is written in a transaction that has confirmed its fence,
so one that slept through the loss of its lease writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.dialect import insert_unless_present
from portal.db.engine import Lease

NAME = "engine"


class FenceLost(Exception):
    """Another engine acts now: nothing of this transaction may be written."""


@dataclass(frozen=True)
class Held:
    """A lease as its holder knows it."""

    holder: str
    fence: int


@dataclass(frozen=True)
class LeaseView:
    """The lease as a standby sees it; unchanged for long, its holder is gone."""

    holder: str
    fence: int
    expires_at: datetime


def glance(session: Session) -> LeaseView | None:
    """The lease as it stands, or None where nobody ever held it."""
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
    """Become the acting engine with the next fence, or None: somebody else acts.

    The lease must have run out in real time, or still look as in ``silent``: what
    the caller saw unchanged for a whole lease by its own monotonic clock, which
    holds when the wall clock was moved. A holder of a newer schema is never replaced
    by an older program.
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
    """Hold the lease for another while.

    Raises:
        FenceLost: another engine took it.
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
    """Let a standby act at once; does nothing when the lease is already another's."""
    row = session.get(Lease, NAME, with_for_update=True)
    if row is not None and row.fence == held.fence:
        row.expires_at = real_now
