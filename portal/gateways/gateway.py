"""What a provider of texts and calls must be able to do, and how it may answer.

Answers are values, never exceptions: the outcome class decides what may be done
next, and nothing above this door knows a vendor's codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


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
    """One message on its way out: E.164 number, channel, words, our reference."""

    reference: str
    channel: str  # text, call
    number: str
    body: str
    language: str
    sent_at: datetime


@dataclass(frozen=True)
class Accepted:
    """The provider took it; ``provider_id`` is its name for it."""

    provider_id: str


@dataclass(frozen=True)
class Rejected:
    """Final: nothing was sent, and the same again would be refused again."""

    reason: str
    contact_broken: bool = False


@dataclass(frozen=True)
class NotSent:
    """Surely not sent (refused before writing, or told to wait): may be tried again."""

    reason: str
    wait_seconds: float


@dataclass(frozen=True)
class Unclear:
    """It may have been sent or not: look it up before doing anything else."""

    reason: str


Outcome = Accepted | Rejected | NotSent | Unclear


class Status(StrEnum):
    """How far a message has come, as the provider says."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"


@dataclass(frozen=True)
class Found:
    """A message the provider knows under our reference."""

    provider_id: str
    status: Status


class Gateway(Protocol):
    """The one door. ``send`` and ``find`` do network I/O: no transaction is open."""

    name: str
    capabilities: Capabilities

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand one message over, once, without retrying."""
        ...

    def find(self, reference: str) -> Found | None:
        """The message with our reference, or None where the provider has none.

        Raises:
            LookupFailed: the provider could not be asked.
        """
        ...


class LookupFailed(Exception):
    """The provider gave no answer to a look-up; nothing is known."""
