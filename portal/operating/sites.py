"""Opening a site: its studies, its numbers, its first administrator. Safe to repeat."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import available_timezones

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit, study_versions
from portal.db.tables.people import Site, Staff, StudyVersion
from portal.errors import InvalidInput, NotFound, StudyFileFault
from portal.languages import SOURCE, spoken_in
from portal.people import contacts
from portal.people.accounts import accounts
from portal.people.roles import Role
from portal.phone_numbers import grouped, to_e164, written
from portal.protocol.checks.study import faults
from portal.protocol.study.model import SiteDefaults, Study
from portal.protocol.study.text import Text
from portal.records.own import treatment_card
from portal.vocabulary.people import ContactKind

EMERGENCY = re.compile("[0-9]{2,6}")


@dataclass(frozen=True)
class NewSite:
    """A new site: its code, what it starts with, and the first administrator."""

    code: str
    defaults: SiteDefaults
    admin: str
    password: str = field(repr=False)
    catch_all: str | None = None


def has_admin(session: Session) -> bool:
    """Whether there is an administrator."""
    query = select(Staff.id).where(Staff.role == Role.ADMIN, Staff.active).limit(1)
    return session.scalar(query) is not None


def only(session: Session, code: str | None = None) -> Site:
    """The site with this code; without one, the only site there is.

    Raises:
        NotFound: there is none, or several and no code was given.
    """
    query = select(Site).order_by(Site.id).limit(2)
    if code is not None:
        query = query.where(Site.code == code)
    found = session.scalars(query).all()
    if not found:
        raise NotFound("There is no such site. Run: python -m portal init")
    if len(found) > 1:
        raise NotFound("There are several sites: name one with --site.")
    return found[0]


def open_site(
    session: Session,
    files: Sequence[tuple[Study, str]],
    opening: NewSite,
    *,
    now: datetime,
) -> list[str]:
    """Install the studies (each with its source), open the site; return what was done.

    What exists already stays as it is: an installed study is not checked again by later
    demands.

    Raises:
        StudyFileFault: a new study has faults; all of them are named.
        InvalidInput: a zone, number, user name or password cannot be used.
    """
    said = [_install(session, study, source, now) for study, source in files]
    site = session.scalar(select(Site).where(Site.code == opening.code))
    if site is None:
        site = _add(session, opening, now)
        said.append(
            f"Site {site.code}: {Text(site.name).say(SOURCE)}, duty line {site.duty_line}."
        )
        if caught := contacts.mobile(session, site_id=site.id):
            said.append(f"Paged if nobody is on call: {grouped(caught.value or '')}.")
    else:
        said.append(f"Site {site.code} is there already.")
    said.append(_admin(session, site, opening, now))
    return said


def _install(session: Session, study: Study, source: str, now: datetime) -> str:
    before = session.scalar(
        select(StudyVersion.id).where(
            StudyVersion.study_id == study.id, StudyVersion.sha256 == study.sha256
        )
    )
    if before is None:
        _refuse_faulty(study)
        _refuse_changed(session, study)
    study_versions.install(session, study, source, now=now)
    state = "approved" if study.approved else "NOT approved: for rehearsal only"
    verb = "is there already" if before else "was installed"
    return f"Study {study.id} {study.version} {verb} ({state})."


def _refuse_faulty(study: Study) -> None:
    found = faults(study)
    if found:
        lines = "\n".join(f"{fault.key}: {fault.sentence}" for fault in found)
        said = f"{study.id} {study.version} is not installed. It has faults:"
        raise StudyFileFault(f"{said}\n{lines}", field=found[0].key)


def _refuse_changed(session: Session, study: Study) -> None:
    """One version number stands for one text, because people sign for that text."""
    query = select(StudyVersion.id).filter_by(study_id=study.id, version=study.version)
    if session.scalar(query.limit(1)) is not None:
        raise StudyFileFault(
            f"{study.id} {study.version} is installed with a different text. "
            "Raise the version in the file.",
            field="version",
        )


def _add(session: Session, opening: NewSite, now: datetime) -> Site:
    defaults = opening.defaults
    if defaults.time_zone not in available_timezones():
        raise InvalidInput("This time zone does not exist.", field="time_zone")
    to_e164(defaults.duty_line, defaults.country)  # people tap it to call
    if not EMERGENCY.fullmatch(defaults.emergency_number):
        raise InvalidInput("An emergency number is short, such as 120.")
    site = Site(
        code=opening.code,
        name=dict(defaults.name),
        country=defaults.country,
        time_zone=defaults.time_zone,
        duty_line=written(defaults.duty_line),
        emergency_number=defaults.emergency_number,
        created_at=now,
    )
    session.add(site)
    session.flush()
    if opening.catch_all:
        number = to_e164(opening.catch_all, site.country)
        contacts.replace(
            session, ContactKind.MOBILE, number, now=now, verified=True, site_id=site.id
        )
    audit.record(session, audit.OPERATOR, "site.opened", ("site", site.id), now=now)
    return site


def change_numbers(
    session: Session,
    site: Site,
    *,
    duty_line: str | None,
    catch_all: str | None,
    now: datetime,
) -> None:
    """Set a site's duty line, and the number that is paged if nobody is on call.

    None leaves a number as it is; a repeat changes nothing.

    Raises:
        InvalidInput: a number cannot be dialled.
    """
    if duty_line is not None:
        to_e164(duty_line, site.country)
        site.duty_line = written(duty_line)
    if catch_all is not None:
        number = to_e164(catch_all, site.country)
        before = contacts.mobile(session, site_id=site.id)
        if before is None or before.value != number:
            contacts.replace(
                session,
                ContactKind.MOBILE,
                number,
                now=now,
                verified=True,
                site_id=site.id,
            )
    subject = ("site", site.id)
    audit.record(session, audit.OPERATOR, "site.numbers_changed", subject, now=now)


def choose_card(session: Session, site: Site, shows: str, *, now: datetime) -> None:
    """Choose the heading of the site's treatment cards: the study code or the name.

    Raises:
        InvalidInput: it is neither ``code`` nor ``name``.
    """
    if shows not in treatment_card.SHOWN:
        raise InvalidInput("A card shows the code or the name.", field="card")
    site.card_shows = shows
    subject = ("site", site.id)
    audit.record(session, audit.OPERATOR, "site.card_chosen", subject, now=now)


def _admin(session: Session, site: Site, opening: NewSite, now: datetime) -> str:
    if has_admin(session):
        return "An administrator is there already."
    accounts.add_staff(
        session,
        site_id=site.id,
        username=opening.admin,
        display_name=opening.admin,
        role="admin",
        password=opening.password,
        language=spoken_in(site.country),
        by=audit.OPERATOR,
        now=now,
    )
    return f"Administrator {opening.admin}: sign in at /staff/sign-in."
