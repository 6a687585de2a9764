"""Help whose examples can be copied: each is one whole command that works on Debian.

Docstrings name a command as Python runs it. But Debian has no ``python``, and click
wraps examples in the middle. So the help shows ``./run portal``, and lines that a shell
reads as one command.
"""

from __future__ import annotations

import re

import click

PROGRAM = "./run portal"
ENGINE = ".venv/bin/python -m scheduler"
WIDTH = 74  # of an example's line, before click's two columns on the left
EXAMPLE = re.compile(r"^Example: (.*?)(?=\n\n|\Z)", re.DOTALL | re.MULTILINE)
WORD = re.compile(  # an option stays with its value, a program with its command
    r"""(?:\| |\./run portal |--[\w-]+ (?!-))*(?:'[^']*'|"[^"]*"|[^\s'"])+"""
)


def for_people(text: str) -> str:
    """The same text with the programs that a new Debian has."""
    named = text.replace("python -m portal", PROGRAM)
    return re.sub(r"(?<!/)python -m scheduler", ENGINE, named)


def made_readable(command: click.Command) -> click.Command:
    """A command and its subcommands with such help; a repeat changes nothing."""
    if command.help and "\b\nExample:" not in command.help:
        plain = "\n".join(line.strip() for line in command.help.splitlines())
        command.help = for_people(EXAMPLE.sub(_example, plain))
    if isinstance(command, click.Group):
        for below in command.commands.values():
            made_readable(below)
    return command


def _example(found: re.Match[str]) -> str:
    words = WORD.findall(for_people(found[1].replace("\\\n", "\n").replace("\n", " ")))
    lines, line = [], ""
    for word in words:
        if line and len(f"{line} {word}") > WIDTH:
            lines.append(f"{line} \\")
            line = f"    {word}"
        else:
            line = f"{line} {word}" if line else word
    return "\n".join(["\b\nExample:", *(f"  {one}" for one in [*lines, line])])
