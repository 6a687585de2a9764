"""How an entry came in, which part of it, and the state of a correction."""

from __future__ import annotations

from enum import StrEnum


class EntrySource(StrEnum):
    """How answers came in. ``JOURNAL``: read from the file kept during an outage."""

    APP = "app"
    TEXT = "text"
    PHONE = "phone"
    STAFF = "staff"
    JOURNAL = "journal"


class VersionKind(StrEnum):
    """Which part of an entry a version holds; a ``complete`` one ends the diary."""

    RED_FLAGS = "red_flags"
    PARTIAL = "partial"
    COMPLETE = "complete"
    CORRECTION = "correction"


class KeptKind(StrEnum):
    """What a phone kept while it had no network; ``SCREEN`` is an unfinished diary."""

    RED_FLAGS = "red_flags"
    SCREEN = "screen"
    COMPLETE = "complete"


class RequestState(StrEnum):
    """The state of a correction of somebody else's entry; the investigator decides."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
