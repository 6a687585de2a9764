"""The states of a message, and which may follow which answer.

The most important rule: a message that may have been sent is looked up before it is
sent again. If this stays unclear, an alert goes out by another channel, a reminder
stays unconfirmed and is shown to staff, and a code is not sent again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from portal.messages.gateways.outcomes import (
    Accepted,
    Failure,
    NotSent,
    Outcome,
    ProviderTrouble,
    Rejected,
    Status,
    Unclear,
)
from portal.vocabulary.alerts import AlertState
from portal.vocabulary.messages import AttemptState, Channel, MessageState, Purpose
from portal.vocabulary.people import ParticipantStatus

MAX_TRIES = 5  # for messages that were proved not sent
EMPTY_LOOKUPS = 2  # that prove that nothing was sent
LONGEST_BACKOFF = 60.0  # seconds; a longer wait only if the provider asks for it
PATIENCE_OF_ALERTS = 5.0  # seconds; after a longer wait another channel is tried
SETTLE_FACTOR = 20  # messages other than alerts and codes wait longer for a look-up
LOOKUP_PATIENCE = timedelta(minutes=10)  # while the provider cannot be asked
STALE = timedelta(days=1)  # a message without ``not_after`` is of no use after that
AGAIN = ":again"
OPTED_OUT = "opted out"
WAITING = (MessageState.QUEUED, MessageState.RETRY_WAIT)
OPEN_ATTEMPTS = (AttemptState.IN_FLIGHT, AttemptState.UNKNOWN)
ONLY_WHILE_ACTIVE = (Purpose.REMINDER, Purpose.NOTICE)
FOLLOWED = (None, ParticipantStatus.ACTIVE)  # None: about no participant


@dataclass(frozen=True)
class LastLook:
    """What is checked again at the moment a message would leave."""

    purpose: Purpose
    created_at: datetime
    not_after: datetime | None
    alert_state: AlertState | None
    participant_status: ParticipantStatus | None
    contact_current: bool
    contact_broken: bool
    opted_out: bool = False  # it is a text, and its number opted out


@dataclass(frozen=True)
class StoppedMessage:
    """The new state of a message that must not leave, and the reason."""

    state: MessageState
    reason: str


@dataclass(frozen=True)
class NextState:
    """The states of a message and its attempt after an answer, and further actions.

    ``wait_seconds`` is the pause before the next try. ``another_channel``,
    ``once_more_later`` and ``tell_staff`` say what else to do for the recipient.
    """

    attempt: AttemptState
    message: MessageState
    reason: str = ""
    wait_seconds: float = 0.0
    another_channel: bool = False
    once_more_later: bool = False
    tell_staff: bool = False
    contact_broken: bool = False
    trouble: ProviderTrouble | None = None


def call_seconds(purpose: Purpose) -> float:
    """How long one request to the provider may take, in real seconds."""
    return 8.0 if purpose is Purpose.ALERT else 30.0


def settle_seconds(purpose: Purpose, setting: float) -> float:
    """Real seconds to wait before a look-up, until a request under way has ended."""
    hurried = purpose in (Purpose.ALERT, Purpose.CODE)
    return setting if hurried else setting * SETTLE_FACTOR


def stop_before_sending(standing: LastLook, moment: datetime) -> StoppedMessage | None:
    """Why a message is no longer wanted at ``moment``; None: it may leave.

    Withdrawal stops messages to the participant; pages to staff about an open alert
    continue. STOP stops texts of every kind; calls continue.
    """
    cancelled = MessageState.CANCELLED
    calls_for_pages = standing.alert_state in (None, AlertState.OPEN)
    if standing.purpose is Purpose.ALERT and not calls_for_pages:
        return StoppedMessage(cancelled, "acknowledged")
    status = standing.participant_status
    if standing.purpose in ONLY_WHILE_ACTIVE and status not in FOLLOWED:
        return StoppedMessage(cancelled, f"the participant is {status}")
    if not standing.contact_current:
        return StoppedMessage(cancelled, "the contact changed")
    if standing.contact_broken:
        return StoppedMessage(cancelled, "the contact does not work")
    if standing.opted_out:
        return StoppedMessage(cancelled, OPTED_OUT)
    if moment > (standing.not_after or standing.created_at + STALE):
        return StoppedMessage(MessageState.EXPIRED, "too late to be of use")
    return None


def after_outcome(outcome: Outcome, purpose: Purpose, tries: int) -> NextState:
    """The next state after an answer to the ``tries``-th try."""
    match outcome:
        case Accepted():
            delivered = outcome.delivered
            state = MessageState.DELIVERED if delivered else MessageState.ACCEPTED
            return NextState(AttemptState.ACCEPTED, state)
        case Rejected():
            return _refused(outcome, purpose)
        case NotSent():
            doubled = 2.0 ** min(tries, 16)  # many tries would overflow
            wait = max(outcome.wait_seconds, min(doubled, LONGEST_BACKOFF))
            return NextState(
                AttemptState.RETRY,
                MessageState.RETRY_WAIT,
                outcome.reason,
                wait_seconds=wait,
                another_channel=purpose is Purpose.ALERT and wait >= PATIENCE_OF_ALERTS,
                trouble=outcome.trouble,
            )
        case Unclear():
            return NextState(AttemptState.UNKNOWN, MessageState.UNKNOWN, outcome.reason)
        case _:
            assert_never(outcome)


def after_empty_lookup(purpose: Purpose, empty: int, tries: int) -> NextState | None:
    """The next state after a look-up that found nothing; None: look once more.

    ``empty`` counts the look-ups that found nothing, including this one. Two of them
    prove that nothing was sent; sending again is then no duplicate.
    """
    if empty < EMPTY_LOOKUPS:
        return None
    if purpose is Purpose.CODE:
        return _lost(AttemptState.ABSENT, "a code is not sent again", purpose)
    if tries >= MAX_TRIES:
        return _lost(AttemptState.ABSENT, f"given up after {tries} tries", purpose)
    return NextState(AttemptState.ABSENT, MessageState.QUEUED, "proved not sent")


def after_failed_lookup(purpose: Purpose, waited: timedelta) -> NextState | None:
    """The next state if the provider could not be asked; None: ask again later.

    ``waited`` is real time since the request began. An alert does not wait.
    """
    if purpose is not Purpose.ALERT and waited < LOOKUP_PATIENCE:
        return None
    return unresolved(purpose)


def unresolved(purpose: Purpose) -> NextState:
    """Not known whether sent: an alert uses another channel, else staff are told."""
    return NextState(
        AttemptState.UNRESOLVED,
        MessageState.UNKNOWN,
        "nobody can say whether it was sent",
        another_channel=purpose is Purpose.ALERT,
        tell_staff=_staff_should_know(purpose),
    )


def after_status(
    status: Status, purpose: Purpose, failure: Failure | None = None
) -> NextState:
    """The next state after a provider's report on how far a message came.

    A failed alert goes out by another channel at once, for every reason. A reminder to
    a phone that was away for a while is sent once more later; other failures are final.
    """
    if status is not Status.UNDELIVERED:
        return NextState(AttemptState.ACCEPTED, MessageState(status.value))
    later = failure is Failure.TEMPORARY and purpose is Purpose.REMINDER
    landline = failure is Failure.CANNOT_TEXT
    return NextState(
        AttemptState.ACCEPTED,
        MessageState.UNDELIVERED,
        "the provider could not deliver it",
        another_channel=purpose is Purpose.ALERT,
        once_more_later=later,
        tell_staff=_staff_should_know(purpose) and not later,
        contact_broken=landline and purpose is not Purpose.ALERT,
        trouble=ProviderTrouble.CANNOT_TEXT if landline else None,
    )


def code_is_spent(purpose: Purpose, state: MessageState) -> bool:
    """Whether the code in a message is no longer needed and must not be stored."""
    needed = (*WAITING, MessageState.IN_FLIGHT, MessageState.HELD)
    return purpose is Purpose.CODE and state not in needed


def again_key(dedupe_key: str) -> str | None:
    """The key of the one extra page per step and person; None: this was the extra page.

    It is ``A:{alert}:{round}:{step}:{person}:{channel}`` without the channel, so that a
    text and a call that both fail share one extra page.
    """
    if dedupe_key.endswith(AGAIN):
        return None
    return dedupe_key.rpartition(":")[0] + AGAIN


def other_channel(channel: Channel, voice: bool) -> Channel:
    """The next channel for a page that may be lost."""
    return Channel.CALL if channel != Channel.CALL and voice else Channel.TEXT


def _refused(outcome: Rejected, purpose: Purpose) -> NextState:
    # A landline is useless for somebody who only gets texts; a paged person can
    # still be called.
    landline = outcome.trouble is ProviderTrouble.CANNOT_TEXT
    broken = outcome.contact_broken or (landline and purpose is not Purpose.ALERT)
    step = _lost(AttemptState.REJECTED, outcome.reason, purpose, broken)
    return replace(step, trouble=outcome.trouble)


def _lost(
    attempt: AttemptState, reason: str, purpose: Purpose, contact_broken: bool = False
) -> NextState:
    return NextState(
        attempt,
        MessageState.REJECTED,
        reason,
        another_channel=purpose is Purpose.ALERT and not contact_broken,
        tell_staff=_staff_should_know(purpose),
        contact_broken=contact_broken,
    )


def _staff_should_know(purpose: Purpose) -> bool:
    return purpose not in (Purpose.ALERT, Purpose.CODE, Purpose.ANSWER)
