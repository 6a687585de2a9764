"""How a provider may answer, as values: the class of an answer decides what may follow.

They stand in the core because the rules on resending read them; a gateway makes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

BLOTTED = "******"  # in looked-for words: a value that is no longer kept


class ProviderTrouble(StrEnum):
    """What an answer says beyond its one message: staff must be told of it."""

    OPTED_OUT = "opted_out"  # the number said STOP: texts to it are refused
    CANNOT_TEXT = "cannot_text"  # a landline: it can be called, not texted
    PROVIDER = "provider"  # our account is refused: nothing leaves at all


@dataclass(frozen=True)
class Accepted:
    """The provider took it; ``provider_id`` is its name for it.

    ``delivered`` says that it reached the phone at once, which few providers know.
    """

    provider_id: str
    delivered: bool = False


@dataclass(frozen=True)
class Rejected:
    """Final: nothing was sent, and the same again would be refused again."""

    reason: str
    contact_broken: bool = False
    trouble: ProviderTrouble | None = None


@dataclass(frozen=True)
class NotSent:
    """Surely not sent (refused before writing, or told to wait): may be tried again."""

    reason: str
    wait_seconds: float
    trouble: ProviderTrouble | None = None


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


class Failure(StrEnum):
    """Why something that was taken did not arrive, where the provider says so."""

    TEMPORARY = "temporary"  # the phone or its network was away for a while
    CANNOT_TEXT = "cannot_text"  # no phone that takes texts stands behind the number


@dataclass(frozen=True)
class FoundMessage:
    """A message the provider knows under our reference."""

    provider_id: str
    status: Status
    failure: Failure | None = None
