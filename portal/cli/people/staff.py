"""``python -m portal staff``: members of the study team and their accounts."""

from __future__ import annotations

import os
from datetime import datetime

import click
from sqlalchemy.orm import Session

from portal import audit, startup, study_versions
from portal.cli.output import print_json, read_back, secret
from portal.config import from_environment
from portal.db.tables.people import Staff
from portal.errors import InvalidInput
from portal.languages import FIRST, LANGUAGES
from portal.operating import sites
from portal.people import contacts, rota
from portal.people import duties as rota_duties
from portal.people.accounts import accounts, colleagues
from portal.people.roles import Role
from portal.phone_numbers import to_mobile
from portal.study_versions import StudyOf
from portal.vocabulary.people import ContactKind


@click.group()
def staff() -> None:
    """Add members of the study team, and manage their accounts.

    Example: python -m portal staff add lin --name 林护士 --role nurse
    """


@staff.command("add")
@click.argument("username")
@click.option("--name", help="Name for colleagues; the user name if not given.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--number", help="Mobile number, for pages.")
@click.option(
    "--language", type=click.Choice(list(LANGUAGES)), default=FIRST, show_default=True
)
@click.option(
    "--duty",
    "duties",
    multiple=True,
    help="A duty of a study: on call from now on, until the rota is changed; can be "
    "repeated.",
)
@click.option("--site", "site_code", help="The site's code, if there are several.")
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
        raise InvalidInput("A person on call needs a --number.", field="number")
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
        _put_on_call(session, runtime.studies(session), added, e164, duties, now)
        found = {"id": added.id, "username": added.username, "role": role}
    if as_json:
        print_json({**found, "duties": duties, "number": e164})
    else:
        on_call = f", on call as {', '.join(duties)}" if duties else ""
        click.echo(f"{username} was added as {role}{on_call}{read_back(e164)}.")


def _put_on_call(
    session: Session,
    study_of: StudyOf,
    added: Staff,
    number: str | None,
    duties: tuple[str, ...],
    now: datetime,
) -> None:
    known = rota_duties.known(study_versions.in_use(session, study_of))
    if number:
        contacts.replace(
            session,
            ContactKind.MOBILE,
            number,
            now=now,
            verified=True,
            staff_id=added.id,
        )
    for duty in duties:
        if duty not in known:
            have = ", ".join(known) or "none"
            said = f'There is no duty "{duty}". The studies in use have: {have}.'
            raise InvalidInput(said, field="duty")
        rota.assign(session, added, duty, starts_at=now)


@staff.command()
@click.argument("username")
@click.option("--number", help="Mobile number, for texts and calls.")
@click.option("--email", help="E-mail address, for pages besides texts and calls.")
def contact(username: str, number: str | None, email: str | None) -> None:
    """Set how one member of staff is paged. Test it first: it counts as verified.

    Example: python -m portal staff contact lin --email lin@hospital.example
    """
    given = {ContactKind.MOBILE: number, ContactKind.EMAIL: email}
    if not any(given.values()):
        raise InvalidInput("Give a --number or an --email.")
    settings = from_environment()
    with startup.opened_for_setup(settings) as runtime, runtime.writing() as session:
        staff = colleagues.named(session, username)
        for kind, value in given.items():
            if value:
                colleagues.change_contact(
                    session, staff, kind, value, by=audit.OPERATOR, now=runtime.now()
                )
        mobile = contacts.mobile(session, staff_id=staff.id) if number else None
        told = read_back(mobile.value if mobile else None)
    click.echo(f"{username} is paged there from now on{told}.")


@staff.command("reset-second-factor")
@click.argument("username")
def reset_second_factor(username: str) -> None:
    """Remove a second factor, if no other administrator can do it.

    The person sets it up again at the next sign-in. The audit trail records it.

    Example: python -m portal staff reset-second-factor admin
    """
    settings = from_environment()
    with startup.opened_for_setup(settings) as runtime, runtime.writing() as session:
        colleagues.reset_second_factor(
            session,
            colleagues.named(session, username),
            by=audit.OPERATOR,
            now=runtime.now(),
            real_now=runtime.real_now(),
        )
    click.echo(f"{username} sets up the second factor at the next sign-in.")
