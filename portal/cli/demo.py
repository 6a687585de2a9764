"""``python -m portal demo``: the whole portal by one command, with invented people."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portal.demo import data_folder
from portal.demo.past.people import STUDY, Colleague
from portal.demo.processes import Processes
from portal.errors import PortalError, StudyFileFault
from portal.languages import LANGUAGES

if TYPE_CHECKING:
    from portal.demo.visitors import Visitors
    from portal.protocol.study.model import Study

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
@click.option(
    "--study",
    metavar="NAME",
    default=STUDY,
    show_default=True,
    help="The study that the invented people are in: its name, or the path of its file.",
)
@click.option("--fresh", is_flag=True, help="Delete its data and start again.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=data_folder.ROOT / "var",
    help="The folder for its data, instead of var/.",
)
def demo(port: int, study: str, fresh: bool, folder: Path) -> None:
    """Run the portal with invented people and simulated phones.

    The web pages and the engine run until Ctrl-C. The data of each study stay in var/
    for the next time.

    Example: python -m portal demo --study hypertension --port 8001 --fresh
    """
    _refuse_taken(port)
    folder.mkdir(parents=True, exist_ok=True)
    if fresh:
        data_folder.forget(folder, study)
    if data_folder.ready_since(folder, study) is None:
        _make(folder, study)
    processes = Processes(port, _environment(port, data_folder.url(folder, study)))
    processes.stop_on_signals()
    ready = partial(_ready, port, data_folder.url(folder, study), study)
    processes.run(ready, lambda said: click.echo(said, err=True))
    click.echo("Stopped.")


def _make(folder: Path, study: str) -> None:
    """Invent the people of a study whose file has no fault; otherwise nothing is made."""
    from portal.protocol.checks.study import faults
    from portal.study_files import load_study

    for fault in faults(load_study(study)):
        raise StudyFileFault(
            f"{fault.key}: {fault.sentence} See python -m portal study check {study}",
            field=fault.key,
        )
    click.echo("Inventing people and their past (a few seconds) ...")
    data_folder.make(folder, study)


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


def _environment(port: int, url: str) -> dict[str, str]:
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
        "PORTAL_DATABASE_URL": url,
        "PORTAL_HOST": "127.0.0.1",
        "PORTAL_PORT": str(port),
        "PORTAL_PUBLIC_URL": f"http://localhost:{port}",
        "PYTHONUNBUFFERED": "1",
    }


def _ready(port: int, url: str, study: str) -> None:
    from portal.demo.visitors import visitors

    kept, base = _kept(url), f"http://localhost:{port}"
    click.echo("\nThe follow-up portal, with invented people and simulated phones.\n")
    click.echo(f"  Start here    {base}/demo/phones\n")
    if kept is not None:
        people = visitors(kept)
        click.echo(f"  Participants  {base}/sign-in")
        for line in (*_changed(kept, study), *_participants(people)):
            click.echo(f"                {line}")
        click.echo(f"\n  Study team    {base}/staff/sign-in")
        click.echo(f"                password for all of them: {people.password}")
        for one in people.staff:
            click.echo(f"                {one.username:<6} {_post(one)}")
    click.echo(f"\nReady at {base}  (Ctrl-C stops it, --fresh starts again)")
    sys.stdout.flush()


def _changed(kept: Study, study: str) -> Iterator[str]:
    from portal.study_files import is_study_file, load_study

    if is_study_file(study) and load_study(study).sha256 != kept.sha256:
        yield "The study's file has changed since: --fresh starts again with it."


def _participants(people: Visitors) -> Iterator[str]:
    first, last = people.everybody[0], people.everybody[-1]
    yield "type a number; the code appears on that phone, at the address above"
    yield f"{first.code} {first.number} to {last.code} {last.number}"
    for one in people.to_play:
        yield f"{one.code}  {one.number}  in {LANGUAGES[one.language].name}"
    for one in people.caregivers:
        yield f"caregiver of {one.code}  {one.number}"


def _kept(url: str) -> Study | None:
    """The study in the database, which may be older than its file; None: there is none."""
    from portal import startup, study_versions
    from portal.config import Settings

    settings = Settings(mode="demo", database_url=url)
    with startup.opened(settings) as runtime, runtime.reading() as session:
        version = study_versions.newest(session)
        return runtime.study(session, version.id) if version else None


def _post(one: Colleague) -> str:
    duties = [duty.replace("_", " ") for duty in one.duties]
    if one.hours is not None:
        duties.append(f"nurse on call {one.hours[0]:02}:00 to {one.hours[1]:02}:00")
    return ", ".join(duties) or one.role
