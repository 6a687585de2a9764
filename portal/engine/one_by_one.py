"""Due rows, one at a time: a row that fails must not stop the others.

Each row is handled within a savepoint. A row that failed three times in a row is held
back for a while, so that it does not make the engine fail each second. Health shows it,
and a task asks staff to look. ``guarded`` catches the exceptions; this module decides
what the failure of one row means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, String, cast, delete, exists, func, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from portal import audit, study_versions
from portal.db.dialect import insert_unless_present
from portal.db.tables.alerts import Task
from portal.db.tables.engine import HeldBack
from portal.db.tables.people import Participant
from portal.engine.guarded import Failed, guarded
from portal.protocol.demands.duties import Work
from portal.protocol.study.tiers import Tier
from portal.vocabulary.tasks import TaskKind, TaskState

MOST_FAILURES = 3
HELD_FOR = timedelta(minutes=5)
FORGOTTEN_AFTER = timedelta(days=1)
OF_THE_DATABASE = (OperationalError, InterfaceError)


class ParticipantRow(Protocol):
    """A row that belongs to a participant."""

    @property
    def id(self) -> Any:
        """Its key."""

    @property
    def participant_id(self) -> int | None:
        """The participant's id, if it has one."""


R = TypeVar("R", bound=ParticipantRow)


@dataclass(frozen=True)
class RowName:
    """A row's kind, key and participant, copied: the row may be unreadable later."""

    kind: str
    row_id: str
    participant_id: int | None


def each(
    session: Session,
    kind: str,
    rows: Iterable[R],
    work: Callable[[R], object],
    *,
    now: datetime,
) -> int:
    """Do ``work`` for every row and return how many succeeded.

    What a failing row wrote, with its audit, is rolled back; the other rows stay.

    Raises:
        OperationalError, InterfaceError: the database itself failed, so every row would
            fail. The transaction is lost, and the next cycle tries again.
    """
    named = [(row, RowName(kind, str(row.id), row.participant_id)) for row in rows]
    failed_before = _known(session, kind, [name.row_id for _, name in named])
    well = 0
    for row, name in named:
        done = guarded(f"{kind} {name.row_id}", partial(_alone, session, work, row))
        if isinstance(done, Failed):
            _count(session, name, done.error, now)
        else:
            well += 1
            if name.row_id in failed_before:
                _forget(session, name)
    return well


def _alone(session: Session, work: Callable[[R], object], row: R) -> None:
    with audit.undone_with(session), session.begin_nested():
        work(row)


def _known(session: Session, kind: str, row_ids: list[str]) -> set[str]:
    if not row_ids:
        return set()
    query = select(HeldBack.row_id).where(
        HeldBack.kind == kind, HeldBack.row_id.in_(row_ids)
    )
    return set(session.scalars(query))


def _count(session: Session, name: RowName, error: Exception, now: datetime) -> None:
    if isinstance(error, OF_THE_DATABASE) or not session.is_active:
        raise error
    found = session.scalar(
        select(HeldBack).filter_by(kind=name.kind, row_id=name.row_id)
    )
    if found is None:
        _forget_old(session, now)
        found = HeldBack(
            kind=name.kind, row_id=name.row_id, failures=0, error="", since=now
        )
        session.add(found)
    found.failures += 1
    found.error, found.last_at = type(error).__name__, now
    if found.failures >= MOST_FAILURES:
        found.until = now + HELD_FOR
        _tell_staff(session, name, found, now)
    session.flush()


def _tell_staff(
    session: Session, name: RowName, found: HeldBack, now: datetime
) -> None:
    """Open a task that is due at once; if it is overdue, somebody is paged."""
    person = session.get(Participant, name.participant_id or 0)
    if person is None:
        return
    insert_unless_present(
        session,
        Task,
        dedupe_key=f"Q:{name.kind}:{name.row_id}:{found.since:%Y%m%d%H%M%S}",
        site_id=person.site_id,
        participant_id=person.id,
        alert_id=int(name.row_id) if name.kind == "alert" else None,
        kind=TaskKind.HELD_BACK,
        tier=Tier.SAME_DAY.value,
        owner_role=study_versions.whose(
            session, Work.ORGANISING, person.study_version_id
        ),
        detail={"kind": name.kind, "row": name.row_id, "error": found.error},
        created_at=now,
        due_at=now,
        state=TaskState.OPEN,
    )


def _forget(session: Session, name: RowName) -> None:
    session.execute(
        delete(HeldBack).where(
            HeldBack.kind == name.kind, HeldBack.row_id == name.row_id
        )
    )


def _forget_old(session: Session, now: datetime) -> None:
    session.execute(delete(HeldBack).where(HeldBack.last_at < now - FORGOTTEN_AFTER))


def free(kind: str, key: Any, *, now: datetime) -> ColumnElement[bool]:
    """The condition for a query of due rows: only rows not held back at ``now``.

    ``key`` is the column of the rows' key, ``kind`` the one passed to ``each``.
    """
    return ~exists().where(
        HeldBack.kind == kind,
        HeldBack.row_id == cast(key, String),
        HeldBack.until > now,
    )


def count_held_back(session: Session, *, now: datetime) -> int:
    """How many rows are held back at ``now`` because they failed again and again."""
    query = select(func.count()).select_from(HeldBack).where(HeldBack.until > now)
    return session.scalar(query) or 0
