"""A screen for the demonstration's ward, set up without anybody typing a code."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.alerting import sirens
from portal.db.tables.people import Staff
from portal.errors import NotFound

NAME = "Ward desk"


def another_screen(session: Session, *, now: datetime, real_now: datetime) -> str:
    """The credential of a new screen at the first site.

    Raises:
        NotFound: there is no staff yet who could own it.
    """
    query = select(Staff).where(Staff.active).order_by(Staff.site_id, Staff.id)
    by = session.scalar(query.limit(1))
    if by is None:
        raise NotFound("There is no site.")
    code = sirens.make(session, by, NAME, now=now, real_now=real_now)
    secret = sirens.set_up(session, code, now=now, real_now=real_now)
    assert secret is not None  # noqa: S101 (its code was made a moment ago)
    return secret
