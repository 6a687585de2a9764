"""What a restore changes in a database, and what a release does with held messages.

It is not known whether messages that were under way, or due in the lost time, were
sent. A page then goes out again, because a lost page could kill; anything else does
not.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal import audit
from portal.db.dialect import insert_unless_present, notify, place
from portal.db.tables.diary import EntryVersion
from portal.db.tables.holding import Hold, Home, SentBefore
from portal.db.tables.outbox import Attempt, Message
from portal.delivery.sending.send_journal import JournalLine
from portal.engine import holds
from portal.errors import InvalidInput
from portal.messages.outbox import scrubbed
from portal.messages.states import OPEN_ATTEMPTS, STALE, WAITING, code_is_spent
from portal.vocabulary.diary import EntrySource
from portal.vocabulary.holding import HoldReason
from portal.vocabulary.messages import AttemptState, MessageState, Purpose

UNDER_WAY = (MessageState.IN_FLIGHT, MessageState.UNKNOWN)
UNSURE = "nobody can say whether it was sent before the restore"
LATE = "too late to be of use when the restore was released"


@dataclass(frozen=True)
class HeldMessage:
    """One held message: what a release does with it, and why."""

    id: int
    purpose: str
    created_at: datetime
    becomes: MessageState
    reason: str

    @property
    def goes_out(self) -> bool:
        """Whether a release sends it, if it is still wanted then."""
        return self.becomes == MessageState.QUEUED


def mark_restored(
    session: Session,
    *,
    backup_at: datetime | None,
    sent: Iterable[JournalLine] | None,
    now: datetime,
) -> Hold:
    """Put a restored database on hold, and store what the send journal shows.

    ``sent`` is None if there is no journal. ``now`` is the time of the restore: older
    messages wait.
    """
    for line in sent or ():
        insert_unless_present(
            session,
            SentBefore,
            dedupe_key=line.dedupe_key,
            purpose=line.purpose,
            at=line.at,
        )
    _leave_what_was_under_way(session, now)
    held = update(Message).where(Message.state.in_((*WAITING, *UNDER_WAY)))
    session.execute(
        held.values(state=MessageState.HELD, state_reason=holds.WAITS, updated_at=now)
    )
    hold = Hold(
        reason=HoldReason.RESTORED,
        generation=secrets.token_hex(8),
        since=now,
        backup_at=backup_at,
        journal_read=sent is not None,
    )
    session.add(hold)
    session.flush()
    audit.record(session, audit.OPERATOR, "restored", ("hold", hold.id), now=now)
    return hold


def _leave_what_was_under_way(session: Session, now: datetime) -> None:
    """End open attempts: a look-up must not resend what the lost hours settled."""
    session.execute(
        update(Attempt)
        .where(Attempt.state.in_(OPEN_ATTEMPTS))
        .values(
            state=AttemptState.UNRESOLVED,
            detail="under way when the backup was made",
            ended_at=now,
        )
    )


def settle_here(session: Session, *, now: datetime) -> None:
    """Record that this database sends from its present place, in a new generation."""
    holds.note_home(session, now=now)
    home = session.get_one(Home, 1)
    home.place, home.generation = place(session), secrets.token_hex(8)
    home.since = now


def gap(session: Session, *, now: datetime) -> list[HeldMessage]:
    """Every held message, oldest first, with what a release at ``now`` does with it."""
    hold = _newest(session)
    query = select(Message).where(Message.state == MessageState.HELD)
    rows = session.scalars(query.order_by(Message.id))
    return [_judged(session, row, hold, now) for row in rows]


def _newest(session: Session) -> Hold | None:
    query = select(Hold).where(Hold.reason == HoldReason.RESTORED)
    return session.scalar(query.order_by(Hold.id.desc()).limit(1))


def _judged(
    session: Session, row: Message, hold: Hold | None, now: datetime
) -> HeldMessage:
    purpose = Purpose(row.purpose)
    sent = session.get(SentBefore, row.dedupe_key)
    becomes, reason = MessageState.QUEUED, "goes out now, if it is still wanted"
    if sent is not None and sent.purpose == row.purpose:
        becomes, reason = MessageState.ACCEPTED, holds.SENT
    elif purpose is Purpose.CODE or now > (row.not_after or row.created_at + STALE):
        becomes, reason = MessageState.EXPIRED, LATE
    elif purpose is not Purpose.ALERT and _unsure(row, hold, now):
        becomes, reason = MessageState.CANCELLED, UNSURE
    return HeldMessage(row.id, row.purpose, row.created_at, becomes, reason)


def _unsure(row: Message, hold: Hold | None, now: datetime) -> bool:
    if hold is None:
        return False
    was_under_way = row.tries > 0 and row.created_at <= hold.since
    return was_under_way or (not hold.journal_read and row.next_try_at <= now)


@dataclass(frozen=True)
class LostHours:
    """The hours that a restored database lacks, and what is known about them.

    ``from_journal`` are reports of those hours, recovered from the red-flag journal.
    """

    backup_at: datetime | None
    restored_at: datetime
    journal_read: bool
    from_journal: int


def lost_hours(session: Session) -> LostHours | None:
    """What the newest restore lost; None: nothing was ever restored."""
    hold = _newest(session)
    if hold is None:
        return None
    back = select(func.count()).select_from(EntryVersion)
    count = session.scalar(
        back.where(
            EntryVersion.source == EntrySource.JOURNAL,
            EntryVersion.received_at >= hold.since,
        )
    )
    return LostHours(hold.backup_at, hold.since, hold.journal_read, count or 0)


def release(
    session: Session,
    by: str,
    *,
    actor: audit.Actor = audit.OPERATOR,
    now: datetime,
) -> list[HeldMessage]:
    """Let messages leave again; return what happened to each held message.

    Raises:
        InvalidInput: ``by`` is empty, or nothing is held.
    """
    if not by.strip():
        raise InvalidInput("Say who releases it: --by NAME.", field="by")
    standing = holds.standing(session)
    if not standing.held:
        raise InvalidInput("Nothing is held back: messages go out.", field="by")
    judged = gap(session, now=now)
    for each in judged:
        _settle(session, each, now)
    for hold in _unreleased(session, standing, now):
        hold.released_at, hold.released_by = now, by.strip()
        _audit(session, hold, judged, actor, now)
    settle_here(session, now=now)
    notify(session)
    return judged


def _settle(session: Session, each: HeldMessage, now: datetime) -> None:
    row = session.get_one(Message, each.id, with_for_update=True)
    row.state, row.state_reason, row.updated_at = each.becomes, each.reason, now
    if code_is_spent(Purpose(row.purpose), each.becomes):
        row.variables = scrubbed(row)


def _unreleased(
    session: Session, standing: holds.HoldState, now: datetime
) -> list[Hold]:
    rows = list(session.scalars(select(Hold).where(Hold.released_at.is_(None))))
    if standing.is_copy:
        home = session.get_one(Home, 1)
        moved = Hold(
            reason=HoldReason.MOVED,
            generation=home.generation,
            since=now,
            journal_read=False,
        )
        session.add(moved)
        session.flush()
        rows.append(moved)
    return rows


def _audit(
    session: Session,
    hold: Hold,
    judged: list[HeldMessage],
    actor: audit.Actor,
    now: datetime,
) -> None:
    counts = Counter(each.becomes.value for each in judged)
    subject = ("hold", hold.id)
    audit.record(session, actor, "released", subject, now=now, **counts)
