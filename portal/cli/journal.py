"""``python -m portal journal``: dangerous reports that the database does not hold."""

from __future__ import annotations

from collections.abc import Iterable

import click
from sqlalchemy.exc import SQLAlchemyError

from portal import startup
from portal.cli.output import print_json, print_table
from portal.config import Settings, from_environment
from portal.diary import red_flag_import, red_flag_journal
from portal.diary.red_flag_journal import Slip
from portal.errors import PortalError

HEADINGS = ("code", "written, UTC", "what", "id")


@click.command()
@click.option("--taken-by", help="Your name: you look after every report listed.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def journal(taken_by: str | None, as_json: bool) -> None:
    """List dangerous reports that only the red-flag journal holds, oldest first.

    Staff are paged about them every ten minutes until the database takes them in, or
    somebody says by --taken-by that they have them. Works without the database; then
    a report that was stored shortly before may be among them.

    Example: python -m portal journal --taken-by 'Li Na'
    """
    settings = from_environment()
    path = settings.red_flag_journal
    if path is None:
        raise PortalError("PORTAL_RED_FLAG_JOURNAL names no file.")
    try:
        found = _open(settings, red_flag_journal.read(path))
        for slip in found if taken_by else ():
            red_flag_journal.note_taken(path, slip.id, taken_by or "")
    except OSError as error:
        raise PortalError(f"The journal cannot be used: {error.strerror}.") from error
    _show(found, as_json=as_json)
    if taken_by:
        click.echo(f"{taken_by} has {len(found)} reports: nobody is paged about them.")


def _open(settings: Settings, kept: red_flag_journal.Journal) -> list[Slip]:
    slips = [slip for slip in kept.slips.values() if slip.id not in kept.taken]
    try:
        with (
            startup.opened_for_setup(settings) as runtime,
            runtime.reading() as session,
        ):
            return red_flag_import.missing(session, slips)
    except (PortalError, SQLAlchemyError):
        return [slip for slip in slips if not slip.stored]


def _show(found: Iterable[Slip], *, as_json: bool) -> None:
    rows = [(slip.code, slip.at, _what(slip), slip.id) for slip in found]
    if as_json:
        keys = ("code", "at", "what", "id")
        print_json([dict(zip(keys, row, strict=True)) for row in rows])
    elif rows:
        print_table(HEADINGS, rows)
    else:
        click.echo("The database holds every dangerous report.")


def _what(slip: Slip) -> str:
    return ", ".join(f"{name}: {answer}" for name, answer in slip.answers.items())
