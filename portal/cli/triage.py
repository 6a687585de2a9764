"""``python -m portal study triage``: judge entries from a file or another program.

It reads one JSON object per line and writes one per line. For a line that cannot be
judged it writes why, and continues.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import BinaryIO

import click

from portal.errors import InvalidInput, StudyFileFault
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.json_lines import judge_line
from portal.protocol.triage.strict_json import RepeatedKey, read_json
from portal.study_files import load_study

LONGEST_LINE = 8 * 1024 * 1024
"""The most bytes of a line; a longer one is refused without reading all of it."""


@click.command()
@click.argument("name", metavar="STUDY")
def triage(name: str) -> None:
    """Judge entries: JSON Lines on standard input, JSON Lines on standard output.

    Each line is {"phase": "W1", "answers": {...}, "previous": [{"days_ago": 1,
    "answers": {...}}]}, earlier entries newest first. Add "source": "text" or "phone"
    for an entry that did not come from a screen. A verdict has "unread_words": true if
    the note raised nothing and a person must read it. A line that cannot be judged
    gives {"error": "..."}, and the exit status is 1.

    Example: echo '{"phase": "W1", "answers": {"emerg": [], "temp": {"value": "38.0",
    "unit": "C"}}}' | python -m portal study triage dcar-sle
    """
    try:
        study = load_study(name)
    except StudyFileFault as fault:
        raise click.ClickException(fault.message) from fault
    refused = False
    for line in _lines(sys.stdin.buffer):
        answer = _answer(study, line)
        refused = refused or "error" in answer
        click.echo(json.dumps(answer))
    sys.exit(1 if refused else 0)


def _lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """The lines that are not empty; None for one that is too long."""
    first = True
    while line := stream.readline(LONGEST_LINE + 1):
        if first:
            line, first = line.removeprefix(b"\xef\xbb\xbf"), False
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            _skip_line(stream)
            yield None
        elif line.strip():
            yield line


def _skip_line(stream: BinaryIO) -> None:
    while rest := stream.readline(LONGEST_LINE):
        if rest.endswith(b"\n"):
            break


def _answer(study: Study, line: bytes | None) -> dict[str, object]:
    if line is None:
        return {"error": f"line: longer than {LONGEST_LINE} bytes"}
    try:
        return judge_line(study, read_json(line.decode("utf-8")))
    except UnicodeDecodeError as error:
        return {"error": f"line: not UTF-8 at byte {error.start + 1}"}
    except RepeatedKey as repeated:
        return {"error": _repeated(study, repeated)}
    except InvalidInput as refused:
        named = refused.message.startswith(f"{refused.field}:")
        said = refused.message if named else f"{refused.field}: {refused.message}"
        return {"error": said}


def _repeated(study: Study, repeated: RepeatedKey) -> str:
    """The refusal of a line with a key twice; it names the worse reading."""
    said = f"{repeated.field}: {repeated.message}"
    tiers = [tier for way in repeated.readings if (tier := _tier(study, way))]
    worst = max(tiers, key=lambda tier: tier.rank, default=Tier.ROUTINE)
    return f"{said}; one reading is {worst}" if worst.pages else said


def _tier(study: Study, value: object) -> Tier | None:
    try:
        return Tier(str(judge_line(study, value)["tier"]))
    except InvalidInput:
        return None
