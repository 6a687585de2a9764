"""Taking due messages: everything is looked at once more in the moment of leaving.

A claim writes the attempt, with our reference and a deadline, before any provider is
called: what was under way when an engine died can then be looked up.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from portal.core.sending import (
    ONLY_WHILE_ACTIVE,
    WAITING,
    AttemptState,
    MessageState,
    Purpose,
    Standing,
    Stop,
    call_seconds,
    code_is_spent,
    stop_before_sending,
)
from portal.db.dialect import literals
from portal.db.outbox import Attempt, Message
from portal.gateways.gateway import BLOTTED
from portal.services import holds, leases, message_tasks
from portal.services.leases import Held
from portal.services.page_caps import NUMBER_FULL
from portal.services.waiting import Candidate, busy_numbers, candidates


@dataclass(frozen=True)
class Claimed:
    """A message on its way: everything the sender needs without the database."""

    attempt_id: int
    message_id: int
    fence: int
    reference: str
    dedupe_key: str
    purpose: Purpose
    urgent: bool
    channel: str
    number: str
    study_version_id: int
    template: str
    language: str
    variables: dict[str, Any]
    seconds: float
    valid_seconds: int | None


@dataclass(frozen=True)
class Room:
    """How many messages can be sent now, and how many of them may be ordinary."""

    all: int
    ordinary: int


def claim(
    session: Session,
    held: Held,
    room: Room,
    *,
    provider: str,
    elsewhere: Mapping[str, str] | None = None,
    lets: Callable[[Message], bool] = lambda _message: True,
    full: Callable[[Candidate], bool] = lambda _candidate: False,
    now: datetime,
    real_now: datetime,
    clock_held: bool = False,
) -> list[Claimed]:
    """Take due messages, most urgent first, at most one per number at a time.

    ``lets`` says whether the sender's rate lets one more leave, ``full`` whether a
    number had its day's texts: what staff may do instead then goes on their list.
    ``provider`` serves every channel but those ``elsewhere`` names with their own.
    Unwanted ones are cancelled or expired on the way. A message is taken once: its
    state changes only from a waiting one. A copy sends nothing, and after a restore
    what is older waits for a person. With ``clock_held`` nothing expires, and only
    what somebody waits for leaves.

    Raises:
        FenceLost: another engine acts; nothing was taken.
    """
    leases.confirm(session, held)
    standing = holds.standing(session)
    if standing.is_copy:
        return []
    busy = busy_numbers(session)
    taken: list[Claimed] = []
    for candidate in candidates(session, busy, now=now):
        if len(taken) >= room.all:
            break
        ordinary = sum(not claimed.urgent for claimed in taken)
        crowded = ordinary >= room.ordinary and not candidate.urgent
        if crowded or busy.holds(candidate) or (clock_held and _can_wait(candidate)):
            continue
        serving = (elsewhere or {}).get(candidate.message.channel, provider)
        kept = holds.kept(session, standing, candidate.message)
        if kept is not None:
            _stop(session, candidate.message, kept, now)
            continue
        claimed = _take(
            session, held, candidate, serving, lets, full, now, real_now, clock_held
        )
        if claimed is not None:
            taken.append(claimed)
            busy.numbers.add(claimed.number)
    return taken


def _can_wait(candidate: Candidate) -> bool:
    waited_for = (Purpose.ALERT, Purpose.CODE, Purpose.ANSWER)
    return Purpose(candidate.message.purpose) not in waited_for


def _take(
    session: Session,
    held: Held,
    candidate: Candidate,
    provider: str,
    lets: Callable[[Message], bool],
    full: Callable[[Candidate], bool],
    now: datetime,
    real_now: datetime,
    clock_held: bool,
) -> Claimed | None:
    message = candidate.message
    purpose = Purpose(message.purpose)
    # A code's minutes are real ones: they do not move with the study clock.
    moment = real_now if purpose is Purpose.CODE else now
    stop = stop_before_sending(_standing(candidate, purpose), moment)
    if stop is not None and stop.state is MessageState.EXPIRED and clock_held:
        stop = None
    if stop is not None:
        _stop(session, message, stop, now)
        return None
    if not lets(message):
        return None
    if _capped(candidate, purpose) and full(candidate):
        _stop(session, message, Stop(MessageState.REJECTED, NUMBER_FULL), now)
        message_tasks.tell_staff(session, message, "unsent", f"M:{message.id}", now)
        return None
    changed = {"state": MessageState.IN_FLIGHT, "tries": Message.tries + 1}
    if not _move(session, message, now, state_reason="", **changed):
        return None
    attempt = _attempt(session, held, message, provider, real_now)
    return _claimed(candidate, attempt, purpose, moment)


def _capped(candidate: Candidate, purpose: Purpose) -> bool:
    """Whether it is an ordinary text: pages have a cap of their own, and a reserve."""
    return purpose in ONLY_WHILE_ACTIVE and candidate.message.channel == "text"


def _standing(candidate: Candidate, purpose: Purpose) -> Standing:
    message, contact = candidate.message, candidate.contact
    current = contact.retired_at is None and contact.version == message.contact_version
    return Standing(
        purpose=purpose,
        created_at=message.created_at,
        not_after=message.not_after,
        alert_state=candidate.alert_state,
        participant_status=candidate.participant_status,
        contact_current=current and contact.value is not None,
        contact_broken=contact.broken_at is not None,
        opted_out=candidate.opted_out,
    )


def _stop(session: Session, message: Message, stop: Stop, now: datetime) -> None:
    values: dict[str, Any] = {"state": stop.state, "state_reason": stop.reason}
    if code_is_spent(Purpose(message.purpose), stop.state):
        values["variables"] = scrubbed(message)
    _move(session, message, now, **values)


def _move(session: Session, message: Message, now: datetime, **values: Any) -> bool:
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


def _attempt(
    session: Session, held: Held, message: Message, provider: str, real_now: datetime
) -> Attempt:
    highest = select(func.coalesce(func.max(Attempt.number), 0))
    last = session.scalar(highest.where(Attempt.message_id == message.id)) or 0
    seconds = call_seconds(Purpose(message.purpose))
    attempt = Attempt(
        message_id=message.id,
        number=last + 1,
        reference=secrets.token_hex(8),
        provider=provider,
        fence=held.fence,
        state=AttemptState.IN_FLIGHT,
        started_at=real_now,
        deadline=real_now + timedelta(seconds=seconds),
    )
    session.add(attempt)
    session.flush()
    return attempt


def _claimed(
    candidate: Candidate, attempt: Attempt, purpose: Purpose, moment: datetime
) -> Claimed:
    message = candidate.message
    end = message.not_after
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
    """For how long a message is of use; one past its end, while the clock is held, too."""
    return None if end is None or end <= moment else int((end - moment).total_seconds())


def scrubbed(message: Message) -> dict[str, Any]:
    """The variables of a code's message with every value blotted out."""
    return dict.fromkeys(message.variables, BLOTTED)
