"""``python -m portal COMMAND``: the table of commands, and how a refusal is printed.

A command's module is imported when the command runs, so that a command without a
database answers at once. A refusal is one sentence, never a traceback. Only
``portal.__main__`` comes in.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from portal.cli.help import for_people, made_readable
from portal.errors import PortalError

COMMANDS = {
    "demo": "portal.cli.demo:demo",
    "init": "portal.cli.running.setup:init",
    "migrate": "portal.cli.running.setup:migrate",
    "backup": "portal.cli.running.backup:backup",
    "restore": "portal.cli.running.backup:restore",
    "release": "portal.cli.running.backup:release",
    "journal": "portal.cli.running.operating:journal",
    "watch": "portal.cli.running.watch:watch",
    "serve": "portal.cli.running.serve:serve",
    "site": "portal.cli.running.setup:site",
    "staff": "portal.cli.people.staff:staff",
    "participant": "portal.cli.people.participants:participant",
    "diary": "portal.cli.people.diary:diary",
    "alerts": "portal.cli.people.alerts:alerts",
    "alert": "portal.cli.people.alerts:alert",
    "messages": "portal.cli.messages:messages",
    "reminders": "portal.cli.messages:reminders",
    "study": "portal.cli.study:study",
    "golive": "portal.cli.running.operating:golive",
    "clock": "portal.cli.running.operating:clock",
}
SUMMARIES = {
    "demo": "Run the portal with invented people and simulated phones.",
    "init": "Set up a new portal: database, study, site, first admin.",
    "migrate": "Bring the database up to date.",
    "backup": "Write an encrypted copy of the database, and read it back.",
    "restore": "Replace the database by a backup, and hold its messages.",
    "release": "Let messages leave again after a restore or a move.",
    "journal": "List dangerous reports that the database does not have.",
    "watch": "From another machine, raise the alarm when the portal is not well.",
    "serve": "Serve the portal's pages.",
    "site": "Change the numbers of a site.",
    "staff": "Add members of the study team and put them on call.",
    "participant": "Enrol participants.",
    "diary": "Hand in a diary for a participant.",
    "alerts": "List open alerts, the most dangerous first.",
    "alert": "Acknowledge or close one alert.",
    "messages": "List texts and calls, or say why one was or was not sent.",
    "reminders": "Show which texts a participant will get, and when.",
    "study": "Check, read and try out the file that describes a trial.",
    "golive": "List what to fix before real people are followed.",
    "clock": "Show or confirm the machine's clock after it was changed.",
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are used.

    ``lazy`` maps a command's name to ``module:attribute``. ``summaries`` has the lines
    of the help, so that the help needs no import.
    """

    def __init__(
        self,
        *args: Any,
        lazy: Mapping[str, str] | None = None,
        summaries: Mapping[str, str] | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(*args, **settings)
        self.lazy = lazy or {}
        self.summaries = summaries or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command: first those already imported, then the lazy ones, in order."""
        return [*super().list_commands(ctx), *self.lazy]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now if it is lazy."""
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self.lazy[cmd_name].partition(":")
        found = getattr(import_module(module), attribute)
        if not isinstance(found, click.Command):
            raise TypeError(f"{cmd_name} is not a command")
        return made_readable(found)

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """One line per command, without importing commands that have a summary."""
        if not self.summaries:
            super().format_commands(ctx, formatter)
            return
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.summaries[name]) for name in self.lazy])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a refusal is one sentence on stderr and exit status 1."""
        try:
            return super().invoke(ctx)
        except PortalError as refused:
            said = for_people(refused.message)
            click.echo(f"{ctx.command_path}: {said}", err=True)
            sys.exit(1)


@click.group(cls=LazyGroup, lazy=COMMANDS, summaries=SUMMARIES)
def cli() -> None:
    """The follow-up portal for clinical trials.

    Settings come from the environment (PORTAL_DATABASE_URL, PORTAL_SECRET_KEY and
    others); the README lists them. Each command's own help has an example:

        ./run portal alerts --help
    """
