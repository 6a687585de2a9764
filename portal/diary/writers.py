"""Who writes a diary, on which phone, and what that phone's clock showed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal import audit

CHANGED_AFTERWARDS = "answered otherwise after sending"
"""The reason of a correction that nobody gave: the portal's own words."""


@dataclass(frozen=True)
class Writer:
    """Who writes: reporter (self, caregiver), language, actor, and the phone.

    ``stated_at`` says when it was written, where that was not now; ``phone_at`` and
    ``phone_zone`` what the phone's clock showed when it was sent.
    """

    reporter: str
    language: str
    actor: audit.Actor
    device_id: int | None = None
    stated_at: datetime | None = None
    phone_at: datetime | None = None
    phone_zone: str | None = None
