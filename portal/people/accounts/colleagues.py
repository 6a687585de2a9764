"""What an administrator does for a colleague: second factor, password, leaving.

Nobody does these things for themselves. So a stolen session or a single administrator
cannot bypass the second factor, and there is always an administrator left.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import Actor
from portal.db.tables.people import Shift, Site, Staff
from portal.errors import InvalidInput, NotAllowed, NotFound
from portal.people import contacts, shifts, unreachable
from portal.people.access import sessions
from portal.people.accounts import accounts, second_factor
from portal.phone_numbers import to_mobile
from portal.vocabulary.people import ActorKind, ContactKind

ADDRESS = re.compile(r"[!-;=?-~]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")  # ASCII, no blanks


@dataclass(frozen=True)
class Account:
    """One colleague as an administrator sees them."""

    staff_id: int
    username: str
    name: str
    role: str
    active: bool
    second_factor: bool


def at_site(session: Session, site_id: int) -> Sequence[Account]:
    """Everybody who has or had an account here; closed accounts come last."""
    query = select(Staff).where(Staff.site_id == site_id)
    ordered = query.order_by(Staff.active.desc(), Staff.display_name, Staff.id)
    return [
        Account(
            one.id,
            one.username,
            one.display_name,
            one.role,
            one.active,
            second_factor.is_on(one),
        )
        for one in session.scalars(ordered)
    ]


def known(session: Session, admin: Staff, staff_id: int) -> Staff:
    """A colleague of the administrator's own site, both locked for a change.

    Raises:
        NotFound: there is none with this id here.
        NotAllowed: it is their own account, or their account was closed meanwhile.
    """
    query = (
        select(Staff)
        .where(Staff.site_id == admin.site_id)
        .where(or_(Staff.id == staff_id, Staff.id == admin.id))
        .order_by(Staff.id)
        .with_for_update()
    )
    found = {one.id: one for one in session.scalars(query)}
    if staff_id not in found:
        raise NotFound("There is no such account.")
    if staff_id == admin.id:
        raise NotAllowed("This is your own account. Ask another administrator.")
    if not found[admin.id].active:
        raise NotAllowed("Your account was closed.")
    return found[staff_id]


def reset_second_factor(
    session: Session, staff: Staff, *, by: Actor, now: datetime, real_now: datetime
) -> None:
    """Remove a colleague's second factor; the administrator has seen them in person.

    Their sessions end. A repeat changes nothing more.
    """
    second_factor.forget(staff)
    sessions.end_all_of_staff(session, staff.id, real_now=real_now)
    subject = ("staff", staff.id)
    audit.record(session, by, "staff.second_factor_reset", subject, now=now)


def named(session: Session, username: str) -> Staff:
    """The colleague with this user name, for an operator's command.

    Raises:
        NotFound: nobody has it.
    """
    name = accounts.normal_name(username)
    found = session.scalar(select(Staff).filter_by(username=name))
    if found is None:
        raise NotFound("There is no such account.")
    return found


def change_contact(
    session: Session,
    staff: Staff,
    kind: ContactKind,
    value: str,
    *,
    by: Actor,
    now: datetime,
    verified: bool = True,
) -> None:
    """Set where a colleague is paged; ``kind`` is mobile or email.

    If it is verified, waiting messages go to it. If it is not, it is not paged, and the
    ladder continues to the next person at once. A repeat changes nothing.

    Raises:
        InvalidInput: texts cannot reach the number, or it is not an e-mail address.
    """
    if kind == ContactKind.MOBILE:
        value = to_mobile(value, session.get_one(Site, staff.site_id).country)
    elif not ADDRESS.fullmatch(value):
        raise InvalidInput("This is not an e-mail address.", field="email")
    before = contacts.current(session, kind, staff_id=staff.id)
    works = before and before.verified_at and before.broken_at is None
    if before is not None and works and before.value == value:
        return
    after = contacts.replace(
        session, kind, value, now=now, verified=verified, staff_id=staff.id
    )
    if before is not None and verified:
        unreachable.readdress(session, before, after, now=now)
    unreachable.look_again(session, staff.id, now=now)
    subject = ("staff", staff.id)
    audit.record(session, by, "staff.contact_changed", subject, now=now, kind=kind)


def disable(
    session: Session, admin: Staff, staff: Staff, *, now: datetime, real_now: datetime
) -> None:
    """Close a colleague's account: end sessions, shifts and the second factor."""
    by = Actor(ActorKind.STAFF, str(admin.id))
    accounts.disable(session, staff.id, by=by, now=now, real_now=real_now)
    second_factor.forget(staff)
    unreachable.withdraw(session, staff.id, "the colleague left", now=now)
    open_shifts = select(Shift.id).where(
        Shift.staff_id == staff.id,
        Shift.site_id == admin.site_id,
        or_(Shift.ends_at.is_(None), Shift.ends_at > now),
    )
    for shift_id in session.scalars(open_shifts).all():
        shifts.end(session, admin, shift_id, now=now)
