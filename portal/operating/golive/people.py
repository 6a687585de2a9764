"""Before going live: accounts, the rota of the coming days, and its contacts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from portal.alerting import sirens
from portal.db.tables.people import Participant, Site, Staff
from portal.operating.golive.findings import ERROR, WARNING, GoLiveFault, PortalSnapshot
from portal.people import contacts, optouts, shifts
from portal.people.accounts import second_factor
from portal.people.optouts import NumberState
from portal.people.roles import ANSWERING, Role
from portal.vocabulary.people import ContactKind, ParticipantStatus

ADMINS = 2
MAINLAND = "+86"
STANDINGS = {
    NumberState.NONE: "has no mobile number",
    NumberState.UNVERIFIED: "has a mobile number that nobody verified",
    NumberState.BROKEN: "has a mobile number that does not work",
}


def rota_gaps(ground: PortalSnapshot) -> Iterator[GoLiveFault]:
    """Hours of the next 30 days in which nobody who can be paged has a duty."""
    for site in ground.sites:
        found = shifts.gaps(
            ground.on_call(site), ground.now, ground.until, ground.roles
        )
        for gap in found:
            span = f"{_local(gap.starts_at, site)} to {_local(gap.ends_at, site)}"
            said = f"{site.code}: nobody can be paged as {gap.duty} from {span}."
            yield GoLiveFault(ERROR, "rota", said)


def _local(moment: datetime, site: Site) -> str:
    return f"{moment.astimezone(ZoneInfo(site.time_zone)):%Y-%m-%d %H:%M}"


def rota_contacts(ground: PortalSnapshot) -> Iterator[GoLiveFault]:
    """Everybody on the rota has a verified, working number that takes texts."""
    for site, staff in _people(ground):
        contact = contacts.current(
            ground.session, ContactKind.MOBILE, staff_id=staff.id
        )
        standing = optouts.standing(ground.session, contact)
        if standing in STANDINGS:
            said = f"{site.code}: {staff.display_name} is on the rota and "
            yield GoLiveFault(ERROR, "contacts", f"{said}{STANDINGS[standing]}.")
        elif standing is NumberState.STOPPED:
            said = (
                f"{site.code}: {staff.display_name} stopped texts; only calls arrive."
            )
            yield GoLiveFault(WARNING, "contacts", said)


def rota_roles(ground: PortalSnapshot) -> Iterator[GoLiveFault]:
    """Everybody on call may answer alerts; other pages would stay unanswered."""
    for site, staff in _people(ground):
        if staff.role not in ANSWERING:
            said = (
                f"{site.code}: {staff.display_name} is on the rota as {staff.role} and "
                "may not answer an alert. End the shift, or change the role."
            )
            yield GoLiveFault(ERROR, "rota", said)


def _people(ground: PortalSnapshot) -> Iterator[tuple[Site, Staff]]:
    for site in ground.sites:
        for staff_id in dict.fromkeys(one.staff_id for one in ground.on_call(site)):
            yield site, ground.session.get_one(Staff, staff_id)


def catch_all(ground: PortalSnapshot) -> Iterator[GoLiveFault]:
    """Each site has a number that is paged when nobody is on call."""
    for site in ground.sites:
        if contacts.mobile(ground.session, site_id=site.id) is None:
            said = (
                f"{site.code}: there is no catch-all number. It is paged when nobody "
                "is on call: python -m portal site set --catch-all NUMBER."
            )
            yield GoLiveFault(ERROR, "catch-all", said)


def mainland(ground: PortalSnapshot) -> Iterator[GoLiveFault]:
    """Twilio cannot reliably page a number in mainland China: e-mail is needed too."""
    if ground.setting.gateway != "twilio":
        return
    for site, staff in _people(ground):
        number = contacts.mobile(ground.session, staff_id=staff.id)
        if number is None or not (number.value or "").startswith(MAINLAND):
            continue
        address = contacts.email(ground.session, staff_id=staff.id)
        if not ground.setting.email or address is None:
            lacks = (
                "has no verified e-mail address"
                if ground.setting.email
                else "cannot be reached by e-mail: PORTAL_SMTP_URL is not set"
            )
            said = (
                f"{site.code}: Twilio cannot reliably page {staff.display_name} at a "
                f"{MAINLAND} number, and the person {lacks}."
            )
            yield GoLiveFault(ERROR, "mainland", said)


def sirens_listen(ground: PortalSnapshot) -> Iterator[GoLiveFault]:
    """Each ward has a live siren screen: it needs no provider and has no cap."""
    for site in ground.sites:
        if sirens.any_live(ground.session, site.id, real_now=ground.real_now):
            continue
        relied_on = ground.setting.gateway == "twilio" and _is_mainland(ground, site)
        said = f"{site.code}: no siren is listening: see Rota, Sirens."
        if relied_on:
            said += (
                f" Beside Twilio at {MAINLAND} numbers it is needed, and e-mail too."
            )
        yield GoLiveFault(ERROR if relied_on else WARNING, "siren", said)


def _is_mainland(ground: PortalSnapshot, site: Site) -> bool:
    numbers = (
        contacts.mobile(ground.session, staff_id=staff.id)
        for where, staff in _people(ground)
        if where.id == site.id
    )
    return any(
        number and (number.value or "").startswith(MAINLAND) for number in numbers
    )


def admins(ground: PortalSnapshot) -> Iterator[GoLiveFault]:
    """Two administrators, so that one can reset the other's second factor."""
    query = select(func.count()).where(Staff.role == Role.ADMIN, Staff.active)
    found = ground.session.scalar(query.select_from(Staff)) or 0
    if found < ADMINS:
        said = (
            f"Administrators: {found}. One who loses a phone or a password needs "
            f"another to sign in again: have at least {ADMINS}."
        )
        yield GoLiveFault(WARNING, "admins", said)


