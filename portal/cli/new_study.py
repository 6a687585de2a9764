"""``python -m portal study new``: a study file to begin with, that works as it stands."""

from __future__ import annotations

import click

from portal.study_files import write_new


@click.command()
@click.argument("name", metavar="NAME")
@click.option(
    "--languages",
    metavar="KEYS",
    default="",
    help="One or more, with commas between; the first is for whoever has not chosen.",
)
def new(name: str, languages: str) -> None:
    """Write a small study file with comments that explain it, to be changed.

    NAME becomes the study's id, and the file lies beside the studies that come with the
    portal; a path puts it elsewhere. Nothing is ever overwritten. docs/study-files.md
    goes on from there.

    Example: python -m portal study new my-study --languages en
    """
    keys = [key.strip() for key in languages.split(",") if key.strip()]
    path = write_new(name, list(dict.fromkeys(keys)))
    called = path.stem if "/" not in name else str(path)
    click.echo(f"Written: {path}")
    click.echo(f"Check it:    ./run portal study check {called}")
    click.echo(f"Look at it:  ./run --study {called}")
