"""What a provider of texts and calls must be able to do, and how it may answer.

Answers are values, never exceptions: the class of the outcome decides what may be done
next. No code above the gateways knows a vendor's codes.
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

    ``local``: nothing it accepts leaves this machine. A copy of a database may send
    only by such a provider; a gateway that is not sure says False.
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
    """One message to send: E.164 number or e-mail address, words, our reference.

    ``seconds`` is how long the provider may take: ``send`` gives up before that.
    ``valid_seconds`` is for how long the message is of use; None: without limit.
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
    """A message that may have been handed over: all by which a provider can find it.

    ``body`` may have values blotted out, each as ``BLOTTED``. ``seconds_ago`` is the
    time since the request began, so that the provider's clock need not agree with ours.
    ``taken`` are the provider's ids of our other messages.
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
    """How far a message has come, as the provider answers when asked.

    ``raw`` is the answer without numbers and words.
    """

    provider_id: str
    status: Status
    raw: Mapping[str, str]
    failure: Failure | None = None


@dataclass(frozen=True)
class Incoming:
    """A text that somebody sent to us; ``sender`` is an E.164 number."""

    provider_id: str
    sender: str
    body: str


class Gateway(Protocol):
    """A provider. ``send`` and ``find`` use the network: no transaction may be open."""

    name: str
    capabilities: Capabilities

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand over one message once, without retrying, within its ``seconds``.

        A repeat sends again. It never raises: every failure is an ``Outcome``.
        """
        ...

    def find(self, sought: SoughtMessage) -> FoundMessage | None:
        """The message as the provider knows it, or None if it has none.

        Raises:
            LookupFailed: the provider could not be asked.
        """
        ...


@runtime_checkable
class Reporting(Protocol):
    """A provider that can be polled: its answers count, callbacks only come sooner."""

    name: str

    def report(self, channel: str, provider_id: str, seconds: float) -> StatusReport:
        """How far a message has come; waits at most ``seconds``.

        Raises:
            LookupFailed: the provider could not be asked.
        """
        ...

    def inbox(self, since: datetime, seconds: float) -> Sequence[Incoming]:
        """The texts since ``since``, oldest first; waits at most ``seconds``.

        Raises:
            LookupFailed: the provider could not be asked.
        """
        ...


@runtime_checkable
class Signing(Protocol):
    """A provider that signs its requests to our hooks."""

    name: str

    def vouches(
        self, url: str, fields: Mapping[str, Sequence[str]], signature: str
    ) -> bool:
        """Whether the provider signed all of ``fields`` for exactly this address."""
        ...


class LookupFailed(Exception):
    """The provider did not answer a look-up; nothing is known."""


def on_this_machine(host: str | None) -> bool:
    """Whether a host is this machine itself, not another one in its network."""
    return host in LOCAL
