"""What Twilio's answers and statuses mean: by HTTP status first, by code second.

Its error codes change without notice, so a code only refines what the HTTP status has
decided. https://www.twilio.com/docs/api/errors
"""

from __future__ import annotations

from portal.messages.gateways.outcomes import (
    Failure,
    NotSent,
    Outcome,
    ProviderTrouble,
    Rejected,
    Status,
    Unclear,
)

BUSY_SECONDS = 5.0  # when told to wait, without a duration
LONGEST_WAIT = 3600.0
ACCOUNT_SECONDS = 60.0  # until a refused account is tried again
ACCOUNT = frozenset({401, 403, 404, 407})  # never about a single message
MAYBE_DONE = frozenset({408, 409, 425})  # may come from a proxy; nothing is certain
NO_SUCH_NUMBER = frozenset({13223, 13224, 21211, 21217, 21401, 21421})
NOT_TEXTABLE = frozenset({21614})
AWAY = frozenset({"30001", "30003", "30008"})  # queue full, unreachable, unknown
NO_PHONE = frozenset({"30005", "30006"})  # unknown number, landline
OPTED_OUT = frozenset({21610})

TEXTS = {
    "delivered": Status.DELIVERED,
    "read": Status.DELIVERED,
    "undelivered": Status.UNDELIVERED,
    "failed": Status.UNDELIVERED,
    "canceled": Status.UNDELIVERED,
}
CALLS = {
    "completed": Status.DELIVERED,
    "busy": Status.UNDELIVERED,
    "no-answer": Status.UNDELIVERED,
    "failed": Status.UNDELIVERED,
    "canceled": Status.UNDELIVERED,
}


def outcome_of(status: int, code: int | None, retry_after: str | None) -> Outcome:
    """The class of a refusal, from its HTTP status, code and Retry-After header."""
    said = f"HTTP {status}" if code in (None, status) else f"HTTP {status}, {code}"
    if status == 429:
        return NotSent(f"told to wait ({said})", _seconds(retry_after))
    if status in ACCOUNT:
        reason = f"the account is refused ({said})"
        return NotSent(reason, ACCOUNT_SECONDS, ProviderTrouble.PROVIDER)
    if not 400 <= status < 500 or status in MAYBE_DONE:
        return Unclear(said)
    if code in OPTED_OUT:
        return Rejected(
            f"the number opted out ({said})", trouble=ProviderTrouble.OPTED_OUT
        )
    if code in NOT_TEXTABLE:
        return Rejected(
            f"it takes no texts ({said})", trouble=ProviderTrouble.CANNOT_TEXT
        )
    return Rejected(f"refused ({said})", contact_broken=code in NO_SUCH_NUMBER)


def _seconds(retry_after: str | None) -> float:
    try:
        asked = float(retry_after or BUSY_SECONDS)
    except ValueError:  # a date: rare, so assume a minute
        asked = ACCOUNT_SECONDS
    return min(max(asked, 0.0), LONGEST_WAIT) if asked == asked else BUSY_SECONDS


def text_status(word: str) -> Status:
    """How far a text is; an unknown status only means that it was accepted."""
    return TEXTS.get(word, Status.ACCEPTED)


def failure_of(code: str | None) -> Failure | None:
    """Why a text did not arrive, by the code of its receipt; None: a final failure.

    For a reminder an unknown code is final, like blocked (30004) and filtered (30007).
    An alert goes out by another channel for every code.
    """
    if code in AWAY:
        return Failure.TEMPORARY
    return Failure.CANNOT_TEXT if code in NO_PHONE else None


def call_status(word: str, answered_by: str | None) -> Status:
    """How far a call is; a call that a machine answered reached nobody."""
    if word == "completed" and is_machine(answered_by):
        return Status.UNDELIVERED
    return CALLS.get(word, Status.ACCEPTED)


def is_machine(answered_by: str | None) -> bool:
    """Whether an answering machine or a fax answered; unknown counts as a person."""
    return (answered_by or "").startswith(("machine", "fax"))
