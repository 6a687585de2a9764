"""Shifts: who is on call, when a shift ends, and the hours that nobody covers.

A gap is reported in advance; otherwise a person in danger finds it at night.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Exists, and_, exists, or_, select
from sqlalchemy.orm import Session

from portal import audit
from portal.db.tables.people import Contact, Shift, Staff
from portal.errors import InvalidInput, NotFound
from portal.people.roles import ANSWERING
from portal.people.rota import assign
from portal.vocabulary.people import ActorKind, ContactKind


@dataclass(frozen=True)
class OnCall:
    """One shift of one person; ``ends_at`` None: until further notice.

    ``reachable``: the person has a verified, working number. ``override``: while it
    runs, the usual shifts of the duty do not count.
    """

    shift_id: int
    duty: str
    staff_id: int
    name: str
    starts_at: datetime
    ends_at: datetime | None
    reachable: bool
    override: bool = False

    def covers(self, moment: datetime) -> bool:
        """Whether the shift runs at this time."""
        return self.starts_at <= moment and (
            self.ends_at is None or moment < self.ends_at
        )


@dataclass(frozen=True)
class RotaGap:
    """Hours in which nobody with this duty can be paged."""

    duty: str
    starts_at: datetime
    ends_at: datetime


def may_serve(session: Session, site_id: int) -> list[tuple[int, str]]:
    """The colleagues who may be put on call: id and name, by name."""
    query = select(Staff.id, Staff.display_name).where(
        Staff.site_id == site_id, Staff.active, Staff.role.in_(ANSWERING)
    )
    rows = session.execute(query.order_by(Staff.display_name))
    return [(number, name) for number, name in rows]


def between(
    session: Session, site_id: int, since: datetime, until: datetime
) -> Sequence[OnCall]:
    """The shifts of active staff that overlap this span, by duty, then by start."""
    query = (
        select(Shift, Staff.display_name, _has_working_number())
        .join(Staff, Staff.id == Shift.staff_id)
        .where(
            Shift.site_id == site_id,
            Staff.active,
            Shift.starts_at < until,
            or_(
                Shift.ends_at.is_(None),
                and_(Shift.ends_at > since, Shift.ends_at > Shift.starts_at),
            ),
        )
    )
    found = [
        _on_call(shift, name, reachable)
        for shift, name, reachable in session.execute(query)
    ]
    return sorted(found, key=lambda one: (one.duty, one.starts_at))


def _on_call(shift: Shift, name: str, reachable: bool) -> OnCall:
    return OnCall(
        shift_id=shift.id,
        duty=shift.duty,
        staff_id=shift.staff_id,
        name=name,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        reachable=reachable,
        override=shift.override,
    )


def _has_working_number() -> Exists:
    return exists().where(
        Contact.staff_id == Staff.id,
        Contact.kind == ContactKind.MOBILE,
        Contact.value.is_not(None),
        Contact.retired_at.is_(None),
        Contact.verified_at.is_not(None),
        Contact.broken_at.is_(None),
    )


def gaps(
    shifts: Iterable[OnCall],
    since: datetime,
    until: datetime,
    duties: Iterable[str],
) -> list[RotaGap]:
    """The hours in this span with nobody to page as one of ``duties``, oldest first."""
    known = list(shifts)
    found = [gap for duty in duties for gap in _gaps_of(duty, known, since, until)]
    return sorted(found, key=lambda gap: gap.starts_at)


def _gaps_of(
    duty: str, shifts: Iterable[OnCall], since: datetime, until: datetime
) -> Iterable[RotaGap]:
    own = [one for one in shifts if one.duty == duty]
    turns = {one.starts_at for one in own} | {one.ends_at or until for one in own}
    moments = sorted({since, until, *(at for at in turns if since < at < until)})
    begins: datetime | None = None
    for moment in moments[:-1]:
        if _is_covered(own, moment):
            if begins is not None:
                yield RotaGap(duty, begins, moment)
            begins = None
        elif begins is None:
            begins = moment
    if begins is not None:
        yield RotaGap(duty, begins, until)


def _is_covered(shifts: Iterable[OnCall], moment: datetime) -> bool:
    running = [one for one in shifts if one.covers(moment)]
    instead = [one for one in running if one.override]
    return any(one.reachable for one in instead or running)


def resting(shifts: Iterable[OnCall], moment: datetime) -> set[int]:
    """The ids of shifts that run at this time and are replaced by an override."""
    running = [one for one in shifts if one.covers(moment)]
    replaced = {one.duty for one in running if one.override}
    return {
        one.shift_id for one in running if one.duty in replaced and not one.override
    }


def plan(
    session: Session,
    by: Staff,
    *,
    staff_id: int,
    duty: str,
    starts_at: datetime,
    ends_at: datetime | None,
    now: datetime,
    known: Collection[str],
    override: bool = False,
) -> Shift:
    """Put a colleague on call; a repeat returns the existing shift.

    ``known`` are the duties that there are. An ``override`` replaces the duty's usual
    shifts and must have an end.

    Raises:
        InvalidInput: there is no such duty or colleague, the colleague may not be on
            call, the shift ends before it begins or is over, or an override has no end.
    """
    session.get_one(Staff, by.id, with_for_update=True)
    if duty not in known:
        raise InvalidInput("Choose a duty.", field="role")
    _check(starts_at, ends_at, override, now)
    colleague = session.get(Staff, staff_id)
    if colleague is None or colleague.site_id != by.site_id or not colleague.active:
        raise InvalidInput("Choose a colleague.", field="staff_id")
    turn: dict[str, Any] = {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "override": override,
    }
    whose = {"site_id": by.site_id, "duty": duty, "staff_id": staff_id}
    same = session.scalar(select(Shift).filter_by(**whose, **turn))
    if same is not None:
        return same
    shift = assign(session, colleague, duty, **turn)
    _note(session, by, "planned", shift, now)
    return shift


def _check(
    starts_at: datetime, ends_at: datetime | None, override: bool, now: datetime
) -> None:
    if ends_at is None and override:
        raise InvalidInput(
            "Say until when it replaces the usual shifts.", field="ends_at"
        )
    if ends_at is not None and ends_at <= max(starts_at, now):
        raise InvalidInput(
            "A shift must end after it begins, and not in the past.", field="ends_at"
        )


def end(session: Session, by: Staff, shift_id: int, *, now: datetime) -> Shift:
    """End a shift now; one that has not started will not begin. A repeat does nothing.

    Raises:
        NotFound: no such shift at this person's site.
    """
    shift = session.get(Shift, shift_id, with_for_update=True)
    if shift is None or shift.site_id != by.site_id:
        raise NotFound("There is no such shift.")
    last = max(now, shift.starts_at)
    if shift.ends_at is None or shift.ends_at > last:
        shift.ends_at = last
        _note(session, by, "ended", shift, now)
    return shift


def _note(session: Session, by: Staff, what: str, shift: Shift, now: datetime) -> None:
    actor = audit.Actor(ActorKind.STAFF, str(by.id))
    subject = ("shift", shift.id)
    audit.record(session, actor, f"shift.{what}", subject, now=now, role=shift.duty)
