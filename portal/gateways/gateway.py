"""What a provider of texts and calls must be able to do, and how it may answer.

Answers are values, never exceptions: the outcome class decides what may be done
next, and nothing above this door knows a vendor's codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from portal.core.outcome import (
    Accepted,
    Found,
    NotSent,
    Outcome,
    Rejected,
    Status,
    Unclear,
)

__all__ = [
    "Accepted",
    "Capabilities",
    "Found",
    "Gateway",
    "LookupFailed",
    "NotSent",
    "Outcome",
    "Outgoing",
    "Rejected",
    "Status",
    "Unclear",
]


@dataclass(frozen=True)
class Capabilities:
    """What a provider can do. Caps are messages per number in 24 hours."""

    two_way: bool
    receipts: bool
    find_by_reference: bool
    voice: bool
    voice_keypress: bool
    links: bool
    texts_per_day: int
    calls_per_day: int


@dataclass(frozen=True)
class Outgoing:
    """One message on its way out: E.164 number, channel, words, our reference.

    ``seconds`` is how long the provider may take: ``send`` gives up before it ends.
    """

    reference: str
    channel: str  # text, call
    number: str
    body: str
    language: str
    sent_at: datetime
    seconds: float = 8.0


class Gateway(Protocol):
    """The one door. ``send`` and ``find`` do network I/O: no transaction is open."""

    name: str
    capabilities: Capabilities

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand one message over, once, without retrying, within its ``seconds``."""
        ...

    def find(self, reference: str) -> Found | None:
        """The message with our reference, or None where the provider has none.

        Raises:
            LookupFailed: the provider could not be asked.
        """
        ...


class LookupFailed(Exception):
    """The provider gave no answer to a look-up; nothing is known."""
