"""``python -m portal demo``: the whole portal by one command, with invented people."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import click

from portal.demo import data_folder
from portal.demo.past.people import (
    CAREGIVERS,
    PARTICIPANTS,
    PASSWORD,
    STAFF,
    TO_PLAY,
    Colleague,
)
from portal.demo.processes import Processes
from portal.errors import PortalError
from portal.languages import LANGUAGES

DEFAULT_PORT = 8000
KEPT = ("PORTAL_LOG_LEVEL", "PORTAL_WEB_THREADS", "PORTAL_CLOCK_FILE")


@click.command()
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Where pages are served, on this machine only.",
)
@click.option("--fresh", is_flag=True, help="Delete the demo's data and start again.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=data_folder.ROOT / "var",
    help="The folder for its data, instead of var/.",
)
def demo(port: int, fresh: bool, folder: Path) -> None:
    """Run the portal with invented people and simulated phones.

    The web pages and the engine run until Ctrl-C. The data stay in var/demo.db for the
    next time.

    Example: python -m portal demo --port 8001 --fresh
    """
    _refuse_taken(port)
    folder.mkdir(parents=True, exist_ok=True)
    if fresh:
        data_folder.forget(folder)
    if data_folder.ready_since(folder) is None:
        click.echo("Inventing 24 people and their past (a few seconds) ...")
        data_folder.make(folder)
    processes = Processes(port, _environment(port, folder))
    processes.stop_on_signals()
    processes.run(lambda: _ready(port), lambda said: click.echo(said, err=True))
    click.echo("Stopped.")


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortalError(
                f"Port {port} is in use. Perhaps the demonstration runs already at "
                f"http://localhost:{port}/demo/phones. Another port: --port {port + 1}"
            ) from error


def _environment(port: int, folder: Path) -> dict[str, str]:
    """The environment of both processes, without the settings of a real portal."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PORTAL_") or name in KEPT
    }
    return {
        "PORTAL_LOG_LEVEL": "WARNING",
        **kept,
        "PORTAL_MODE": "demo",
        "PORTAL_DATABASE_URL": data_folder.url(folder),
        "PORTAL_HOST": "127.0.0.1",
        "PORTAL_PORT": str(port),
        "PORTAL_PUBLIC_URL": f"http://localhost:{port}",
        "PYTHONUNBUFFERED": "1",
    }


def _ready(port: int) -> None:
    base = f"http://localhost:{port}"
    click.echo("\nThe follow-up portal, with invented people and simulated phones.\n")
    click.echo(f"  Start here    {base}/demo/phones\n")
    click.echo(f"  Participants  {base}/sign-in")
    for line in _participants():
        click.echo(f"                {line}")
    click.echo(f"\n  Study team    {base}/staff/sign-in")
    click.echo(f"                password for all of them: {PASSWORD}")
    for one in STAFF:
        click.echo(f"                {one.username:<6} {_post(one)}")
    click.echo(f"\nReady at {base}  (Ctrl-C stops it, --fresh starts again)")
    sys.stdout.flush()


def _participants() -> list[str]:
    first, last = PARTICIPANTS[0], PARTICIPANTS[-1]
    numbers = {person.code: _typed(person.number()) for person in PARTICIPANTS}
    return [
        "type a number; the code appears on that phone, at the address above",
        f"{first.code} {numbers[first.code]} to {last.code} {numbers[last.code]}",
        *(
            f"{code}  {numbers[code]}  in {LANGUAGES[key].name}"
            for key, code in TO_PLAY.items()
        ),
        *(f"caregiver of {one.code}  {_typed(one.number())}" for one in CAREGIVERS),
    ]


def _typed(number: str) -> str:
    return number.removeprefix("+86")


def _post(one: Colleague) -> str:
    duties = [duty.replace("_", " ") for duty in one.duties]
    if one.hours is not None:
        duties.append(f"nurse on call {one.hours[0]:02}:00 to {one.hours[1]:02}:00")
    return ", ".join(duties) or one.role
