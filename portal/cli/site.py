"""``python -m portal site``: the numbers of a site, and what heads its cards."""

from __future__ import annotations

import click

from portal import startup
from portal.cli.output import read_back
from portal.config import from_environment
from portal.errors import InvalidInput
from portal.operating import sites
from portal.phone_numbers import to_e164
from portal.records.own import treatment_card


@click.group()
def site() -> None:
    """Change the numbers of a site, and what heads its treatment cards.

    Example: python -m portal site set --duty-line 028-88880000
    """


@site.command("set")
@click.option("--duty-line", help="The number people phone day and night.")
@click.option("--catch-all", help="A number paged where nobody is on call.")
@click.option(
    "--card",
    type=click.Choice(treatment_card.SHOWN),
    help="What heads a treatment card: the study code (at first) or the name.",
)
@click.option("--site", "code", help="The site's code, where there are several.")
def change(
    duty_line: str | None, catch_all: str | None, card: str | None, code: str | None
) -> None:
    """Change the duty line, the number paged where nobody is on call, or the cards.

    Example: python -m portal site set --catch-all 13900000000
    """
    if duty_line is None and catch_all is None and card is None:
        raise InvalidInput("Give a --duty-line, a --catch-all or a --card.")
    settings = from_environment()
    with startup.opened_for_setup(settings) as runtime, runtime.writing() as session:
        found, now = sites.only(session, code), runtime.now()
        if card is not None:
            sites.choose_card(session, found, card, now=now)
        if duty_line is not None or catch_all is not None:
            numbers = {"duty_line": duty_line, "catch_all": catch_all}
            sites.change_numbers(session, found, **numbers, now=now)
        told = read_back(
            *(to_e164(one, found.country) for one in (duty_line, catch_all) if one)
        )
    click.echo(f"The site was changed{told}.")
