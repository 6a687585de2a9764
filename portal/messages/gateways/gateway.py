"""What a provider of texts and calls must be able to do, and how it may answer.

Answers are values, never exceptions: the outcome class decides what may be done
next, and nothing above this door knows a vendor's codes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from portal.messages.gateways.outcomes import Failure, FoundMessage, Outcome, Status
from portal.vocabulary.messages import Channel

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Capabilities:
    """What a provider can do. Caps are messages per number in 24 hours.

    ``local``: nothing it takes leaves this machine. Only that may be handed a message
    by a copy; who is not sure says False.
    """

    local: bool
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
    """One message on its way out: E.164 number or address, words, our reference.

    ``seconds`` is how long the provider may take: ``send`` gives up before it ends.
    ``valid_seconds`` is for how long it is of use; None: until it arrives.
    """

    reference: str
    channel: Channel
    number: str
    body: str
    language: str
    sent_at: datetime
    seconds: float = 8.0
    valid_seconds: int | None = None


@dataclass(frozen=True)
class SoughtMessage:
    """What may have been handed over: all that a provider could know it by.

    ``body`` may have values blotted out, each as ``BLOTTED``. ``seconds_ago`` is when
    the call began, so that the provider's clock need not agree with ours. ``taken``
    are the provider's names of other messages of ours.
    """

    reference: str
    channel: Channel
    number: str
    body: str
    seconds_ago: float
    taken: frozenset[str] = frozenset()
    seconds: float = 8.0


@dataclass(frozen=True)
class StatusReport:
    """How far a message has come, as a provider says when it is asked.

    ``raw`` is what it said, without numbers and words.
    """

    provider_id: str
    status: Status
    raw: Mapping[str, str]
    failure: Failure | None = None


@dataclass(frozen=True)
class Incoming:
    """A text that somebody sent to us; ``sender`` is E.164."""

    provider_id: str
    sender: str
    body: str


class Gateway(Protocol):
    """The one door. ``send`` and ``find`` do network I/O: no transaction is open."""

    name: str
    capabilities: Capabilities

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand one message over, once, without retrying, within its ``seconds``."""
        ...

    def find(self, sought: SoughtMessage) -> FoundMessage | None:
        """The message as the provider knows it, or None where it has none.

        Raises:
            LookupFailed: the provider could not be asked.
        """
        ...


@runtime_checkable
class Reporting(Protocol):
    """A provider that can be asked later: polling is the truth, callbacks are hints."""

    name: str

    def report(self, channel: str, provider_id: str, seconds: float) -> StatusReport:
        """How far a message has come.

        Raises:
            LookupFailed: the provider could not be asked.
        """
        ...

    def inbox(self, since: datetime, seconds: float) -> Sequence[Incoming]:
        """The texts that came in from ``since`` on, oldest first.

        Raises:
            LookupFailed: the provider could not be asked.
        """
        ...


@runtime_checkable
class Signing(Protocol):
    """A provider that signs what it sends to our hooks."""

    name: str

    def vouches(
        self, url: str, fields: Mapping[str, Sequence[str]], signature: str
    ) -> bool:
        """Whether it signed all of ``fields`` for exactly this address."""
        ...


class LookupFailed(Exception):
    """The provider gave no answer to a look-up; nothing is known."""


def on_this_machine(host: str | None) -> bool:
    """Whether a host is this machine itself, whoever else is in its network."""
    return host in LOCAL
