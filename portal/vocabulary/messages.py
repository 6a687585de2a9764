"""What a message is for, its channel, its state and the states of its attempts."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """How a message is sent."""

    TEXT = "text"
    CALL = "call"
    EMAIL = "email"


class MessageState(StrEnum):
    """The state of a message."""

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
    """The state of one attempt to hand a message to a provider."""

    IN_FLIGHT = "in_flight"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    RETRY = "retry"
    UNKNOWN = "unknown"  # still being looked up
    ABSENT = "absent"  # proved never sent
    UNRESOLVED = "unresolved"  # not known; only a receipt can still tell


class Purpose(StrEnum):
    """What a message is for; this decides how harmful a duplicate or a loss is."""

    ALERT = "alert"
    CODE = "code"
    TASK = "task"
    NOTICE = "notice"
    REMINDER = "reminder"
    ANSWER = "answer"  # to a text that somebody sent us


class OptOutAct(StrEnum):
    """What was said of the texts to a number; the newest act counts."""

    STOP = "stop"
    START = "start"


class OptOutSource(StrEnum):
    """Who said it. ``WRONG``: whoever has the number, that it belongs to somebody else."""

    TEXT = "text"
    PROVIDER = "provider"
    STAFF = "staff"
    WRONG = "wrong"


class InboundKind(StrEnum):
    """How a text that came in was understood."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    ACK = "ack"
    REPORT = "report"
    WORDS = "words"
    WRONG_NUMBER = "wrong_number"
    UNKNOWN = "unknown"
