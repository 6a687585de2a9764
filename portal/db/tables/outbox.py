"""Messages to be sent, each attempt to send one, and what providers report."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db.base import Base
from portal.vocabulary.messages import (
    AttemptState,
    Channel,
    InboundKind,
    MessageState,
    OptOutAct,
    OptOutSource,
    Purpose,
)

WAITING = text("state IN ('queued', 'retry_wait')")


class Message(Base):
    """One text, call or e-mail to one contact.

    ``dedupe_key`` makes it unique for ever.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("dedupe_key"),
        Index(
            "ix_message_due",
            "priority",
            "next_try_at",
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
        Index("ix_message_state", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    dedupe_key: Mapped[str]
    purpose: Mapped[Purpose]
    priority: Mapped[int]  # 0 alerts, 1 codes, 2 notices and tasks, 5 reminders
    channel: Mapped[Channel]
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    contact_version: Mapped[int]
    study_version_id: Mapped[int] = mapped_column(ForeignKey("study_version.id"))
    template: Mapped[str]
    variables: Mapped[dict[str, Any]]
    language: Mapped[str]
    state: Mapped[MessageState]
    state_reason: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    next_try_at: Mapped[datetime]  # not tried before this time
    not_after: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    provider_id: Mapped[str | None]
    participant_id: Mapped[int | None] = mapped_column(
        ForeignKey("participant.id"), index=True
    )
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alert.id"), index=True)
    alert_round: Mapped[int | None]
    alert_step: Mapped[int | None]


class Attempt(Base):
    """One attempt to hand a message over; written before the provider is called.

    ``reference`` is ours and is sent with the request, so that an attempt whose answer
    was lost can be looked up.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("message_id", "number"),
        Index(
            "ix_attempt_unresolved",
            "deadline",
            sqlite_where=text("state IN ('in_flight', 'unknown')"),
            postgresql_where=text("state IN ('in_flight', 'unknown')"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    number: Mapped[int]
    reference: Mapped[str] = mapped_column(unique=True)
    provider: Mapped[str]
    fence: Mapped[int]
    state: Mapped[AttemptState]
    started_at: Mapped[datetime]  # real time
    deadline: Mapped[datetime]  # real time
    lookups: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    provider_id: Mapped[str | None] = mapped_column(index=True)
    detail: Mapped[str | None]


class ProviderEvent(Base):
    """One report of a provider about a message, raw, stored once. Append-only."""

    __tablename__ = "provider_event"
    __table_args__ = (UniqueConstraint("provider", "event_key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[str]
    event_key: Mapped[str]
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempt.id"))
    status: Mapped[str]
    raw: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]


class Inbound(Base):
    """A text that somebody sent us, stored once, and how it was handled."""

    __tablename__ = "inbound"
    __table_args__ = (UniqueConstraint("provider", "event_key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[str]
    event_key: Mapped[str]
    number: Mapped[str] = mapped_column(index=True)
    body: Mapped[str]
    received_at: Mapped[datetime]
    kind: Mapped[InboundKind]
    participant_id: Mapped[int | None] = mapped_column(
        ForeignKey("participant.id"), index=True
    )
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    entry_version_id: Mapped[str | None] = mapped_column(ForeignKey("entry_version.id"))


class OptOut(Base):
    """STOP or START from a number, for everybody with that number; the newest counts.

    Erased together with the number's contact; the audit keeps the act.
    """

    __tablename__ = "opt_out"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(index=True)
    act: Mapped[OptOutAct]
    source: Mapped[OptOutSource]
    at: Mapped[datetime]


class Handset(Base):
    """A text or call on a simulated phone, delivered by the ``log`` gateway."""

    __tablename__ = "handset"
    __table_args__ = (Index("ix_handset_number_id", "number", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    channel: Mapped[Channel]
    direction: Mapped[str]  # to_phone, from_phone
    body: Mapped[str]
    reference: Mapped[str | None] = mapped_column(unique=True)
    at: Mapped[datetime]
    pressed: Mapped[str | None]  # the key pressed in a call
