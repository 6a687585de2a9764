"""``python -m portal study diff``: what one version changes against another."""

from __future__ import annotations

import click

from portal import startup, study_versions
from portal.errors import NotFound
from portal.protocol.amendment.differences import differences
from portal.protocol.amendment.printed_changes import printed_changes
from portal.protocol.study.model import Study
from portal.study_files import is_study_file, load_study


@click.command()
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
@click.option("--language", type=click.Choice(["zh", "en"]), default="en")
def diff(old: str, new: str, language: str) -> None:
    """Say what B changes against A: what became stricter, calmer, or is just changed.

    A and B are each the name or path of a study file, or a version that the database
    keeps: 2, dcar-sle@2, or the beginning of its hash, as "study versions" lists them.

    Example: python -m portal study diff dcar-sle@1 studies/dcar-sle.toml
    """
    before, after = _either(old), _either(new)
    found = differences(before, after)
    click.echo(printed_changes(before, after, found, language))


def _either(name: str) -> Study:
    """A study by its file, else by what the database keeps."""
    if is_study_file(name):
        return load_study(name)
    with startup.opened() as runtime, runtime.reading() as session:
        version = study_versions.named(session, name)
        return runtime.study(session, version.id)


@click.command()
def versions() -> None:
    """List the versions of studies that the database keeps, the oldest first.

    Example: python -m portal study versions
    """
    from portal.cli.output import print_table

    with startup.opened() as runtime, runtime.reading() as session:
        rows = [
            (row.study_id, row.version, row.sha256[:8], _state(row.approved), people)
            for row, people in study_versions.with_people(session)
        ]
    if not rows:
        raise NotFound("The database keeps no study yet.")
    print_table(("study", "version", "hash", "state", "people"), rows)


def _state(approved: bool) -> str:
    return "approved" if approved else "NOT approved"
