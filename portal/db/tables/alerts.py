"""Alerts, their events, and tasks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db.base import Base
from portal.vocabulary.alerts import AlertState, Happening
from portal.vocabulary.tasks import TaskKind, TaskState

UNCLOSED = text("state <> 'closed'")


class Alert(Base):
    """An emergency or urgent matter that a named person must answer.

    ``plan`` is the ladder as it was at opening. ``round`` and ``step`` say which rung
    fired last (step -1: none yet), ``next_due_at`` when the engine acts next.
    """

    __tablename__ = "alert"
    __table_args__ = (
        Index(
            "uq_alert_one_open",
            "participant_id",
            unique=True,
            sqlite_where=UNCLOSED,
            postgresql_where=UNCLOSED,
        ),
        Index(
            "ix_alert_next_due_at",
            "next_due_at",
            sqlite_where=UNCLOSED,
            postgresql_where=UNCLOSED,
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participant.id"), index=True
    )
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    study_version_id: Mapped[int] = mapped_column(ForeignKey("study_version.id"))
    tier: Mapped[str]
    state: Mapped[AlertState]
    plan: Mapped[dict[str, Any]]
    round: Mapped[int]
    step: Mapped[int]
    paging_since: Mapped[datetime]  # the minutes of the rungs count from here
    next_due_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    ack_minutes: Mapped[int]
    ack_due_at: Mapped[datetime]
    acked_at: Mapped[datetime | None]
    acked_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    told_at: Mapped[datetime | None]  # participant was told that nobody answered
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    outcome: Mapped[str | None]
    reason: Mapped[str | None]
    adverse_event: Mapped[dict[str, Any] | None]
    updated_at: Mapped[datetime]


class AlertFinding(Base):
    """A rule that fired on a version of an entry, with the facts it saw.

    Append-only.
    """

    __tablename__ = "alert_finding"
    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), index=True)
    entry_version_id: Mapped[str | None] = mapped_column(ForeignKey("entry_version.id"))
    rule: Mapped[str]
    tier: Mapped[str]
    facts: Mapped[dict[str, Any]]
    found_at: Mapped[datetime]


class AlertEvent(Base):
    """One event of an alert, in order. Append-only."""

    __tablename__ = "alert_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[Happening]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    detail: Mapped[dict[str, Any]]


class PlannedCall(Base):
    """A call that the holder of an alert plans to make by ``until``. Append-only.

    One per round: a planned call delays the ladder, and must not silence it.
    """

    __tablename__ = "planned_call"
    __table_args__ = (UniqueConstraint("alert_id", "round"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"))
    round: Mapped[int]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
    until: Mapped[datetime]
    reason: Mapped[str]


class Task(Base):
    """Same-day or routine work with an owner role and a due time."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("dedupe_key"),
        Index("ix_task_site_id_state_due_at", "site_id", "state", "due_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    dedupe_key: Mapped[str]
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    participant_id: Mapped[int | None] = mapped_column(
        ForeignKey("participant.id"), index=True
    )
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alert.id"))
    entry_version_id: Mapped[str | None] = mapped_column(ForeignKey("entry_version.id"))
    kind: Mapped[TaskKind]
    tier: Mapped[str]  # same_day, routine
    owner_role: Mapped[str]
    detail: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    overdue_paged_at: Mapped[datetime | None]
    state: Mapped[TaskState]
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    outcome: Mapped[str | None]
