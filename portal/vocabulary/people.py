"""Who takes part, where they stand, and how they are reached."""

from __future__ import annotations

from enum import StrEnum


class ParticipantStatus(StrEnum):
    """Where a participant stands in the study; only the active are reminded."""

    ACTIVE = "active"
    PAUSED = "paused"
    WITHDRAWN = "withdrawn"
    DIED = "died"
    TRANSFERRED = "transferred"
    COMPLETED = "completed"


class ContactKind(StrEnum):
    """What a contact holds of a person."""

    NAME = "name"
    MOBILE = "mobile"
    EMAIL = "email"


class ActorKind(StrEnum):
    """Who acts, as the audit tells them apart."""

    STAFF = "staff"
    PARTICIPANT = "participant"
    CAREGIVER = "caregiver"
    SIREN = "siren"
    ENGINE = "engine"
    OPERATOR = "operator"
