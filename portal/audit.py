"""The audit trail: who did or saw what, each row chained to the one before.

Rows wait in the session and are chained just before commit, so that the chain's
lock is always the last one taken.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.dialect import lock_audit_chain
from portal.db.tables.audit import Audit
from portal.vocabulary.people import ActorKind

FIRST = "0" * 64
WAITING = "audit_rows_waiting"
CHAINED = (
    "at",
    "actor_kind",
    "actor_id",
    "act",
    "subject_kind",
    "subject_id",
    "detail",
)


@dataclass(frozen=True)
class Actor:
    """Who acts: their kind and their id."""

    kind: ActorKind
    id: str


ENGINE = Actor(ActorKind.ENGINE, "engine")
OPERATOR = Actor(ActorKind.OPERATOR, "command-line")


def record(
    session: Session,
    actor: Actor,
    act: str,
    subject: tuple[str, object],
    *,
    now: datetime,
    **detail: Any,
) -> None:
    """Record one act on ``subject`` (kind, id); it is written with the change itself.

    ``detail`` holds ids, codes and states: never health data, names or numbers.
    """
    row = {
        "at": now,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "act": act,
        "subject_kind": subject[0],
        "subject_id": str(subject[1]),
        "detail": detail,
    }
    session.info.setdefault(WAITING, []).append(row)


@contextmanager
def undone_with(session: Session) -> Iterator[None]:
    """Around a savepoint: if the block fails, its audit rows are dropped too."""
    before = len(session.info.get(WAITING, []))
    try:
        yield
    except BaseException:
        del session.info.get(WAITING, [])[before:]
        raise


def seal(session: Session) -> None:
    """Chain and write what ``record`` collected. Called once, just before commit."""
    rows = session.info.pop(WAITING, [])
    if not rows:
        return
    session.flush()
    lock_audit_chain(session)
    last = session.execute(
        select(Audit.id, Audit.hash).order_by(Audit.id.desc()).limit(1)
    ).first()
    number, previous = (last.id, last.hash) if last else (0, FIRST)
    for row in rows:
        number += 1
        digest = chained(previous, number, row)
        session.add(Audit(id=number, previous=previous, hash=digest, **row))
        previous = digest


def chained(previous: str, number: int, row: dict[str, Any]) -> str:
    """The hash of a row and of all rows before it, as 64 hexadecimal digits."""
    moment: datetime = row["at"]
    content = [previous, number, moment.timestamp()]
    content += [row[key] for key in sorted(row) if key != "at"]
    text = json.dumps(content, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def first_fault(session: Session) -> int | None:
    """The number of the first row that does not fit the chain; None: it is intact."""
    previous = FIRST
    rows = session.scalars(select(Audit).order_by(Audit.id))
    for number, row in enumerate(rows, start=1):
        content = {key: getattr(row, key) for key in CHAINED}
        if row.id != number or row.hash != chained(previous, number, content):
            return row.id
        previous = row.hash
    return None
