"""The states of a visit."""

from __future__ import annotations

from enum import StrEnum


class VisitState(StrEnum):
    """The state of a visit: planned from D0, then booked, then its outcome."""

    PLANNED = "planned"
    BOOKED = "booked"
    ATTENDED = "attended"
    MISSED = "missed"
    CANCELLED = "cancelled"
