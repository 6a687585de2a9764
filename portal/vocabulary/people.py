"""Who takes part, their status, and how they are reached."""

from __future__ import annotations

from enum import StrEnum


class ParticipantStatus(StrEnum):
    """A participant's status in the study; only active ones are reminded."""

    ACTIVE = "active"
    PAUSED = "paused"
    WITHDRAWN = "withdrawn"
    DIED = "died"
    TRANSFERRED = "transferred"
    COMPLETED = "completed"


class ReporterKind(StrEnum):
    """Who filled in a report: the participant, or a caregiver for them."""

    SELF = "self"
    CAREGIVER = "caregiver"


class ConsentAct(StrEnum):
    """What somebody did with a consent; a caregiver's ends by being withdrawn."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class ContactKind(StrEnum):
    """What a contact row holds: a name, a number or an address."""

    NAME = "name"
    MOBILE = "mobile"
    EMAIL = "email"


class ActorKind(StrEnum):
    """The kinds of actors in the audit."""

    STAFF = "staff"
    PARTICIPANT = "participant"
    CAREGIVER = "caregiver"
    SIREN = "siren"
    ENGINE = "engine"
    OPERATOR = "operator"
