"""The built-in default: texts and calls go to simulated phones and to the log."""

from __future__ import annotations

import logging
from typing import Protocol

from portal.messages.gateways.gateway import Capabilities, Outgoing, SoughtMessage
from portal.messages.gateways.outcomes import Accepted, FoundMessage, Outcome, Status
from portal.phone_numbers import masked

log = logging.getLogger(__name__)


class Handsets(Protocol):
    """Where simulated phones store what reaches them."""

    def deliver(self, outgoing: Outgoing) -> str:
        """Store it on the phone; return its id, the same for a repeated reference."""
        ...

    def find(self, reference: str) -> str | None:
        """The id of what was delivered under ``reference``."""
        ...


class LogGateway:
    """A provider that never fails and reaches no real phone."""

    name = "log"
    capabilities = Capabilities(
        local=True,
        two_way=True,
        receipts=True,
        find_by_reference=True,
        voice=True,
        voice_keypress=True,
        links=False,
        texts_per_day=200,
        calls_per_day=200,
    )

    def __init__(self, handsets: Handsets) -> None:
        self._handsets = handsets

    def send(self, outgoing: Outgoing) -> Outcome:
        """Deliver to the simulated phone at once."""
        provider_id = self._handsets.deliver(outgoing)
        log.info(
            "%s to %s delivered to its simulated phone",
            outgoing.channel,
            masked(outgoing.number),
        )
        return Accepted(provider_id, delivered=True)

    def find(self, sought: SoughtMessage) -> FoundMessage | None:
        """Look on the simulated phones, which store our reference."""
        provider_id = self._handsets.find(sought.reference)
        return FoundMessage(provider_id, Status.DELIVERED) if provider_id else None
