"""``python -m portal golive``: what stands against following real people, all at once."""

from __future__ import annotations

import sys
import zoneinfo
from importlib import metadata
from pathlib import Path

import click

from portal import startup
from portal.cli.help import for_people
from portal.cli.output import print_json, print_table
from portal.config import from_environment
from portal.operating.golive import checks as rules
from portal.operating.golive.checks import Setting
from portal.protocol.checks.study import Caps
from portal.runtime import Runtime

MARK = "# version "  # how the compact form of the zone data begins


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print an object.")
def golive(as_json: bool) -> None:
    """Say what stands against following real people: rota, numbers, study, accounts.

    Exit status 1 when there is an error; warnings and notes are for people to weigh.
    It changes nothing: run it after every change of the rota, and each morning.

    Example: python -m portal golive
    """
    settings = from_environment()
    with startup.opened_for_setup(settings) as runtime, runtime.reading() as session:
        now, real_now = runtime.now(), runtime.real_now()
        found = rules.faults(session, _setting(runtime), now=now, real_now=real_now)
    ready = rules.is_ready(found)
    if as_json:
        print_json({"ready": ready, "faults": found})
    else:
        print_table(
            ("severity", "about", "what"),
            [(one.severity, one.check, for_people(one.sentence)) for one in found],
        )
        click.echo("Ready." if ready else "Not ready: mend every error first.")
    sys.exit(0 if ready else 1)


def _setting(runtime: Runtime) -> Setting:
    settings, able = runtime.settings, runtime.gateway.capabilities
    return Setting(
        mode=settings.mode,
        gateway=settings.gateway,
        caps=Caps(settings.gateway, able.texts_per_day, able.calls_per_day),
        voice=able.voice,
        email=settings.smtp_url is not None or settings.gateway == startup.EMBEDDED,
        zone_data=zone_data(),
        journals=None not in (settings.journal, settings.red_flag_journal),
    )


def zone_data() -> str:
    """The version of the zone data in use: the system's where it has any."""
    for folder in zoneinfo.TZPATH:
        compact = Path(folder) / "tzdata.zi"
        if compact.is_file():
            with compact.open(encoding="ascii", errors="replace") as lines:
                return next(lines, "").strip().removeprefix(MARK)
    return metadata.version("tzdata")
