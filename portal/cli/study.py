"""``python -m portal study``: check a study file, read it, compile it.

Exit status: 0: no fault; 1: a fault was found; 2: the command was used wrongly.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portal.cli import LazyGroup
from portal.languages import LANGUAGES

if TYPE_CHECKING:
    from portal.protocol.checks.study import Caps, KeyFault
    from portal.protocol.study.model import Study


LATER = {
    "new": "portal.cli.new_study:new",
    "calendar": "portal.cli.study_calendar:calendar",
    "triage": "portal.cli.triage:triage",
    "words": "portal.cli.words:words",
    "versions": "portal.cli.amendment.diff:versions",
    "diff": "portal.cli.amendment.diff:diff",
    "rehearse": "portal.cli.amendment.rehearse:rehearse",
    "adopt": "portal.cli.amendment.adopt:adopt",
}


@click.group(cls=LazyGroup, lazy=LATER)
def study() -> None:
    """Check, read and try out the file that describes a trial.

    Example: python -m portal study check dcar-sle
    """


@study.command()
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--gateway", type=click.Choice(["log"]), help="Check its caps too.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of faults.")
@click.option("--quick", is_flag=True, help="Read the file only; do not use it.")
def check(
    files: tuple[str, ...], gateway: str | None, as_json: bool, quick: bool
) -> None:
    """List every fault of study files: the file, the key, and a sentence.

    FILE is a path or the name of a study; without any, all studies are checked. A file
    without a fault is then tried out: invented people are enrolled, report and are
    reminded, the team is paged, and every page, text and call is made. This takes some
    seconds; the error output shows the progress. Exit status 1 if there is a fault.
    Answers that are judged worse as words in a note than ticked are named to look at; they
    are no fault.

    Example: python -m portal study check studies/dcar-sle.toml
    """
    from portal.study_files import study_names

    caps = _caps(gateway)
    names = files or tuple(study_names())
    found = [(name, fault) for name in names for fault in _faults(name, caps, quick)]
    if as_json:
        click.echo(json.dumps([_as_json(*pair) for pair in found], ensure_ascii=False))
    else:
        _print_faults(names, found)
    sys.exit(1 if found else 0)


def _caps(gateway: str | None) -> Caps | None:
    from portal.protocol.checks.study import Caps

    if gateway is None:
        return None
    from portal.messages.gateways.simulated import LogGateway

    able = LogGateway.capabilities
    return Caps(gateway, able.texts_per_day, able.calls_per_day)


def _faults(name: str, caps: Caps | None, quick: bool) -> tuple[KeyFault, ...]:
    from portal.errors import StudyFileFault
    from portal.protocol.checks.study import KeyFault, faults_of_text
    from portal.study_files import base_beside, study_text

    try:
        text = study_text(name)
    except StudyFileFault as fault:
        return (KeyFault(fault.field or "file", fault.message),)
    found = faults_of_text(text, base=lambda base: base_beside(name, base), caps=caps)
    return found if found or quick else _faults_in_use(name)


def _faults_in_use(name: str) -> tuple[KeyFault, ...]:
    from portal.course.course import faults_in_use

    def tell(what: str) -> None:
        click.echo(f"{_file(name)}: in use: {what} …", err=True)

    return faults_in_use(_loaded(name), tell)


def _file(name: str) -> str:
    """The path to print for a study that was given by name or path."""
    from portal.errors import StudyFileFault
    from portal.study_files import study_path

    try:
        path = study_path(name)
    except StudyFileFault:
        return name
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _as_json(name: str, fault: KeyFault) -> dict[str, str]:
    return {"file": _file(name), "key": fault.key, "sentence": fault.sentence}


def _print_faults(names: tuple[str, ...], found: list[tuple[str, KeyFault]]) -> None:
    for name, fault in found:
        click.echo(f"{_file(name)}: {fault.key}: {fault.sentence}")
    for name in names:
        if all(faulty != name for faulty, _ in found):
            click.echo(f"{_file(name)}: no fault found.")
            for look in _looks(name):
                click.echo(f"{_file(name)}: to look at: {look.key}: {look.sentence}")


def _looks(name: str) -> tuple[KeyFault, ...]:
    """What may be meant and is worth a look, in a study without a fault."""
    from portal.protocol.checks.study import looks_of_text
    from portal.study_files import base_beside, study_text

    return looks_of_text(study_text(name), base=lambda base: base_beside(name, base))


def _loaded(name: str) -> Study:
    from portal.study_files import load_study

    return load_study(name)


@study.command()
@click.argument("name", metavar="STUDY")
@click.option(
    "--language", type=click.Choice(list(LANGUAGES)), help="One language only."
)
def show(name: str, language: str | None) -> None:
    """Print the whole study in plain sentences, for the investigator to sign.

    Phases and visits with their days, every rule with what follows from it, the signs that
    are looked for in notes, who is paged and when, reminders, missing diaries, what staff
    see above a record, and all that a participant will read. Without --language: in each
    language of the study.

    Example: python -m portal study show dcar-sle --language zh
    """
    from portal.protocol.printed.printed_study import printed_study

    loaded = _loaded(name)
    for spoken in [language] if language else loaded.languages:
        click.echo(printed_study(loaded, spoken))


@study.command()
@click.argument("document", required=False, type=click.Path(path_type=Path))
def reference(document: Path | None) -> None:
    """Print everything that the program requires of a study file, as Markdown.

    With DOCUMENT, write it between the marks in that file: docs/study-files.md has
    them.

    Example: python -m portal study reference docs/study-files.md
    """
    from portal.protocol.demands import reference as demands
    from portal.study_files import every_key

    if document is None:
        click.echo(demands.reference(every_key()))
        return
    written = demands.put_into(document.read_text("utf-8"), every_key())
    document.write_text(written, encoding="utf-8")


@study.command("compile")
@click.argument("name", metavar="STUDY")
def compile_(name: str) -> None:
    """Print the rules by which phones judge entries: one line of JSON, always the same.

    Example: python -m portal study compile dcar-sle > dcar-sle.json
    """
    from portal.protocol.triage.for_phone import phone_json

    click.echo(phone_json(_loaded(name)))
