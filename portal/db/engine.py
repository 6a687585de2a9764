"""What keeps the engine honest: who may act, that it does, and the study clock."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from portal.db.base import Base


class Lease(Base):
    """Who acts. ``fence`` grows with every change of holder; an old one writes nothing."""

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
    """How far study time runs ahead of real time: 0 but in demo and rehearsal."""

    __tablename__ = "study_clock"
    id: Mapped[int] = mapped_column(primary_key=True)
    offset_seconds: Mapped[int]
