"""What everybody may know about a site: names, numbers to call, zone and country."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.people import Site
from portal.protocol.study.text import Text


@dataclass(frozen=True)
class SiteFacts:
    """A site as pages show it."""

    id: int
    name: Text
    duty_line: str
    emergency_number: str
    time_zone: str
    country: str


def every(session: Session) -> Sequence[SiteFacts]:
    """All sites, in the order in which they were opened."""
    return [
        SiteFacts(
            id=row.id,
            name=Text(row.name),
            duty_line=row.duty_line,
            emergency_number=row.emergency_number,
            time_zone=row.time_zone,
            country=row.country,
        )
        for row in session.scalars(select(Site).order_by(Site.id))
    ]
