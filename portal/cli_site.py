"""``python -m portal site``: the numbers of a site."""

from __future__ import annotations

import click

from portal import startup
from portal.config import from_environment
from portal.core.errors import InvalidInput
from portal.services import sites


@click.group()
def site() -> None:
    """Change the numbers of a site.

    Example: python -m portal site set --duty-line 028-88880000
    """


@site.command("set")
@click.option("--duty-line", help="The number people phone day and night.")
@click.option("--catch-all", help="A number paged where nobody is on call.")
@click.option("--site", "code", help="The site's code, where there are several.")
def change(duty_line: str | None, catch_all: str | None, code: str | None) -> None:
    """Change the duty line, or the number that is paged where nobody is on call.

    Example: python -m portal site set --catch-all 13900000000
    """
    if duty_line is None and catch_all is None:
        raise InvalidInput("Give a --duty-line or a --catch-all.")
    settings = from_environment()
    with startup.opened_for_setup(settings) as runtime, runtime.writing() as session:
        sites.change_numbers(
            session,
            sites.only(session, code),
            duty_line=duty_line,
            catch_all=catch_all,
            now=runtime.now(),
        )
    click.echo("The numbers were changed.")
