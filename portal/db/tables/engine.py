"""What the engine stores about itself: lease, beats, rows held back, clocks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db.base import Base


class Lease(Base):
    """Which engine acts.

    ``fence`` grows with every holder; an old one writes nothing.
    """

    __tablename__ = "lease"
    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    fence: Mapped[int]
    expires_at: Mapped[datetime]  # real time
    schema_version: Mapped[str]


class Beat(Base):
    """The last cycle an engine completed, in real time."""

    __tablename__ = "beat"
    engine: Mapped[str] = mapped_column(primary_key=True)
    cycle: Mapped[int]
    at: Mapped[datetime]
    acting: Mapped[bool]


class StudyClock(Base):
    """How far study time is ahead of real time: 0 except in demo and rehearsal."""

    __tablename__ = "study_clock"
    id: Mapped[int] = mapped_column(primary_key=True)
    offset_seconds: Mapped[int]


class HeldBack(Base):
    """A row that made the engine fail: how often, why, and until when it is skipped."""

    __tablename__ = "held_back"
    __table_args__ = (UniqueConstraint("kind", "row_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # alert, draft, task, …
    row_id: Mapped[str]
    failures: Mapped[int]
    error: Mapped[str]  # the type of the exception, never its text
    since: Mapped[datetime]  # time of the first failure
    last_at: Mapped[datetime]
    until: Mapped[datetime | None]  # NULL: tried again in the next cycle


class ProviderAccount(Base):
    """Whether a provider refuses our account, and how often such a refusal began."""

    __tablename__ = "provider_account"
    provider: Mapped[str] = mapped_column(primary_key=True)
    refusals: Mapped[int]
    refused_since: Mapped[datetime | None]  # NULL: it is not refused


class ClockMark(Base):
    """The highest steady time so far; ``epoch`` grows when a person sets it back.

    ``moment`` is the machine's monotonic clock at that time, in seconds since boot.
    """

    __tablename__ = "clock_mark"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    epoch: Mapped[int]
    boot: Mapped[str]
    moment: Mapped[float]


class ClockStep(Base):
    """A step of the machine's clock, and who or what confirmed the time."""

    __tablename__ = "clock_step"
    id: Mapped[int] = mapped_column(primary_key=True)
    seconds: Mapped[int]  # positive: forward; negative: back
    seen_at: Mapped[datetime]  # by the clock after the step
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[
        str | None
    ]  # staff:3, operator:…, time source, returned, restart
