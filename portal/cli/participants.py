"""``python -m portal staff`` and ``participant``: the people of a portal, by hand."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import click
from sqlalchemy.orm import Session

from portal import audit, startup, study_versions
from portal.cli.output import print_json, read_back, secret
from portal.cli.staff import contact, reset_second_factor
from portal.cli.stays import admit, discharge
from portal.db.people import Participant, Site, Staff
from portal.enrolment import enrolment
from portal.enrolment.enrolment import Enrolment
from portal.errors import Doubtful, Faults, InvalidInput, NotFound
from portal.operating import sites
from portal.people import contacts, rota
from portal.people.accounts import accounts
from portal.people.roles import Role
from portal.phone_numbers import to_mobile
from portal.protocol.study.duties import Duty
from portal.runtime import Runtime

LANGUAGES = click.Choice(["zh", "en"])


@click.group()
def staff() -> None:
    """Add members of the study team, and look after their accounts.

    Example: python -m portal staff add lin --name 林护士 --role nurse
    """


staff.add_command(contact)
staff.add_command(reset_second_factor)


@staff.command("add")
@click.argument("username")
@click.option("--name", help="As colleagues see it; the user name if not given.")
@click.option("--role", required=True, type=click.Choice([*Role]))
@click.option("--number", help="Mobile number, for pages.")
@click.option("--language", type=LANGUAGES, default="zh", show_default=True)
@click.option(
    "--duty",
    "duties",
    multiple=True,
    type=click.Choice([*Duty]),
    help="On call from now on, until the rota says otherwise; may stand repeatedly.",
)
@click.option("--site", "site_code", help="The site's code, where there are several.")
@click.option("--json", "as_json", is_flag=True, help="Print the account as JSON.")
def add_staff(
    username: str,
    name: str | None,
    role: str,
    number: str | None,
    language: str,
    duties: tuple[str, ...],
    site_code: str | None,
    as_json: bool,
) -> None:
    """Add one member of staff, and put them on call if you say so.

    The password is asked for, or taken from PORTAL_STAFF_PASSWORD.

    Example: python -m portal staff add lin --name 林护士 --role nurse
    --number 13900000000 --duty nurse
    """
    if duties and not number:
        raise InvalidInput("Who is on call needs a --number.", field="number")
    password = secret(os.environ.get("PORTAL_STAFF_PASSWORD"), "PORTAL_STAFF_PASSWORD")
    with startup.opened() as runtime, runtime.writing() as session:
        now = runtime.now()
        site = sites.only(session, site_code)
        added = accounts.add_staff(
            session,
            site_id=site.id,
            username=username,
            display_name=name or username,
            role=role,
            password=password,
            language=language,
            by=audit.OPERATOR,
            now=now,
        )
        e164 = to_mobile(number, site.country) if number else None
        _put_on_call(session, added, e164, duties, now)
        found = {"id": added.id, "username": added.username, "role": role}
    if as_json:
        print_json({**found, "duties": duties, "number": e164})
    else:
        on_call = f", on call as {', '.join(duties)}" if duties else ""
        click.echo(f"{username} was added as {role}{on_call}{read_back(e164)}.")


def _put_on_call(
    session: Session,
    added: Staff,
    number: str | None,
    duties: tuple[str, ...],
    now: datetime,
) -> None:
    if number:
        contacts.replace(
            session, "mobile", number, now=now, verified=True, staff_id=added.id
        )
    for duty in duties:
        rota.assign(session, added, duty, starts_at=now)


@click.group()
def participant() -> None:
    """Enrol participants, and say when they are in hospital.

    Example: python -m portal participant add DS-007 --number 13900000000
    --d0 2026-03-10 --consent-version 1.0 --consented-at 2026-03-02T10:00
    """


participant.add_command(admit)
participant.add_command(discharge)


@participant.command("add")
@click.argument("code")
@click.option("--number", required=True, help="Mobile number as people type it.")
@click.option("--d0", required=True, metavar="YYYY-MM-DD", help="Day of the infusion.")
@click.option("--discharged-on", metavar="YYYY-MM-DD", help="If already at home.")
@click.option("--language", type=LANGUAGES, default="zh", show_default=True)
@click.option("--consent-version", required=True, help="Of the signed consent form.")
@click.option(
    "--consented-at",
    required=True,
    metavar="TIME",
    help="When it was signed, such as 2026-03-02T10:00 in the site's zone.",
)
@click.option("--ahead", is_flag=True, help="The infusion is still to come, and right.")
@click.option("--time-zone", help="Such as Asia/Shanghai; the site's if not given.")
@click.option("--site", "site_code", help="The site's code, where there are several.")
@click.option("--json", "as_json", is_flag=True, help="Print the participant as JSON.")
def add_participant(
    code: str,
    number: str,
    d0: str,
    discharged_on: str | None,
    language: str,
    consent_version: str,
    consented_at: str,
    ahead: bool,
    time_zone: str | None,
    site_code: str | None,
    as_json: bool,
) -> None:
    """Enrol one participant under the newest study version.

    Example: python -m portal participant add DS-007 --number 13900000000
    --d0 2026-03-10 --discharged-on 2026-03-18 --consent-version 1.0
    --consented-at 2026-03-02T10:00
    """
    with startup.opened() as runtime, runtime.writing() as session:
        now = runtime.now()
        site = sites.only(session, site_code)
        home = _day(discharged_on, "discharged-on") if discharged_on else None
        asked = Enrolment(
            code=code,
            number=number,
            d0=_day(d0, "d0"),
            language=language,
            consent_version=consent_version,
            consented_at=_moment(consented_at, site.time_zone),
            ahead=ahead,
            time_zone=time_zone,
            discharged_on=home,
        )
        enrolled = _enrol(runtime, session, site, asked, now)
        e164 = to_mobile(number, site.country)
        found = {"id": enrolled.id, "code": enrolled.code, "d0": str(enrolled.d0)}
    if as_json:
        print_json({**found, "number": e164})
    else:
        told = read_back(e164)
        click.echo(f"{found['code']} was enrolled, infusion {found['d0']}{told}.")


def _enrol(
    runtime: Runtime, session: Session, site: Site, asked: Enrolment, now: datetime
) -> Participant:
    version = study_versions.newest(session)
    if version is None:
        raise NotFound("There is no study yet. Run: python -m portal init")
    study = runtime.study(session, version.id)
    try:
        return enrolment.enrol(
            session, version, study, site, asked, actor=audit.OPERATOR, now=now
        )
    except Faults as faults:
        raise InvalidInput(_with_option(faults), field=faults.field) from None


def _with_option(faults: Faults) -> str:
    doubtful = any(isinstance(fault, Doubtful) for fault in faults.every)
    return f"{faults.message} Add --ahead for that." if doubtful else faults.message


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        said = f'--{field}: "{text[:40]}" is no day such as 2026-03-10.'
        raise InvalidInput(said, field=field) from None


def _moment(text: str, zone: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        said = (
            f'--consented-at: "{text[:40]}" is no time such as 2026-03-01T09:30+08:00.'
        )
        raise InvalidInput(said, field="consented_at") from None
    there = found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))
    return there.astimezone(UTC)
