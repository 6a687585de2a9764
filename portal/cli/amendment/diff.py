"""``python -m portal study diff``: what one version changes compared with another."""

from __future__ import annotations

import click

from portal import startup, study_versions
from portal.errors import NotFound
from portal.languages import LANGUAGES, SOURCE
from portal.protocol.amendment.differences import differences
from portal.protocol.amendment.printed_changes import printed_changes
from portal.protocol.study.model import Study
from portal.study_files import is_study_file, load_study


@click.command()
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default=SOURCE)
def diff(old: str, new: str, language: str) -> None:
    """Show what B changes compared with A: stricter, calmer, or just changed.

    A and B are each the name or path of a study file, or a version in the database: 2,
    dcar-sle@2, or the beginning of its hash, as "study versions" lists them.

    Example: python -m portal study diff dcar-sle@1 studies/dcar-sle.toml
    """
    before, after = _either(old), _either(new)
    found = differences(before, after)
    click.echo(printed_changes(before, after, found, language))


def _either(name: str) -> Study:
    """A study from a file, or else from the database."""
    if is_study_file(name):
        return load_study(name)
    with startup.opened() as runtime, runtime.reading() as session:
        version = study_versions.named(session, name)
        return runtime.study(session, version.id)


@click.command()
def versions() -> None:
    """List the study versions in the database, the oldest first.

    Example: python -m portal study versions
    """
    from portal.cli.output import print_table

    with startup.opened() as runtime, runtime.reading() as session:
        rows = [
            (row.study_id, row.version, row.sha256[:8], _state(row.approved), people)
            for row, people in study_versions.with_people(session)
        ]
    if not rows:
        raise NotFound("There is no study in the database yet.")
    print_table(("study", "version", "hash", "state", "people"), rows)


def _state(approved: bool) -> str:
    return "approved" if approved else "NOT approved"
