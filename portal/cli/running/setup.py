"""``python -m portal init``, ``migrate`` and ``site``: set up a portal and its site."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

import click

from portal import startup
from portal.cli.output import read_back, secret
from portal.config import from_environment
from portal.errors import InvalidInput
from portal.languages import LANGUAGES
from portal.operating import sites
from portal.phone_numbers import to_e164
from portal.protocol.study.model import SiteDefaults
from portal.protocol.study.text import Text
from portal.records.own import treatment_card
from portal.study_files import load_study, study_source


@click.command()
def migrate() -> None:
    """Bring the database up to date; a repeat changes nothing.

    Make a backup first.

    Example: PORTAL_DATABASE_URL=sqlite:///var/portal.db python -m portal migrate
    """
    url = from_environment().database_url
    revision = startup.migrate(url)
    click.echo(f"{startup.shown(url)} is at revision {revision}.")


@dataclass(frozen=True)
class Overrides:
    """What an operator gives for the site, instead of the study's defaults."""

    country: str | None
    time_zone: str | None
    duty_line: str | None
    emergency_number: str | None


@click.command()
@click.option(
    "--study",
    "names",
    multiple=True,
    default=["dcar-sle"],
    show_default=True,
    help="A study file by name or path; the last one is for new enrolments.",
)
@click.option("--site-code", default="SITE-1", show_default=True, help="Site's code.")
@click.option(
    "--name",
    "site_names",
    type=(click.Choice(list(LANGUAGES)), str),
    multiple=True,
    help="The site's name in a language, once for each: --name en 'West hospital'.",
)
@click.option("--country", help="ISO code of the country, for telephone numbers: CN.")
@click.option("--time-zone", help="Such as Asia/Shanghai.")
@click.option("--duty-line", help="The number people phone day and night.")
@click.option("--emergency-number", help="Such as 120.")
@click.option("--catch-all", help="A number paged if nobody is on call.")
@click.option("--admin", default="admin", show_default=True, help="First user name.")
def init(
    names: tuple[str, ...],
    site_code: str,
    site_names: tuple[tuple[str, str], ...],
    catch_all: str | None,
    admin: str,
    **overrides: str | None,
) -> None:
    """Set up a new portal: database, study, site and the first administrator.

    The site starts with the values of the study file. The administrator's password is
    asked for, or taken from PORTAL_ADMIN_PASSWORD. What exists already stays as it is,
    so a repeat is harmless; a changed study file is added.

    Example: PORTAL_ADMIN_PASSWORD='four words do well' python -m portal init \\
    --duty-line 028-88880000
    """
    settings = from_environment()
    startup.migrate(settings.database_url)
    studies = [(load_study(name), study_source(name)) for name in names]
    with startup.opened_for_setup(settings) as runtime:
        with runtime.reading() as session:
            known = sites.has_admin(session)
        password = (
            ""
            if known
            else secret(
                os.environ.get("PORTAL_ADMIN_PASSWORD"), "PORTAL_ADMIN_PASSWORD"
            )
        )
        opening = sites.NewSite(
            code=site_code,
            defaults=_changed(studies[-1][0].site, site_names, Overrides(**overrides)),
            catch_all=catch_all,
            admin=admin,
            password=password,
        )
        with runtime.writing() as session:
            said = sites.open_site(session, studies, opening, now=runtime.now())
    for line in said:
        click.echo(line)


def _changed(
    defaults: SiteDefaults, names: tuple[tuple[str, str], ...], said: Overrides
) -> SiteDefaults:
    return replace(
        defaults,
        name=Text({**defaults.name, **dict(names)}),
        country=said.country or defaults.country,
        time_zone=said.time_zone or defaults.time_zone,
        duty_line=said.duty_line or defaults.duty_line,
        emergency_number=said.emergency_number or defaults.emergency_number,
    )


@click.group()
def site() -> None:
    """Change the numbers of a site, and the heading of its treatment cards.

    Example: python -m portal site set --duty-line 028-88880000
    """


@site.command("set")
@click.option("--duty-line", help="The number people phone day and night.")
@click.option("--catch-all", help="A number paged if nobody is on call.")
@click.option(
    "--card",
    type=click.Choice(treatment_card.SHOWN),
    help="Heading of a treatment card: the study code (default) or the name.",
)
@click.option("--site", "code", help="The site's code, if there are several.")
def change(
    duty_line: str | None, catch_all: str | None, card: str | None, code: str | None
) -> None:
    """Change the duty line, the number paged if nobody is on call, or the cards.

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
