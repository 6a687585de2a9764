"""Which provider serves which channel: one gateway in front of several.

Texts and calls go to the usual provider; a channel named here has a provider of its
own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from portal.messages.gateways.gateway import (
    Capabilities,
    Gateway,
    Outgoing,
    SoughtMessage,
)
from portal.messages.gateways.outcomes import FoundMessage, Outcome, Rejected


class Channels:
    """The usual provider, and others for single channels (``email=...``)."""

    def __init__(self, usual: Gateway, **others: Gateway) -> None:
        self._usual = usual
        self._others: Mapping[str, Gateway] = others
        self.name = usual.name
        self.capabilities = usual.capabilities

    def serving(self, channel: str) -> Gateway:
        """The provider of a channel."""
        return self._others.get(channel, self._usual)

    @property
    def elsewhere(self) -> Mapping[str, str]:
        """Channels that the usual provider does not serve, with their providers."""
        return {channel: gateway.name for channel, gateway in self._others.items()}

    def send(self, outgoing: Outgoing) -> Outcome:
        """See ``Gateway``."""
        return self.serving(outgoing.channel).send(outgoing)

    def find(self, sought: SoughtMessage) -> FoundMessage | None:
        """See ``Gateway``."""
        return self.serving(sought.channel).find(sought)


class Nobody:
    """Serves a channel that was not set up: refuses everything, with the reason."""

    capabilities = Capabilities(
        local=True,
        two_way=False,
        receipts=False,
        find_by_reference=False,
        voice=False,
        voice_keypress=False,
        links=False,
        texts_per_day=0,
        calls_per_day=0,
    )

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self._reason = reason

    def send(self, _outgoing: Outgoing) -> Outcome:
        """Refuse it finally."""
        return Rejected(self._reason)

    def find(self, _sought: SoughtMessage) -> FoundMessage | None:
        """None: nothing was ever sent."""
        return None


def serving(gateway: Gateway, channel: str) -> Gateway:
    """The provider behind ``gateway`` that serves a channel."""
    return gateway.serving(channel) if isinstance(gateway, Channels) else gateway


def elsewhere(gateway: Gateway) -> Mapping[str, str]:
    """Channels that another provider than ``gateway.name`` serves, with its name."""
    return gateway.elsewhere if isinstance(gateway, Channels) else {}


def abilities(gateway: Gateway, channel: str) -> Capabilities:
    """What the provider of a channel can do; ``voice``: whether any can call."""
    own = serving(gateway, channel).capabilities
    return replace(own, voice=gateway.capabilities.voice)
