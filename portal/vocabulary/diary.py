"""What of an entry came in, and where a correction of it stands."""

from __future__ import annotations

from enum import StrEnum


class VersionKind(StrEnum):
    """What of an entry a version holds; a diary is done with the complete one."""

    RED_FLAGS = "red_flags"
    PARTIAL = "partial"
    COMPLETE = "complete"
    CORRECTION = "correction"


class KeptKind(StrEnum):
    """What a phone kept while it had no network; ``SCREEN`` is a diary so far."""

    RED_FLAGS = "red_flags"
    SCREEN = "screen"
    COMPLETE = "complete"


class RequestState(StrEnum):
    """Where a correction of somebody else's entry stands: the investigator decides."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
