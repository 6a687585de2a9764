"""What a message is for, by which way it goes, and where it and its tries stand."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """By which way a message goes."""

    TEXT = "text"
    CALL = "call"
    EMAIL = "email"


class MessageState(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    IN_FLIGHT = "in_flight"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    REJECTED = "rejected"
    RETRY_WAIT = "retry_wait"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    HELD = "held"


class AttemptState(StrEnum):
    """Where one try at handing a message over stands."""

    IN_FLIGHT = "in_flight"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    RETRY = "retry"
    UNKNOWN = "unknown"  # still being looked up
    ABSENT = "absent"  # proved never to have left
    UNRESOLVED = "unresolved"  # nobody can say; only a receipt may still tell


class Purpose(StrEnum):
    """What a message is for: it decides how much a duplicate or a loss would hurt."""

    ALERT = "alert"
    CODE = "code"
    TASK = "task"
    NOTICE = "notice"
    REMINDER = "reminder"
    ANSWER = "answer"  # to a text that somebody sent us


class InboundKind(StrEnum):
    """What somebody's text was taken for."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    ACK = "ack"
    REPORT = "report"
    WORDS = "words"
    WRONG_NUMBER = "wrong_number"
    UNKNOWN = "unknown"
