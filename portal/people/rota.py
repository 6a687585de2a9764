"""Who is on call: the rota is data, resolved at the moment a rung fires.

While an override runs (a holiday, a swap) the usual shifts of that duty do not count.
Shifts are stored as UTC times: a change to summer time does not move them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.db.tables.people import Shift, Staff
from portal.errors import InvalidInput
from portal.people.roles import ANSWERING


def on_call(
    session: Session, site_id: int, duty: str, *, now: datetime
) -> Sequence[Staff]:
    """The active staff who have this duty now; empty: nobody."""
    query = (
        select(Staff, Shift.override)
        .join(Shift, Shift.staff_id == Staff.id)
        .where(
            Shift.site_id == site_id,
            Shift.duty == duty,
            Shift.starts_at <= now,
            or_(Shift.ends_at.is_(None), Shift.ends_at > now),
            Staff.active,
        )
        .order_by(Staff.id)
    )
    rows = [(staff, override) for staff, override in session.execute(query)]
    instead = [staff for staff, override in rows if override]
    return list(dict.fromkeys(instead or [staff for staff, _ in rows]))


def assign(
    session: Session,
    staff: Staff,
    duty: str,
    *,
    starts_at: datetime,
    ends_at: datetime | None = None,
    override: bool = False,
) -> Shift:
    """Give somebody a duty; ``ends_at`` None: until further notice.

    Raises:
        InvalidInput: their role may not answer alerts.
    """
    if staff.role not in ANSWERING:
        raise InvalidInput(
            "This person's role may not answer an alert, so they cannot be on call. "
            "Choose somebody else.",
            field="staff_id",
        )
    shift = Shift(
        site_id=staff.site_id,
        duty=duty,
        staff_id=staff.id,
        starts_at=starts_at,
        ends_at=ends_at,
        override=override,
    )
    session.add(shift)
    session.flush()
    return shift
