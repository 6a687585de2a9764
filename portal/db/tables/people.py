"""Who takes part: sites, staff, participants, caregivers, and how to reach them.

Names and numbers of participants and caregivers stand in ``contact`` only. They can be
erased there without loss of study data.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db.base import Base
from portal.vocabulary.people import ConsentAct, ContactKind, ParticipantStatus

OfParticipant = Annotated[int, mapped_column(ForeignKey("participant.id"), index=True)]
"""The column that says whose a row is."""


class Site(Base):
    """One hospital: its time zone and the numbers to call."""

    __tablename__ = "site"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[dict[str, Any]] = mapped_column(server_default="{}")  # by language
    country: Mapped[str]  # ISO 3166 alpha-2, the default region of phone numbers
    time_zone: Mapped[str]
    duty_line: Mapped[str]
    emergency_number: Mapped[str]
    card_shows: Mapped[str] = mapped_column(server_default="code")  # code, name
    created_at: Mapped[datetime]


class StudyVersion(Base):
    """One version of a study file, kept whole. Append-only."""

    __tablename__ = "study_version"
    __table_args__ = (UniqueConstraint("study_id", "sha256"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[str]
    version: Mapped[str]
    sha256: Mapped[str]
    approved: Mapped[bool]
    # About 200 kB: loaded only on access.
    source: Mapped[str] = mapped_column(deferred=True)  # the base's text, then its own
    compiled: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    loaded_at: Mapped[datetime]


class Staff(Base):
    """A member of the study team. ``role`` is what the person may do."""

    __tablename__ = "staff"
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    username: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str]
    language: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    totp_secret: Mapped[str | None]  # sealed with the portal's key
    totp_since: Mapped[datetime | None]
    totp_window: Mapped[int | None]  # the last one used, because a code works once


class Participant(Base):
    """The person followed up, known by a study code."""

    __tablename__ = "participant"
    __table_args__ = (
        Index(
            "ix_participant_remind_at",
            "remind_at",
            sqlite_where=text("status = 'active'"),
            postgresql_where=text("status = 'active'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    study_version_id: Mapped[int] = mapped_column(ForeignKey("study_version.id"))
    code: Mapped[str] = mapped_column(unique=True)
    d0: Mapped[date]
    language: Mapped[str]  # zh, en
    time_zone: Mapped[str]
    status: Mapped[ParticipantStatus]
    status_at: Mapped[datetime]
    enrolled_at: Mapped[datetime]
    enrolled_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    quiet_from: Mapped[str | None]  # HH:MM in their zone; NULL: the study's hours
    quiet_to: Mapped[str | None]
    reminded_until: Mapped[datetime | None]  # everything due by then is done
    remind_at: Mapped[datetime | None]  # when the next thing is due


class StatusChange(Base):
    """A participant's change of status, with its reason. Append-only."""

    __tablename__ = "status_change"
    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[OfParticipant]
    status: Mapped[ParticipantStatus]
    reason: Mapped[str]
    at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class StudyAdoption(Base):
    """A participant was moved to another version of their study. Append-only."""

    __tablename__ = "study_adoption"
    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[OfParticipant]
    from_version_id: Mapped[int] = mapped_column(ForeignKey("study_version.id"))
    to_version_id: Mapped[int] = mapped_column(ForeignKey("study_version.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[str]
    at: Mapped[datetime]


class DayZeroChange(Base):
    """A participant's D0 was corrected or postponed. Append-only."""

    __tablename__ = "day_zero_change"
    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[OfParticipant]
    before: Mapped[date]
    after: Mapped[date]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[str]
    at: Mapped[datetime]


class EventDay(Base):
    """The day of one event of the study, of one person. Append-only: the newest holds.

    ``day`` NULL: it has not happened after all.
    """

    __tablename__ = "event_day"
    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[OfParticipant]
    event: Mapped[str]
    day: Mapped[date | None]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[str]
    at: Mapped[datetime]


class Caregiver(Base):
    """Somebody whom the participant allows to report, after a consent of their own."""

    __tablename__ = "caregiver"
    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[OfParticipant]
    language: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Consent(Base):
    """A consent given or withdrawn: whose, which version, when. Append-only."""

    __tablename__ = "consent"
    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[OfParticipant]
    caregiver_id: Mapped[int | None] = mapped_column(ForeignKey("caregiver.id"))
    act: Mapped[ConsentAct]
    version: Mapped[str]
    signed_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Contact(Base):
    """A name, number or address of one person; the only table with either.

    A change retires the row and adds one with the next ``version``.
    """

    __tablename__ = "contact"
    __table_args__ = (
        CheckConstraint(
            " + ".join(
                f"CASE WHEN {owner}_id IS NULL THEN 0 ELSE 1 END"
                for owner in ("participant", "caregiver", "staff", "site")
            )
            + " = 1",
            name="one_owner",
        ),
        Index("ix_contact_kind_value", "kind", "value"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int | None] = mapped_column(
        ForeignKey("participant.id"), index=True
    )
    caregiver_id: Mapped[int | None] = mapped_column(
        ForeignKey("caregiver.id"), index=True
    )
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), index=True)
    kind: Mapped[ContactKind]
    value: Mapped[str | None]  # NULL once erased
    version: Mapped[int] = mapped_column(default=1)
    verified_at: Mapped[datetime | None]
    broken_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Stay(Base):
    """Days in hospital; a re-admission is another stay."""

    __tablename__ = "stay"
    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[OfParticipant]
    admitted_on: Mapped[date]
    discharged_on: Mapped[date | None]
    here_on: Mapped[date | None]  # the last day confirmed as "still here"


class Shift(Base):
    """Who has which duty from when to when (``ends_at`` NULL: until further notice).

    While an ``override`` runs, the duty's usual shifts do not count.
    """

    __tablename__ = "shift"
    __table_args__ = (
        Index("ix_shift_site_id_role_starts_at", "site_id", "role", "starts_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    duty: Mapped[str] = mapped_column("role")
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    override: Mapped[bool] = mapped_column(default=False, server_default=false())