def second_factors(ground: PortalSnapshot) -> Iterator[GoLiveFault]:
    """With real people, no member of staff signs in with only a password."""
    if not ground.setting.production:
        return
    query = select(Staff).where(Staff.active).order_by(Staff.username)
    without = [
        staff.username
        for staff in ground.session.scalars(query)
        if not second_factor.is_on(staff)
    ]
    if without:
        said = (
            "These accounts still open with a password alone; each must sign in once "
            f"and set up the second factor, or be closed: {', '.join(without)}."
        )
        yield GoLiveFault(ERROR, "second factor", said)


def zones(ground: PortalSnapshot) -> Iterator[GoLiveFault]:
    """Participants in another zone than the site's: is that intended?"""
    for site in ground.sites:
        query = (
            select(Participant.time_zone, Participant.code)
            .where(
                Participant.site_id == site.id,
                Participant.status == ParticipantStatus.ACTIVE,
            )
            .where(Participant.time_zone != site.time_zone)
            .order_by(Participant.code)
        )
        elsewhere: dict[str, list[str]] = {}
        for zone, code in ground.session.execute(query):
            elsewhere.setdefault(zone, []).append(code)
        for zone, codes in sorted(elsewhere.items()):
            said = (
                f"{site.code} is in {site.time_zone}; reminders use {zone} "
                f"for {', '.join(codes)}. Is that intended?"
            )
            yield GoLiveFault(WARNING, "zones", said)


def participants(ground: PortalSnapshot) -> Iterator[GoLiveFault]:
    """Participants without a working number, or with one that is not verified."""
    query = select(Participant).where(Participant.status == ParticipantStatus.ACTIVE)
    lacking, unsure = [], []
    for person in ground.session.scalars(query.order_by(Participant.code)):
        contact = contacts.texted(ground.session, participant_id=person.id)
        if contact is None:
            lacking.append(person.code)
        elif contact.verified_at is None:
            unsure.append(person.code)
    if lacking:
        said = f"No working number: {', '.join(lacking)}. Ask them for one."
        yield GoLiveFault(WARNING, "participants", said)
    if unsure:
        said = (
            "The number is not verified yet; they sign in once with its code, or you "
            f"phone them and confirm it: {', '.join(unsure)}."
        )
        yield GoLiveFault(WARNING, "participants", said)
