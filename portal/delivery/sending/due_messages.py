"""Which messages could leave now, and which numbers must wait a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.db.dialect import literals
from portal.db.tables.alerts import Alert
from portal.db.tables.outbox import Attempt, Message
from portal.db.tables.people import Contact, Participant
from portal.messages.states import OPEN_ATTEMPTS, WAITING
from portal.people import optouts
from portal.vocabulary.alerts import AlertState
from portal.vocabulary.messages import AttemptState, Channel, OptOutAct, Purpose
from portal.vocabulary.people import ParticipantStatus

LOOKED_AT = 64  # candidates at a time
NEWEST = 1_000  # attempts: more than leave within any window of a sender's rate
HIGHEST_URGENT = 1  # priorities up to this one are alerts and codes
Key = tuple[str | None, str, str]  # number, channel, template


@dataclass(frozen=True)
class Candidate:
    """A waiting message, with everything that may have changed since it was queued."""

    message: Message
    contact: Contact
    alert_state: AlertState | None
    participant_status: ParticipantStatus | None
    said_last: str | None = None  # the last STOP or START from its number

    @property
    def urgent(self) -> bool:
        """Whether somebody is waiting for it: a page or a code."""
        return self.message.priority <= HIGHEST_URGENT

    @property
    def opted_out(self) -> bool:
        """Whether this is a text to a number that opted out."""
        return self.message.channel == Channel.TEXT and self.said_last == OptOutAct.STOP


@dataclass(frozen=True)
class MostUrgent:
    """The most urgent due message: what the sender's rate must know about it."""

    priority: int
    channel: Channel

    @property
    def urgent(self) -> bool:
        """Whether somebody is waiting for it."""
        return self.priority <= HIGHEST_URGENT


@dataclass(frozen=True)
class HandedMessage:
    """A message that was handed to its provider, with the real time of that."""

    message: Message
    started_at: datetime


@dataclass(frozen=True)
class NumbersUnderWay:
    """Numbers with a message under way, and what is still being looked up."""

    numbers: set[str | None]
    unclear: set[Key]

    def holds(self, candidate: Candidate) -> bool:
        """Whether ``candidate`` must wait: one message per number at a time.

        An unclear message holds back others with its number and template, so that a
        look-up cannot confuse them. An alert's texts do not wait, because their words
        contain its code. Its calls wait, because a provider's list of calls shows no
        words. Sign-in codes wait, because the code in them is blotted out by then.
        """
        message, number = candidate.message, candidate.contact.value
        if number is not None and number in self.numbers:
            return True
        key = (number, message.channel, message.template)
        told_apart = (
            message.purpose == Purpose.ALERT and message.channel != Channel.CALL
        )
        return key in self.unclear and not told_apart


def first_due(session: Session, *, now: datetime) -> MostUrgent | None:
    """The message that a claim would look at first; reads only a partial index."""
    query = select(Message.priority, Message.channel).where(
        Message.state.in_(literals(WAITING)), Message.next_try_at <= now
    )
    ordered = query.order_by(Message.priority, Message.next_try_at)
    row = session.execute(ordered.limit(1)).first()
    return None if row is None else MostUrgent(*row)


def busy_numbers(session: Session) -> NumbersUnderWay:
    """The numbers with a message under way or unclear, from the open attempts."""
    query = (
        select(Contact.value, Message.channel, Message.template, Attempt.state)
        .select_from(Attempt)
        .join(Message, Message.id == Attempt.message_id)
        .join(Contact, Contact.id == Message.contact_id)
        .where(Attempt.state.in_(literals(OPEN_ATTEMPTS)))
    )
    busy = NumbersUnderWay(set(), set())
    for number, channel, template, state in session.execute(query):
        if state == AttemptState.IN_FLIGHT:
            busy.numbers.add(number)
        else:
            busy.unclear.add((number, channel, template))
    return busy


def just_left(
    session: Session, seconds: float, *, real_now: datetime
) -> list[HandedMessage]:
    """What any engine handed over in the last ``seconds``, oldest first."""
    newest = select(func.coalesce(func.max(Attempt.id), 0)).scalar_subquery()
    since = real_now - timedelta(seconds=seconds)
    query = (
        select(Message, Attempt.started_at)
        .join(Message, Message.id == Attempt.message_id)
        .where(Attempt.id > newest - NEWEST, Attempt.started_at > since)
        .where(Attempt.started_at <= real_now)
        .order_by(Attempt.started_at)
    )
    return [HandedMessage(*row) for row in session.execute(query)]


def candidates(
    session: Session, busy: NumbersUnderWay, *, now: datetime
) -> list[Candidate]:
    """Due messages whose number is free, most urgent first, locked for a change."""
    free = Contact.value.not_in(busy.numbers)
    query = (
        select(
            Message,
            Contact,
            Alert.state,
            Participant.status,
            optouts.newest_act(Contact.value),
        )
        .join(Contact, Contact.id == Message.contact_id)
        .outerjoin(Alert, Alert.id == Message.alert_id)
        .outerjoin(Participant, Participant.id == Message.participant_id)
        .where(Message.state.in_(literals(WAITING)), Message.next_try_at <= now)
        .where(or_(Contact.value.is_(None), free))
        .order_by(Message.priority, Message.next_try_at, Message.id)
        .limit(LOOKED_AT)
        .with_for_update(of=Message, skip_locked=True)
    )
    return [Candidate(*row) for row in session.execute(query)]
