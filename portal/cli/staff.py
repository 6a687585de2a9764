"""``python -m portal staff contact`` and ``reset-second-factor``: accounts, by hand."""

from __future__ import annotations

import click

from portal import audit, startup
from portal.cli.output import read_back
from portal.config import from_environment
from portal.errors import InvalidInput
from portal.people import contacts
from portal.people.accounts import colleagues


@click.command()
@click.argument("username")
@click.option("--number", help="Mobile number, for texts and calls.")
@click.option("--email", help="Address, for the e-mail beside them.")
def contact(username: str, number: str | None, email: str | None) -> None:
    """Say how one member of staff is paged; try it first, it counts as verified.

    Example: python -m portal staff contact lin --email lin@hospital.example
    """
    given = {"mobile": number, "email": email}
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


@click.command("reset-second-factor")
@click.argument("username")
def reset_second_factor(username: str) -> None:
    """Take a second factor away, where no other administrator is there to do it.

    The person sets it up anew at the next sign-in. It is written to the audit trail.

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
