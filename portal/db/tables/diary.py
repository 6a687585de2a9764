"""Visits, diary entries with their versions, and unfinished drafts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db.base import Base
from portal.vocabulary.diary import EntrySource, RequestState, VersionKind
from portal.vocabulary.visits import VisitState


class Visit(Base):
    """A clinic visit; a change of date raises ``version``.

    Computed from D0, or with a ``title`` of its own: then staff booked it and the study
    does not plan it; ``place`` may say where.
    """

    __tablename__ = "visit"
    __table_args__ = (UniqueConstraint("participant_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"))
    code: Mapped[str]
    target: Mapped[date]
    opens: Mapped[date]
    closes: Mapped[date]
    state: Mapped[VisitState]
    booked_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    happened_on: Mapped[date | None]
    note: Mapped[str | None]
    title: Mapped[str | None]
    place: Mapped[str | None]


class VisitChange(Base):
    """One change of a visit: old and new day, the reason, and by whom. Append-only."""

    __tablename__ = "visit_change"
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    version: Mapped[int]
    state: Mapped[VisitState]
    booked_at: Mapped[datetime | None]
    reason: Mapped[str]
    at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Entry(Base):
    """One report by one person; its versions hold the answers. Append-only."""

    __tablename__ = "entry"
    __table_args__ = (
        Index("ix_entry_participant_id_local_date", "participant_id", "local_date"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"))
    local_date: Mapped[date]  # the site's day
    reporter: Mapped[str]  # self, caregiver
    created_at: Mapped[datetime]


class EntryVersion(Base):
    """One version of a report: answers, verdict and four times. Append-only.

    ``id`` is the phone's UUID, so that a resend finds it. ``answers`` are those of this
    version only; triage used the newest answers of all the entry's versions.
    """

    __tablename__ = "entry_version"
    __table_args__ = (
        Index(
            "ix_entry_version_participant_id_received_at",
            "participant_id",
            "received_at",
        ),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"))
    study_version_id: Mapped[int] = mapped_column(ForeignKey("study_version.id"))
    kind: Mapped[VersionKind]
    phase: Mapped[str]
    answers: Mapped[dict[str, Any]]
    verdict: Mapped[dict[str, Any]]
    tier: Mapped[str]
    content_hash: Mapped[str]
    stated_at: Mapped[datetime | None]
    phone_at: Mapped[datetime | None]
    phone_zone: Mapped[str | None]
    offset_seconds: Mapped[int | None]  # phone clock minus server clock
    received_at: Mapped[datetime]
    position: Mapped[int] = mapped_column(server_default="0")  # in its entry, from 1
    language: Mapped[str]
    source: Mapped[EntrySource]
    reporter: Mapped[str]
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[str | None]


class EntryConflict(Base):
    """The same UUID with different content, kept beside the first. Append-only."""

    __tablename__ = "entry_conflict"
    __table_args__ = (UniqueConstraint("entry_version_id", "content_hash"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_version_id: Mapped[str] = mapped_column(ForeignKey("entry_version.id"))
    answers: Mapped[dict[str, Any]]
    verdict: Mapped[dict[str, Any]]
    content_hash: Mapped[str]
    received_at: Mapped[datetime]


class Handwriting(Base):
    """A sentence written with a finger, of one entry. Append-only.

    ``strokes`` has the form of ``diary.strokes``; no rule reads it.
    """

    __tablename__ = "handwriting"
    __table_args__ = (UniqueConstraint("entry_id", "content_hash"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participant.id"), index=True
    )
    strokes: Mapped[list[Any]]
    content_hash: Mapped[str]
    reporter: Mapped[str]
    received_at: Mapped[datetime]


class CorrectionRequest(Base):
    """A correction of somebody else's entry; the investigator decides on it."""

    __tablename__ = "correction_request"
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    answers: Mapped[dict[str, Any]]
    reason: Mapped[str]
    asked_by: Mapped[str]  # actor kind and id
    asked_at: Mapped[datetime]
    state: Mapped[RequestState]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    entry_version_id: Mapped[str | None] = mapped_column(ForeignKey("entry_version.id"))


class Draft(Base):
    """A diary that somebody is writing; the engine sends it if it is abandoned.

    ``id`` is the UUID that the finished version will carry.
    """

    __tablename__ = "draft"
    __table_args__ = (
        Index(
            "ix_draft_left",
            "updated_at",
            sqlite_where=text("unsent"),
            postgresql_where=text("unsent"),
        ),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participant.id"), index=True
    )
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))
    reporter: Mapped[str]
    language: Mapped[str]
    answers: Mapped[dict[str, Any]]
    asked_again: Mapped[list[Any]]  # fields that the page has asked about a second time
    strokes: Mapped[str | None]  # the unfinished sentence, as in ``diary.strokes``
    unsent: Mapped[bool]  # written since the last version was stored
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
    started_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
