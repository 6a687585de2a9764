"""Why the messages of an installation are held."""

from __future__ import annotations

from enum import StrEnum


class HoldReason(StrEnum):
    """What an installation came from before its messages were held."""

    RESTORED = "restored"
    MOVED = "moved"
