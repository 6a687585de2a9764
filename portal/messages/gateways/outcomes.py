"""How a provider may answer, as values: the class of an answer decides what may follow.

Gateways make them; the rules on resending read them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

BLOTTED = "******"  # in the words of a look-up: a value that is no longer stored


class ProviderTrouble(StrEnum):
    """A problem beyond the one message, which staff must know."""

    OPTED_OUT = "opted_out"  # the number said STOP: texts to it are refused
    CANNOT_TEXT = "cannot_text"  # a landline: calls work, texts do not
    PROVIDER = "provider"  # our account is refused: nothing can be sent


@dataclass(frozen=True)
class Accepted:
    """The provider accepted it; ``provider_id`` is its id for the message.

    ``delivered``: it has reached the phone already, which few providers know at once.
    """

    provider_id: str
    delivered: bool = False


@dataclass(frozen=True)
class Rejected:
    """Final: nothing was sent, and a repeat would be refused too."""

    reason: str
    contact_broken: bool = False
    trouble: ProviderTrouble | None = None


@dataclass(frozen=True)
class NotSent:
    """Certainly not sent (refused before writing, or told to wait): can be retried."""

    reason: str
    wait_seconds: float
    trouble: ProviderTrouble | None = None


@dataclass(frozen=True)
class Unclear:
    """It may or may not have been sent: it must be looked up first."""

    reason: str


Outcome = Accepted | Rejected | NotSent | Unclear


class Status(StrEnum):
    """How far a message has come, as the provider says."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"


class Failure(StrEnum):
    """Why an accepted message did not arrive, if the provider says so."""

    TEMPORARY = "temporary"  # the phone or its network was away for a while
    CANNOT_TEXT = "cannot_text"  # the number has no phone that receives texts


@dataclass(frozen=True)
class FoundMessage:
    """A message that the provider knows under our reference."""

    provider_id: str
    status: Status
    failure: Failure | None = None
