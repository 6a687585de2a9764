"""``python -m portal study rehearse``: tries a version on recent entries."""

from __future__ import annotations

from collections import Counter

import click

from portal import startup, study_versions
from portal.cli.output import print_table
from portal.records import rehearsal
from portal.records.rehearsal import RehearsedChange


@click.command()
@click.argument("version")
@click.option("--days", type=click.IntRange(1, 400), default=30, show_default=True)
def rehearse(version: str, days: int) -> None:
    """Judge the entries and silences of the last days again, and store nothing.

    It shows for each person which alerts and tasks VERSION would have added, left out
    or changed, compared with the version that they follow.

    Example: python -m portal study rehearse dcar-sle@2 --days 30
    """
    with startup.opened() as runtime, runtime.reading() as session:
        row = study_versions.named(session, version)
        studies, now = runtime.studies(session), runtime.now()
        lines = rehearsal.rehearse(session, studies, row, days=days, now=now)
    if lines:
        print_table(
            ("participant", "day", "change", "what", "before", "after"),
            [
                (one.code, one.day, one.change.value, one.what, one.before, one.after)
                for one in lines
            ],
        )
    counts = Counter(one.change for one in lines)
    told = ", ".join(f"{counts[one]} {one.value}" for one in RehearsedChange)
    click.echo(f"Alerts and tasks of {days} days: {told}.")
