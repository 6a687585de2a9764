"""Why a message did or did not go out, in sentences for operators.

Nothing is decided here: states, tries and what providers said are put into words.
Numbers are masked, and no text of a message is repeated.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.alerts import Alert
from portal.db.tables.outbox import Attempt, Message, ProviderEvent
from portal.db.tables.people import Contact, Participant, Staff
from portal.engine import beats
from portal.errors import NotFound
from portal.messages.states import WAITING
from portal.phone_numbers import masked
from portal.vocabulary.messages import AttemptState, Channel, MessageState

ENGINE_LATE = timedelta(seconds=30)
STATES = {
    MessageState.QUEUED: "It waits to be sent.",
    MessageState.RETRY_WAIT: "It has not left yet and will be tried again.",
    MessageState.IN_FLIGHT: "It is being handed to the provider just now.",
    MessageState.ACCEPTED: "It went out: the provider took it. No receipt has come yet.",
    MessageState.DELIVERED: "It went out and reached the phone.",
    MessageState.UNDELIVERED: "It went out, and the provider could not deliver it.",
    MessageState.REJECTED: "It did not go out.",
    MessageState.UNKNOWN: "Nobody can say yet whether it went out.",
    MessageState.CANCELLED: "It did not go out: it was no longer wanted.",
    MessageState.EXPIRED: "It did not go out: it was too late to be useful.",
    MessageState.HELD: "It is held back and goes out only when staff release it.",
}
TRIES = {
    AttemptState.IN_FLIGHT: "no answer yet",
    AttemptState.ACCEPTED: "taken",
    AttemptState.REJECTED: "refused",
    AttemptState.RETRY: "not taken, to be tried again",
    AttemptState.UNKNOWN: "no clear answer; it is being looked up at the provider",
    AttemptState.ABSENT: "proved that it never left",
    AttemptState.UNRESOLVED: "nobody can say what became of it",
}


def why(
    session: Session, message_id: int, *, now: datetime, real_now: datetime
) -> tuple[str, ...]:
    """What the message is, why it is in its state, and each try at sending it.

    Raises:
        NotFound: there is no such message.
    """
    message = session.get(Message, message_id)
    if message is None:
        raise NotFound("There is no such message.")
    return (
        _what(session, message),
        *_state(message, now),
        *_engine(session, message, now, real_now),
        *_tries(session, message),
    )


def _what(session: Session, message: Message) -> str:
    contact = session.get_one(Contact, message.contact_id)
    number = masked(contact.value) if contact.value else "an erased number"
    kind = "A call" if message.channel == Channel.CALL else f"A {message.channel}"
    said = f"{kind} to {_whom(session, contact)} at {number} ({message.template})"
    if message.alert_id is not None:
        alert = session.get_one(Alert, message.alert_id)
        rung, turn = (message.alert_step or 0) + 1, (message.alert_round or 0) + 1
        said += f", for alert {alert.code}: step {rung} of round {turn}"
    return f"{said}, written {_at(message.created_at)}."


def _whom(session: Session, contact: Contact) -> str:
    if contact.staff_id is not None:
        staff = session.get_one(Staff, contact.staff_id)
        return f"{staff.username} ({staff.role})"
    if contact.participant_id is not None:
        return session.get_one(Participant, contact.participant_id).code
    return "a caregiver" if contact.caregiver_id else "the site's catch-all"


def _state(message: Message, now: datetime) -> list[str]:
    said = [STATES[MessageState(message.state)]]
    if message.state_reason:
        said.append(f"Reason: {message.state_reason}.")
    if message.state in WAITING and message.next_try_at > now:
        said.append(f"It is not due before {_at(message.next_try_at)}.")
    if message.not_after is not None and message.state in WAITING:
        said.append(f"It is given up at {_at(message.not_after)}.")
    return said


def _engine(
    session: Session, message: Message, now: datetime, real_now: datetime
) -> list[str]:
    """If a due message waits, say whether any engine is running."""
    if message.state not in WAITING or message.next_try_at > now:
        return []
    last = beats.last_acting(session)
    if last is None:
        return ["It is due, and no engine has ever run: start python -m scheduler."]
    if real_now - last > ENGINE_LATE:
        return [f"It is due, and no engine has acted since {_at(last)}."]
    return ["It is due; the engine runs and takes it in its turn."]


def _tries(session: Session, message: Message) -> list[str]:
    query = select(Attempt).where(Attempt.message_id == message.id)
    said = []
    for attempt in session.scalars(query.order_by(Attempt.number)):
        detail = f" ({attempt.detail})" if attempt.detail else ""
        said.append(
            f"Try {attempt.number}, {_at(attempt.started_at)}, by {attempt.provider}: "
            f"{TRIES[AttemptState(attempt.state)]}{detail}."
        )
        said += _receipts(session, attempt)
    return said or ["It was never handed to a provider."]


def _receipts(session: Session, attempt: Attempt) -> list[str]:
    query = select(ProviderEvent).where(ProviderEvent.attempt_id == attempt.id)
    return [
        f"The provider said {event.status}, {_at(event.received_at)}."
        for event in session.scalars(query.order_by(ProviderEvent.id))
    ]


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
