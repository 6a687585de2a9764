"""The last look at a message just before it leaves: it may go, or it is stopped.

Everything may have changed since it was queued: the alert is answered, the number
belongs to somebody else, a restore holds messages back, the daily maximum of texts is
reached.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from portal.alerting.tasks import about_messages
from portal.db.dialect import literals
from portal.db.tables.outbox import Message
from portal.delivery.sending import late_answers
from portal.delivery.sending.due_messages import Candidate
from portal.engine import holds
from portal.messages.outbox import scrubbed
from portal.messages.states import (
    ONLY_WHILE_ACTIVE,
    WAITING,
    LastLook,
    StoppedMessage,
    code_is_spent,
    stop_before_sending,
)
from portal.people.daily_caps import NUMBER_FULL
from portal.vocabulary.messages import Channel, MessageState, Purpose
from portal.vocabulary.tasks import TaskKind

WAITED_FOR = (Purpose.ALERT, Purpose.CODE, Purpose.ANSWER)


@dataclass(frozen=True)
class SendingTerms:
    """The terms under which messages leave.

    ``provider`` serves every channel, except those for which ``elsewhere`` names
    another. ``lets`` says whether the sender's rate allows one more message, ``full``
    whether a number has had the day's maximum of texts. With ``clock_held`` nothing
    expires, and only messages that somebody is waiting for leave.
    """

    provider: str
    now: datetime
    real_now: datetime
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    lets: Callable[[Message], bool] = lambda _message: True
    full: Callable[[Candidate], bool] = lambda _candidate: False
    clock_held: bool = False

    def serving(self, channel: str) -> str:
        """The provider of a channel."""
        return self.elsewhere.get(channel, self.provider)

    def moment(self, purpose: Purpose) -> datetime:
        """The time that counts: real time for a code, else study time."""
        return self.real_now if purpose is Purpose.CODE else self.now

    def hold_back(self, candidate: Candidate) -> bool:
        """Whether it waits until somebody confirms the clock."""
        return self.clock_held and candidate.message.purpose not in WAITED_FOR


def may_leave(
    session: Session,
    candidate: Candidate,
    standing: holds.HoldState,
    terms: SendingTerms,
) -> bool:
    """Whether a message leaves now; a reason that stops it for good is stored with it.

    If its number has had the day's maximum of texts, staff get a task to act instead.
    """
    message = candidate.message
    stop = holds.kept(session, standing, message) or _unwanted(candidate, terms)
    if stop is not None:
        _stop(session, message, stop, terms.now)
        return False
    if not terms.lets(message):
        return False
    if _is_capped(candidate) and terms.full(candidate):
        full = StoppedMessage(MessageState.REJECTED, NUMBER_FULL)
        _stop(session, message, full, terms.now)
        key = f"M:{message.id}"
        about_messages.tell_staff(session, message, TaskKind.UNSENT, key, terms.now)
        return False
    return True


def _unwanted(candidate: Candidate, terms: SendingTerms) -> StoppedMessage | None:
    purpose = Purpose(candidate.message.purpose)
    standing = _standing(candidate, purpose)
    stop = stop_before_sending(standing, terms.moment(purpose))
    expired = stop is not None and stop.state is MessageState.EXPIRED
    return None if expired and terms.clock_held else stop


def _is_capped(candidate: Candidate) -> bool:
    """Whether the daily cap applies: to ordinary texts; pages have their own cap."""
    ordinary = Purpose(candidate.message.purpose) in ONLY_WHILE_ACTIVE
    return ordinary and candidate.message.channel == Channel.TEXT


def _standing(candidate: Candidate, purpose: Purpose) -> LastLook:
    message, contact = candidate.message, candidate.contact
    current = contact.retired_at is None and contact.version == message.contact_version
    return LastLook(
        purpose=purpose,
        created_at=message.created_at,
        not_after=message.not_after,
        alert_state=candidate.alert_state,
        participant_status=candidate.participant_status,
        contact_current=current and contact.value is not None,
        contact_broken=contact.broken_at is not None,
        opted_out=candidate.opted_out,
    )


def _stop(
    session: Session, message: Message, stop: StoppedMessage, now: datetime
) -> None:
    values: dict[str, Any] = {"state": stop.state, "state_reason": stop.reason}
    if code_is_spent(Purpose(message.purpose), stop.state):
        values["variables"] = scrubbed(message)
    if stop.state is MessageState.EXPIRED:
        late_answers.answer_without_the_hour(session, message, now=now)
    move(session, message, now, **values)


def move(session: Session, message: Message, now: datetime, **values: Any) -> bool:
    """Change a message if it still waits; return whether it did."""
    result = session.execute(
        update(Message)
        .where(Message.id == message.id, Message.state.in_(literals(WAITING)))
        .values(updated_at=now, **values)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)  # noqa: S101 (an UPDATE always gives one)
    session.expire(message)
    return bool(result.rowcount)
