"""``python -m portal clock``, ``journal`` and ``golive``: commands for an operator.

They are about the machine's clock, dangerous reports that the database does not have,
and what to fix before real people are followed.
"""

from __future__ import annotations

import sys
import zoneinfo
from collections.abc import Iterable
from datetime import timedelta
from importlib import metadata
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from portal import startup
from portal.cli.help import for_people
from portal.cli.output import print_json, print_table
from portal.config import Settings, from_environment
from portal.diary.journal import imports, journal_file, journaled_reports
from portal.diary.journal.journaled_reports import JournaledReport
from portal.engine import clock_steps
from portal.engine.steady_clock import SMALL
from portal.errors import PortalError
from portal.operating.golive import checks as rules
from portal.operating.golive.checks import GoLiveSettings
from portal.protocol.checks.study import Caps
from portal.runtime import Runtime

MARK = "# version "  # how the compact form of the zone data begins


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print an object.")
def golive(as_json: bool) -> None:
    """List what to fix before real people are followed: rota, numbers, study, accounts.

    The exit status is 1 if there is an error; you decide about warnings and notes. It
    changes nothing. Run it each morning, and after every change of the rota.

    Example: python -m portal golive
    """
    settings = from_environment()
    with startup.opened_for_setup(settings) as runtime, runtime.reading() as session:
        now, real_now = runtime.now(), runtime.real_now()
        found = rules.faults(session, _what_runs(runtime), now=now, real_now=real_now)
    ready = rules.is_ready(found)
    if as_json:
        print_json({"ready": ready, "faults": found})
    else:
        print_table(
            ("severity", "about", "what"),
            [(one.severity, one.check, for_people(one.sentence)) for one in found],
        )
        click.echo("Ready." if ready else "Not ready: fix every error first.")
    sys.exit(0 if ready else 1)


def _what_runs(runtime: Runtime) -> GoLiveSettings:
    settings, able = runtime.settings, runtime.gateway.capabilities
    return GoLiveSettings(
        mode=settings.mode,
        gateway=settings.gateway,
        caps=Caps(settings.gateway, able.texts_per_day, able.calls_per_day),
        voice=able.voice,
        email=settings.mail.url is not None or settings.gateway == startup.EMBEDDED,
        zone_data=zone_data(),
        journals=None not in (settings.journal, settings.red_flag_journal),
    )


def zone_data() -> str:
    """The version of the time zone data in use: the system's, if it has any."""
    for folder in zoneinfo.TZPATH:
        compact = Path(folder) / "tzdata.zi"
        if compact.is_file():
            with compact.open(encoding="ascii", errors="replace") as lines:
                return next(lines, "").strip().removeprefix(MARK)
    return metadata.version("tzdata")


@click.group()
def clock() -> None:
    """Show or confirm the machine's clock after it was set forward or back.

    Example: python -m portal clock show
    """


@clock.command("show")
def show_clock() -> None:
    """Show the time, and any step of the clock that nobody has confirmed yet.

    Example: python -m portal clock show
    """
    with startup.opened(from_environment()) as runtime:
        with runtime.reading() as session:
            step = clock_steps.open_step(session)
        click.echo(f"The clock shows {runtime.real_now():%Y-%m-%d %H:%M:%S} UTC.")
        if runtime.clocks.lead() > SMALL:
            click.echo(f"The portal uses {runtime.now():%Y-%m-%d %H:%M:%S} UTC.")
    if step is None:
        click.echo("Nothing needs to be confirmed.")
    elif step.seconds > 0:
        click.echo(f"It jumped forward by {_span(step.seconds)}: reminders wait.")
    else:
        click.echo(f"It was set back by {_span(-step.seconds)}.")


@clock.command("confirm")
@click.option("--by", required=True, help="Your name.")
def confirm_clock(by: str) -> None:
    """Confirm that the clock shows the right time now.

    Example: python -m portal clock confirm --by 'Chen Jie'
    """
    with startup.opened(from_environment()) as runtime, runtime.writing() as session:
        step = clock_steps.open_step(session)
        if step is None:
            click.echo("Nothing needs to be confirmed.")
            return
        now, real_now = runtime.now(), runtime.real_now()
        lead = runtime.clocks.lead()
        by = f"operator:{by}"
        clock_steps.confirm(session, step.id, by, lead=lead, now=now, real_now=real_now)
    click.echo("Confirmed.")


def _span(seconds: int) -> str:
    return str(timedelta(seconds=seconds))


REPORTS = ("code", "written, UTC", "what", "id")


@click.command()
@click.option("--taken-by", help="Your name: you take care of every report listed.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def journal(taken_by: str | None, as_json: bool) -> None:
    """List dangerous reports that only the red-flag journal holds, oldest first.

    Staff are paged about them every ten minutes until they are in the database, or
    until somebody takes them with --taken-by. It works without the database; then the
    list may contain a report that was stored shortly before.

    Example: python -m portal journal --taken-by 'Li Na'
    """
    settings = from_environment()
    path = settings.red_flag_journal
    if path is None:
        raise PortalError("PORTAL_RED_FLAG_JOURNAL is not set.")
    try:
        found = _not_stored(settings, journal_file.read(path))
        for slip in found if taken_by else ():
            journal_file.note_taken(path, slip.id, taken_by or "")
    except OSError as error:
        raise PortalError(f"The journal cannot be used: {error.strerror}.") from error
    _print_reports(found, as_json=as_json)
    if taken_by:
        click.echo(f"{taken_by} has {len(found)} reports: nobody is paged about them.")


def _not_stored(
    settings: Settings, kept: journaled_reports.Journal
) -> list[JournaledReport]:
    open_reports = [slip for slip in kept.slips.values() if slip.id not in kept.taken]
    try:
        with (
            startup.opened_for_setup(settings) as runtime,
            runtime.reading() as session,
        ):
            return imports.missing(session, open_reports)
    except (PortalError, SQLAlchemyError):
        return [slip for slip in open_reports if not slip.stored]


def _print_reports(found: Iterable[JournaledReport], *, as_json: bool) -> None:
    rows = [(slip.code, slip.at, _answers(slip), slip.id) for slip in found]
    if as_json:
        keys = ("code", "at", "what", "id")
        print_json([dict(zip(keys, row, strict=True)) for row in rows])
    elif rows:
        print_table(REPORTS, rows)
    else:
        click.echo("The database has every dangerous report.")


def _answers(slip: JournaledReport) -> str:
    return ", ".join(f"{name}: {answer}" for name, answer in slip.answers.items())
