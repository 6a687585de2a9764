"""Withdrawing unsent messages: a moved visit, a new number, a withdrawal.

Everything here happens in the transaction of the change itself, so that no engine can
send between the two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from portal.db.dialect import literals
from portal.db.tables.alerts import Task
from portal.db.tables.diary import Visit
from portal.db.tables.outbox import Message
from portal.db.tables.people import Caregiver, Contact, Participant
from portal.messages.outbox import CARRIED, NewMessage, enqueue, scrubbed
from portal.messages.states import code_is_spent
from portal.people import contacts
from portal.visits.planned_visits import UPCOMING
from portal.vocabulary.messages import MessageState, Purpose
from portal.vocabulary.people import ParticipantStatus
from portal.vocabulary.tasks import TaskKind, TaskState

NOT_LEFT = (MessageState.QUEUED, MessageState.RETRY_WAIT, MessageState.HELD)
PLANNED_TASKS = (
    TaskKind.MISSING_DIARY,
    TaskKind.VISIT_MISSED,
    TaskKind.WINDOW_CLOSING,
    TaskKind.RECHECK_MISSED,
    TaskKind.REMINDER_EXPIRED,
)
"""Work that only somebody in follow-up is phoned for."""
NEW_NUMBER = "the contact changed"
OLD_NUMBER_FAILED = (NEW_NUMBER, "the contact does not work")
RENEWED = "~"  # comes before the contact's version in the key of a renewed text


def retract(
    session: Session, whose: Participant | Visit, reason: str, *, now: datetime
) -> int:
    """Cancel the reminders of a participant, or of one visit, that have not left.

    Returns how many; a repeat finds none.
    """
    if isinstance(whose, Participant):
        return retract_keys(session, whose.id, "", reason, now=now)
    prefix = f"R:{whose.participant_id}:{whose.code}:"
    return retract_keys(session, whose.participant_id, prefix, reason, now=now)


def retract_keys(
    session: Session,
    participant_id: int,
    prefix: str,
    reason: str,
    *,
    now: datetime,
    but: Sequence[str] = (),
) -> int:
    """Cancel reminders by the beginning of their keys, except those with ``but`` in it."""
    query = select(Message).where(
        Message.participant_id == participant_id,
        Message.purpose == Purpose.REMINDER.value,
        Message.state.in_(literals(NOT_LEFT)),
        Message.dedupe_key.startswith(prefix, autoescape=True),
    )
    found = [
        message
        for message in session.scalars(query)
        if not any(part in message.dedupe_key for part in but)
    ]
    return _cancel(session, found, reason, now)


def retract_stale(session: Session, participant: Participant, *, now: datetime) -> int:
    """Cancel texts about visits that have changed: moved, attended, cancelled."""
    visits = {
        visit.code: visit
        for visit in session.scalars(
            select(Visit).where(Visit.participant_id == participant.id)
        )
    }
    query = select(Message).where(
        Message.participant_id == participant.id,
        Message.state.in_(literals(NOT_LEFT)),
        Message.dedupe_key.startswith(f"R:{participant.id}:", autoescape=True),
    )
    stale = [
        message
        for message in session.scalars(query)
        if not _stands(message.dedupe_key, visits)
    ]
    return _cancel(session, stale, "the visit changed", now)


def _stands(key: str, visits: dict[str, Visit]) -> bool:
    head, _, version = key.partition(RENEWED)[0].rpartition(":")
    code = head.rpartition(":")[0].split(":", 2)[2]
    visit = visits.get(code)
    if visit is None or visit.state not in UPCOMING:
        return False
    return version == str(visit.version)


def stop(
    session: Session, participant: Participant, reason: str, *, now: datetime
) -> int:
    """Cancel everything addressed to a participant and their caregivers; how many.

    Planned calls are cancelled too, and the pages about them. Pages to staff about an
    alert continue. While a person is only paused, a sign-in code still goes out: they
    may always report.
    """
    paused = participant.status in (ParticipantStatus.ACTIVE, ParticipantStatus.PAUSED)
    addressed = _addressed(session, participant)
    wanted = [m for m in addressed if not (paused and m.purpose == Purpose.CODE)]
    return _cancel(session, wanted, reason, now) + _cancel_tasks(
        session, participant, reason, now
    )


def _addressed(session: Session, participant: Participant) -> Sequence[Message]:
    caregivers = select(Caregiver.id).where(Caregiver.participant_id == participant.id)
    theirs = select(Contact.id).where(
        or_(
            Contact.participant_id == participant.id,
            Contact.caregiver_id.in_(caregivers),
        )
    )
    query = select(Message).where(
        Message.contact_id.in_(theirs), Message.state.in_(literals(NOT_LEFT))
    )
    return session.scalars(query.order_by(Message.id)).all()


def _cancel_tasks(
    session: Session, participant: Participant, reason: str, now: datetime
) -> int:
    query = select(Task).where(
        Task.participant_id == participant.id,
        Task.kind.in_(PLANNED_TASKS),
        Task.state == TaskState.OPEN,
    )
    tasks = session.scalars(query.with_for_update()).all()
    count = 0
    for task in tasks:
        task.state, task.outcome, task.done_at = TaskState.CANCELLED, reason, now
        pages = select(Message).where(
            Message.participant_id == participant.id,
            Message.state.in_(literals(NOT_LEFT)),
            Message.dedupe_key.startswith(f"T:{task.id}:", autoescape=True),
        )
        count += _cancel(session, session.scalars(pages).all(), reason, now)
    return count


def renew(session: Session, participant: Participant, *, now: datetime) -> int:
    """Queue again, to the numbers in force, messages for numbers that no longer are.

    The old row is cancelled and the new one carries its key with the contact's version,
    once each; a message that has left, or may have, is not sent again.
    """
    families: dict[str, list[Message]] = defaultdict(list)
    for message in _reminders(session, participant, now):
        families[message.dedupe_key.partition(RENEWED)[0]].append(message)
    return sum(_renew(session, key, rows, now) for key, rows in families.items())


def _reminders(
    session: Session, participant: Participant, now: datetime
) -> Sequence[Message]:
    query = select(Message).where(
        Message.participant_id == participant.id,
        Message.purpose == Purpose.REMINDER.value,
        Message.not_after > now,
    )
    return session.scalars(query.order_by(Message.id)).all()


def _renew(session: Session, key: str, rows: list[Message], now: datetime) -> int:
    last = rows[-1]
    cancelled = last.state == MessageState.CANCELLED
    if cancelled and last.state_reason not in OLD_NUMBER_FAILED:
        return 0
    if not cancelled and last.state not in NOT_LEFT:
        return 0
    before = session.get_one(Contact, last.contact_id)
    if before.retired_at is None:
        return 0
    if not cancelled and not _cancel(session, [last], NEW_NUMBER, now):
        return 0
    owner = {
        name: number
        for name in ("participant_id", "caregiver_id")
        if (number := getattr(before, name)) is not None
    }
    contact = contacts.texted(session, **owner)
    return enqueue(session, _letter(key, last, contact), now=now) if contact else 0


def _letter(key: str, message: Message, contact: Contact) -> NewMessage:
    carried: dict[str, Any] = {name: getattr(message, name) for name in CARRIED}
    carried |= {"dedupe_key": f"{key}{RENEWED}{contact.version}", "contact": contact}
    return NewMessage(**carried, not_before=message.next_try_at)


def _cancel(
    session: Session, messages: Iterable[Message], reason: str, now: datetime
) -> int:
    """Cancel each that is still waiting; how many."""
    count = 0
    for message in messages:
        values: dict[str, Any] = {
            "state": MessageState.CANCELLED,
            "state_reason": reason,
            "updated_at": now,
        }
        if code_is_spent(Purpose(message.purpose), MessageState.CANCELLED):
            values["variables"] = scrubbed(message)
        result = session.execute(
            update(Message)
            .where(Message.id == message.id, Message.state.in_(literals(NOT_LEFT)))
            .values(**values)
            .execution_options(synchronize_session=False)
            .returning(Message.id)
        )
        count += result.first() is not None
        session.expire(message)
    return count
