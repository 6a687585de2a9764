"""The demonstration's site, its staff and their rota."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal import audit
from portal.db.tables.people import Site, Staff
from portal.demo.past.people import (
    BLOCK,
    NURSING,
    PASSWORD,
    SITE,
    Colleague,
    colleagues,
)
from portal.people import contacts, rota
from portal.people.accounts import accounts
from portal.protocol.calendar import study_days
from portal.protocol.study.model import SiteDefaults, Study
from portal.vocabulary.people import ContactKind

ROTA_BEHIND, ROTA_AHEAD = 30, 200  # days of shifts, for a clock that moves on
SINCE = timedelta(days=900)  # longer than anybody has been followed up
CATCH_ALL = f"{BLOCK}0099"


def open_site(session: Session, place: SiteDefaults, *, now: datetime) -> Site:
    """The hospital, as the study file proposes it."""
    site = Site(
        code=SITE,
        name=dict(place.name),
        country=place.country,
        time_zone=place.time_zone,
        duty_line=place.duty_line,
        emergency_number=place.emergency_number,
        created_at=now,
    )
    session.add(site)
    session.flush()
    contacts.replace(
        session, ContactKind.MOBILE, CATCH_ALL, now=now, verified=True, site_id=site.id
    )
    return site


def hire(
    session: Session, site: Site, study: Study, *, now: datetime
) -> dict[str, Staff]:
    """Everybody in a study's team, by user name, with their numbers and duties."""
    team = colleagues([duty.id for duty in study.duties])
    return {person.username: _hire(session, site, person, now) for person in team}


def _hire(session: Session, site: Site, person: Colleague, now: datetime) -> Staff:
    since = now - SINCE
    staff = accounts.add_staff(
        session,
        site_id=site.id,
        username=person.username,
        display_name=person.name,
        role=person.role,
        password=PASSWORD,
        language=person.language,
        by=audit.OPERATOR,
        now=since,
    )
    number = person.number()
    contacts.replace(
        session, ContactKind.MOBILE, number, now=since, verified=True, staff_id=staff.id
    )
    for duty in person.duties:
        rota.assign(session, staff, duty, starts_at=since)
    if person.hours is not None:
        _take_turns(session, site, staff, person.hours, now)
    return staff


def _take_turns(
    session: Session, site: Site, staff: Staff, hours: tuple[int, int], now: datetime
) -> None:
    """A nurse's daily shifts; the last has no end, so that somebody is always on call."""
    begins, ends = (f"{hour:02}:00" for hour in hours)
    for distance in range(-ROTA_BEHIND, ROTA_AHEAD + 1):
        day = study_days.local_date(now + timedelta(days=distance), site.time_zone)
        until = day if begins < ends else day + timedelta(days=1)
        last = distance == ROTA_AHEAD
        rota.assign(
            session,
            staff,
            NURSING,
            starts_at=study_days.moment_at(day, begins, site.time_zone),
            ends_at=None if last else study_days.moment_at(until, ends, site.time_zone),
        )
