"""What a restored or copied database must know about itself before it may send."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from portal.db.base import Base
from portal.vocabulary.holding import HoldReason


class Home(Base):
    """The one place from which this database may send.

    A restore changes ``generation``.
    """

    __tablename__ = "home"
    id: Mapped[int] = mapped_column(primary_key=True)
    generation: Mapped[str]
    place: Mapped[str]  # see ``dialect.place``
    since: Mapped[datetime]


class Hold(Base):
    """A restore, or a move to another place, and who released the messages."""

    __tablename__ = "hold"
    id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[HoldReason]
    generation: Mapped[str]
    since: Mapped[datetime]
    backup_at: Mapped[datetime | None]
    journal_read: Mapped[bool]
    released_at: Mapped[datetime | None]
    released_by: Mapped[str | None]


class SentBefore(Base):
    """A message that was sent, by the send journal, though no row here may show it."""

    __tablename__ = "sent_before"
    dedupe_key: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    at: Mapped[datetime]
