"""How commands print: columns for people, JSON for programs, times in UTC."""

from __future__ import annotations

import dataclasses
import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import click

from portal.errors import InvalidInput
from portal.phone_numbers import grouped


def print_json(value: Any) -> None:
    """One JSON document; dataclasses as objects, times as ISO 8601 in UTC."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def read_back(*numbers: str | None) -> str:
    """Numbers as the portal understood them, to compare: `` (+86 138 0013 8000)``."""
    shown = ", ".join(grouped(number) for number in numbers if number)
    return f" ({shown})" if shown else ""


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Columns as wide as their widest cell."""
    lines = [headings, *([_cell(value) for value in row] for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = [
            cell + " " * (w - _width(cell))
            for cell, w in zip(line, widths, strict=True)
        ]
        click.echo("  ".join(cells).rstrip())


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)


def _width(text: str) -> int:
    """The width in columns of a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def secret(environment: str | None, wanted: str) -> str:
    """A password from the environment, or typed twice and not shown.

    Raises:
        InvalidInput: it is not in the environment, and there is no terminal.
    """
    if environment:
        return environment
    if not sys.stdin.isatty():
        raise InvalidInput(f"No terminal to ask for the password: set {wanted}.")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
