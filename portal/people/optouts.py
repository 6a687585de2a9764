"""STOP and START, stored per number: no more texts to it, whoever owns it.

Calls continue, and people read and answer reports as before. The newest act counts. If
a number was said to belong to somebody else, only staff can allow texts to it again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ScalarSelect, select
from sqlalchemy.orm import Session

from portal import audit, study_versions
from portal.db.dialect import insert_unless_present, lock_key
from portal.db.tables.alerts import Task
from portal.db.tables.outbox import OptOut
from portal.db.tables.people import Caregiver, Contact, Participant, Staff
from portal.people import contacts
from portal.protocol.demands.duties import Work
from portal.protocol.study.tiers import Tier
from portal.vocabulary.messages import OptOutAct, OptOutSource
from portal.vocabulary.tasks import TaskKind, TaskState

AGREE_WITHIN = timedelta(hours=1)
ENOUGH = frozenset({OptOutSource.TEXT, OptOutSource.PROVIDER})
"""The sources of a STOP that a START from the number cancels."""


class NumberState(StrEnum):
    """How a number can be used. ``STOPPED``: calls arrive, texts do not."""

    WORKS = "works"
    STOPPED = "stopped"
    UNVERIFIED = "unverified"
    BROKEN = "broken"
    NONE = "none"

    @property
    def takes_texts(self) -> bool:
        """Whether a text, such as a code to sign in, may arrive."""
        return self in (NumberState.WORKS, NumberState.UNVERIFIED)


def in_force(session: Session, number: str) -> OptOut | None:
    """The STOP in force for a number; None: it may be texted."""
    newest = select(OptOut).filter_by(number=number).order_by(OptOut.id.desc())
    act = session.scalar(newest.limit(1))
    return act if act is not None and act.act == OptOutAct.STOP else None


def opted_out(session: Session, number: str) -> bool:
    """Whether texts to a number are stopped."""
    return in_force(session, number) is not None


def standing(session: Session, contact: Contact | None) -> NumberState:
    """The state of a contact's number; a number that is gone has none."""
    if contact is None or contact.value is None:
        return NumberState.NONE
    if contact.broken_at is not None:
        return NumberState.BROKEN
    if opted_out(session, contact.value):
        return NumberState.STOPPED
    return NumberState.WORKS if contact.verified_at else NumberState.UNVERIFIED


def newest_act(number: Any) -> ScalarSelect[OptOutAct]:
    """For a query: the newest act of the number in this column; NULL: none."""
    newest = select(OptOut.act).where(OptOut.number == number)
    return newest.order_by(OptOut.id.desc()).limit(1).scalar_subquery()


def stop(session: Session, number: str, *, source: OptOutSource, now: datetime) -> bool:
    """No more texts to a number; staff are told. False: it was stopped already."""
    lock_key(session, f"opt-out:{number}")
    held = in_force(session, number)
    wrong = OptOutSource.WRONG
    if held is not None and (held.source == wrong or source != wrong):
        return False
    act = _keep(session, number, OptOutAct.STOP, source, now)
    _tell(session, act, now)
    return True


def start(
    session: Session,
    number: str,
    *,
    source: OptOutSource,
    now: datetime,
    actor: audit.Actor = audit.ENGINE,
) -> bool:
    """Allow texts again. False: not stopped, or only staff may allow them."""
    lock_key(session, f"opt-out:{number}")
    held = in_force(session, number)
    if held is None or (source != OptOutSource.STAFF and held.source not in ENOUGH):
        return False
    _keep(session, number, OptOutAct.START, source, now, actor)
    return True


def _keep(
    session: Session,
    number: str,
    act: OptOutAct,
    source: OptOutSource,
    now: datetime,
    actor: audit.Actor = audit.ENGINE,
) -> OptOut:
    row = OptOut(number=number, act=act, source=source, at=now)
    session.add(row)
    session.flush()
    for subject in _subjects(contacts.owners_of(session, number)):
        did = f"texts.{act}"
        audit.record(session, actor, did, subject, now=now, source=source)
    return row


def _subjects(owners: Iterable[Contact]) -> list[tuple[str, int]]:
    kinds = ("participant", "caregiver", "staff", "site")
    named = ((kind, getattr(owner, f"{kind}_id")) for owner in owners for kind in kinds)
    return [(kind, number) for kind, number in named if number is not None]


def _tell(session: Session, act: OptOut, now: datetime) -> None:
    """Open a task per participant to agree another way; for staff a more urgent one."""
    wrong = act.source == OptOutSource.WRONG
    people: dict[int, Participant] = {}
    for owner in contacts.owners_of(session, act.number):
        if owner.staff_id is not None:
            _tell_of_staff(session, act, session.get_one(Staff, owner.staff_id), now)
        elif owner.site_id is not None:
            _open(session, act, TaskKind.STAFF_OPTED_OUT, owner.site_id, now, now)
        else:
            person = _participant(session, owner)
            people[person.id] = person
    for person in people.values():
        kind, due_at = (
            TaskKind.WRONG_NUMBER if wrong else TaskKind.OPTED_OUT,
            now + AGREE_WITHIN,
        )
        _open(session, act, kind, person.site_id, now, due_at, participant=person)


def _participant(session: Session, owner: Contact) -> Participant:
    number = owner.participant_id
    if number is None:
        number = session.get_one(Caregiver, owner.caregiver_id).participant_id
    return session.get_one(Participant, number)


def _tell_of_staff(session: Session, act: OptOut, staff: Staff, now: datetime) -> None:
    _open(
        session, act, TaskKind.STAFF_OPTED_OUT, staff.site_id, now, now, staff=staff.id
    )


def _open(
    session: Session,
    act: OptOut,
    kind: TaskKind,
    site_id: int,
    now: datetime,
    due_at: datetime,
    participant: Participant | None = None,
    **detail: int,
) -> None:
    whose = f"p{participant.id}" if participant else f"s{detail.get('staff', 0)}"
    version_id = participant.study_version_id if participant else None
    insert_unless_present(
        session,
        Task,
        dedupe_key=f"S:{act.id}:{whose}",
        site_id=site_id,
        participant_id=participant.id if participant else None,
        kind=kind,
        tier=(Tier.ROUTINE if participant else Tier.SAME_DAY).value,
        owner_role=study_versions.whose(session, Work.ORGANISING, version_id),
        detail={"source": act.source, **detail},
        created_at=now,
        due_at=due_at,
        state=TaskState.OPEN,
    )
