"""The last look at a message in the moment of leaving: what may go, what is stopped.

Everything may have changed since it was queued: an alert was answered, a number is
somebody else's by now, a restore holds things back, the day's texts are used up.
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
from portal.db.outbox import Message
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
    """Under what messages leave: by whom, when, and who is asked of each.

    ``provider`` serves every channel but those ``elsewhere`` names with their own.
    ``lets`` says whether the sender's rate lets one more leave, ``full`` whether a
    number had its day's texts. With ``clock_held`` nothing expires, and only what
    somebody waits for leaves.
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
        """The time that counts: a code's minutes do not move with the study clock."""
        return self.real_now if purpose is Purpose.CODE else self.now

    def hold_back(self, candidate: Candidate) -> bool:
        """Whether it waits until somebody said that the clock is right."""
        return self.clock_held and candidate.message.purpose not in WAITED_FOR


def may_leave(
    session: Session,
    candidate: Candidate,
    standing: holds.HoldState,
    terms: SendingTerms,
) -> bool:
    """Whether a message leaves now; what stops it for good is written to it.

    What staff may do instead, where its number had its day's texts, goes on their list.
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
    """Whether it is an ordinary text: pages have a cap of their own, and a reserve."""
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
    move(session, message, now, **values)


def move(session: Session, message: Message, now: datetime, **values: Any) -> bool:
    """Change a message that still waits; whether it did."""
    result = session.execute(
        update(Message)
        .where(Message.id == message.id, Message.state.in_(literals(WAITING)))
        .values(updated_at=now, **values)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)  # noqa: S101 (an UPDATE always gives one)
    session.expire(message)
    return bool(result.rowcount)
