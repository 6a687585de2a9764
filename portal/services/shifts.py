"""Shifts: who is put on call, when a shift ends, and the hours that nobody covers.

A gap is said in advance, because on the night itself it is found by a person in
danger.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Exists, and_, exists, or_, select
from sqlalchemy.orm import Session

from portal.core.errors import InvalidInput, NotFound
from portal.db.people import Contact, Shift, Staff
from portal.services import audit
from portal.services.rota import DUTIES, assign

PAGED_DUTIES = ("nurse", "doctor", "second_doctor", "investigator")
"""The duties that a ladder pages: an hour without one of them is a gap."""
MAY_PLAN = ("coordinator", "admin", "investigator")
"""The roles that may change the rota."""


@dataclass(frozen=True)
class OnCall:
    """One shift of one person; ``ends_at`` None: until further notice.

    ``reachable``: a verified, working number stands behind the name.
    """

    shift_id: int
    role: str
    staff_id: int
    name: str
    starts_at: datetime
    ends_at: datetime | None
    reachable: bool


@dataclass(frozen=True)
class Gap:
    """Hours in which nobody who can be paged has this duty."""

    role: str
    starts_at: datetime
    ends_at: datetime


def between(
    session: Session, site_id: int, since: datetime, until: datetime
) -> Sequence[OnCall]:
    """The shifts of active staff that touch this span, by duty, then by start."""
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
        OnCall(s.id, s.role, s.staff_id, name, s.starts_at, s.ends_at, reachable)
        for s, name, reachable in session.execute(query)
    ]
    return sorted(found, key=lambda one: (DUTIES.index(one.role), one.starts_at))


def _has_working_number() -> Exists:
    return exists().where(
        Contact.staff_id == Staff.id,
        Contact.kind == "mobile",
        Contact.value.is_not(None),
        Contact.retired_at.is_(None),
        Contact.verified_at.is_not(None),
        Contact.broken_at.is_(None),
    )


def gaps(
    shifts: Iterable[OnCall],
    since: datetime,
    until: datetime,
    roles: Iterable[str] = PAGED_DUTIES,
) -> list[Gap]:
    """The hours from ``since`` to ``until`` without anybody to page, oldest first."""
    usable = [one for one in shifts if one.reachable]
    found = [gap for role in roles for gap in _gaps_of(role, usable, since, until)]
    return sorted(found, key=lambda gap: gap.starts_at)


def _gaps_of(
    role: str, shifts: Iterable[OnCall], since: datetime, until: datetime
) -> Iterable[Gap]:
    covered = since
    own = sorted(
        (one for one in shifts if one.role == role), key=lambda one: one.starts_at
    )
    for one in own:
        if one.starts_at > covered:
            yield Gap(role, covered, min(one.starts_at, until))
        covered = max(covered, one.ends_at or until)
    if covered < until:
        yield Gap(role, covered, until)


def plan(
    session: Session,
    by: Staff,
    *,
    staff_id: int,
    role: str,
    starts_at: datetime,
    ends_at: datetime | None,
    now: datetime,
) -> Shift:
    """Put a colleague on call; the same shift again gives the one that is there.

    Raises:
        InvalidInput: no such duty or colleague, or the shift ends before it begins
            or is over.
    """
    session.get_one(Staff, by.id, with_for_update=True)
    colleague = session.get(Staff, staff_id)
    if colleague is None or colleague.site_id != by.site_id or not colleague.active:
        raise InvalidInput("Choose a colleague.", field="staff_id")
    if role not in DUTIES:
        raise InvalidInput("Choose a duty.", field="role")
    if ends_at is not None and ends_at <= max(starts_at, now):
        raise InvalidInput(
            "A shift ends after it begins, and not in the past.", field="ends_at"
        )
    known = session.scalar(
        select(Shift).filter_by(
            site_id=by.site_id,
            role=role,
            staff_id=staff_id,
            starts_at=starts_at,
            ends_at=ends_at,
        )
    )
    if known is not None:
        return known
    shift = assign(session, colleague, role, starts_at=starts_at, ends_at=ends_at)
    _note(session, by, "planned", shift, now)
    return shift


def end(session: Session, by: Staff, shift_id: int, *, now: datetime) -> Shift:
    """End a shift now; one that has not begun is never served. A repeat is well.

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
    actor = audit.Actor("staff", str(by.id))
    subject = ("shift", shift.id)
    audit.record(session, actor, f"shift.{what}", subject, now=now, role=shift.role)
