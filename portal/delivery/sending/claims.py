"""Taking due messages, each once, the most urgent first.

A claim writes the attempt, with our reference and a deadline, before any provider is
called. If the engine dies, its messages under way can then be looked up.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.db.tables.outbox import Attempt, Message
from portal.delivery.sending import last_look
from portal.delivery.sending.due_messages import (
    Candidate,
    NumbersUnderWay,
    busy_numbers,
    candidates,
)
from portal.delivery.sending.last_look import SendingTerms
from portal.engine import holds, leases
from portal.engine.leases import Held
from portal.messages.states import call_seconds
from portal.vocabulary.messages import AttemptState, Channel, MessageState, Purpose


@dataclass(frozen=True)
class Claimed:
    """A claimed message: everything that the sender needs, without the database."""

    attempt_id: int
    message_id: int
    fence: int
    reference: str
    dedupe_key: str
    purpose: Purpose
    urgent: bool
    channel: Channel
    number: str
    study_version_id: int
    template: str
    language: str
    variables: dict[str, Any]
    seconds: float
    valid_seconds: int | None


@dataclass(frozen=True)
class Capacity:
    """How many messages can be sent now, and how many of them may be ordinary."""

    all: int
    ordinary: int

    def has_none_for(self, candidate: Candidate, taken: list[Claimed]) -> bool:
        """Whether ``candidate`` is ordinary and ``taken`` leaves no room for it."""
        ordinary = sum(not claimed.urgent for claimed in taken)
        return ordinary >= self.ordinary and not candidate.urgent


def claim(
    session: Session, held: Held, room: Capacity, terms: SendingTerms
) -> list[Claimed]:
    """Take due messages, most urgent first, at most one per number at a time.

    A message is taken once: its state changes only from a waiting one. Messages that
    are no longer wanted are cancelled or expired. A copy sends nothing, and after a
    restore older messages wait for a person.

    Raises:
        FenceLost: another engine acts; nothing was taken.
    """
    leases.confirm(session, held)
    standing = holds.standing(session)
    busy, taken = busy_numbers(session), list[Claimed]()
    found = [] if standing.is_copy else candidates(session, busy, now=terms.now)
    for candidate in found:
        if len(taken) >= room.all:
            break
        if room.has_none_for(candidate, taken) or _waits(candidate, busy, terms):
            continue
        if last_look.may_leave(session, candidate, standing, terms):
            taken += _take(session, held, candidate, busy, terms)
    return taken


def _waits(candidate: Candidate, busy: NumbersUnderWay, terms: SendingTerms) -> bool:
    return busy.holds(candidate) or terms.hold_back(candidate)


def _take(
    session: Session,
    held: Held,
    candidate: Candidate,
    busy: NumbersUnderWay,
    terms: SendingTerms,
) -> list[Claimed]:
    """The claimed message, whose number is busy from now on; empty: another took it."""
    message = candidate.message
    changed = {"state": MessageState.IN_FLIGHT, "tries": Message.tries + 1}
    if not last_look.move(session, message, terms.now, state_reason="", **changed):
        return []
    attempt = _attempt(session, held, message, terms)
    busy.numbers.add(candidate.contact.value or "")
    return [_claimed(candidate, attempt, terms.moment(Purpose(message.purpose)))]


def _attempt(
    session: Session, held: Held, message: Message, terms: SendingTerms
) -> Attempt:
    highest = select(func.coalesce(func.max(Attempt.number), 0))
    last = session.scalar(highest.where(Attempt.message_id == message.id)) or 0
    seconds = call_seconds(Purpose(message.purpose))
    attempt = Attempt(
        message_id=message.id,
        number=last + 1,
        reference=secrets.token_hex(8),
        provider=terms.serving(message.channel),
        fence=held.fence,
        state=AttemptState.IN_FLIGHT,
        started_at=terms.real_now,
        deadline=terms.real_now + timedelta(seconds=seconds),
    )
    session.add(attempt)
    session.flush()
    return attempt


def _claimed(candidate: Candidate, attempt: Attempt, moment: datetime) -> Claimed:
    message = candidate.message
    purpose, end = Purpose(message.purpose), message.not_after
    return Claimed(
        attempt_id=attempt.id,
        message_id=message.id,
        fence=attempt.fence,
        reference=attempt.reference,
        dedupe_key=message.dedupe_key,
        purpose=purpose,
        urgent=candidate.urgent,
        channel=message.channel,
        number=candidate.contact.value or "",
        study_version_id=message.study_version_id,
        template=message.template,
        language=message.language,
        variables=dict(message.variables),
        seconds=call_seconds(purpose),
        valid_seconds=_seconds_left(end, moment),
    )


def _seconds_left(end: datetime | None, moment: datetime) -> int | None:
    """For how many seconds a message is of use; None: no end, or already past it."""
    return None if end is None or end <= moment else int((end - moment).total_seconds())
