"""The state of an alert, and what may happen to it."""

from __future__ import annotations

from enum import StrEnum


class AlertState(StrEnum):
    """The state of an alert; only a person's acknowledgement stops its ladder."""

    OPEN = "open"
    ACKED = "acked"
    CLOSED = "closed"


class Happening(StrEnum):
    """The kinds of events in an alert's log."""

    OPENED = "opened"
    JOINED = "joined"
    RAISED = "raised"
    REARMED = "rearmed"
    PAGED = "paged"
    NOBODY_ON_CALL = "nobody_on_call"
    PAGED_CATCH_ALL = "paged_catch_all"
    NO_CATCH_ALL = "no_catch_all"
    NO_CONTACT = "no_contact"
    NO_TEXTS = "no_texts"
    CAPPED = "capped"
    SIREN_RINGS = "siren_rings"
    PARTICIPANT_TOLD = "participant_told"
    ACKNOWLEDGED = "acknowledged"
    HANDED_OVER = "handed_over"
    CALL_PLANNED = "call_planned"
    CORRECTED = "corrected"
    DIARY_MISSING = "diary_missing"
    CLOSED = "closed"


LADDER_MOVES = (
    Happening.PAGED,
    Happening.NOBODY_ON_CALL,
    Happening.REARMED,
    Happening.RAISED,
)
"""The events that say how far an alert's ladder has come."""
