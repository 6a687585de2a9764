"""How people get in: codes, enrolled phones, sessions, and the limits on trying."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.db.base import Base


class Challenge(Base):
    """A request for a sign-in code for a number; also stored for unknown numbers.

    ``handle`` belongs to the browser that asked. ``number_key`` and ``code_hash`` are
    keyed hashes, so the row alone tells nothing.
    """

    __tablename__ = "challenge"
    id: Mapped[int] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(unique=True)
    number_key: Mapped[str] = mapped_column(index=True)
    code_hash: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class PaperCode(Base):
    """A sign-in code that staff hand out on paper: for one person, one phone, one use.

    Only its keyed hash is stored; a newer code of the same person ends it.
    """

    __tablename__ = "paper_code"
    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participant.id"), index=True
    )
    caregiver_id: Mapped[int | None] = mapped_column(ForeignKey("caregiver.id"))
    code_hash: Mapped[str] = mapped_column(unique=True)
    made_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # a newer code replaced it


class Device(Base):
    """An enrolled phone: it may add entries for one participant and may read nothing.

    With its owner's PIN it may also show what the owner may read.
    """

    __tablename__ = "device"
    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participant.id"), index=True
    )
    caregiver_id: Mapped[int | None] = mapped_column(ForeignKey("caregiver.id"))
    secret_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    kind: Mapped[str] = mapped_column(default="phone")  # android, iphone, computer
    pin_hash: Mapped[str | None]  # argon2id
    pin_since: Mapped[datetime | None]
    handed_to_id: Mapped[int | None] = mapped_column(index=True)
    """The row that took this one's place when somebody else signed in on the phone."""


class CalendarFeed(Base):
    """A private address at which a calendar app gets one person's appointments.

    Anybody who knows the address can read them, so it shows nothing else. Only its hash
    is stored, and a newer address of the same person ends it.
    """

    __tablename__ = "calendar_feed"
    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participant.id"), index=True
    )
    caregiver_id: Mapped[int | None] = mapped_column(ForeignKey("caregiver.id"))
    secret_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class LoginSession(Base):
    """Somebody signed in. Exactly one of staff and participant is set."""

    __tablename__ = "login_session"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    participant_id: Mapped[int | None] = mapped_column(
        ForeignKey("participant.id"), index=True
    )
    caregiver_id: Mapped[int | None] = mapped_column(ForeignKey("caregiver.id"))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Try(Base):
    """One try at something limited; ``key`` is a keyed hash of a number or address."""

    __tablename__ = "try"
    __table_args__ = (Index("ix_try_kind_key_at", "kind", "key", "at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    at: Mapped[datetime]


class Siren(Base):
    """A ward's screen that rings; it may see codes and tiers of one site's alerts.

    ``secret_hash`` is at first the hash of the set-up code, which works once, and then
    that of the screen's credential. All times are real time.
    """

    __tablename__ = "siren"
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    name: Mapped[str]
    secret_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    opened_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    armed: Mapped[bool] = mapped_column(default=False)
    revoked_at: Mapped[datetime | None]
