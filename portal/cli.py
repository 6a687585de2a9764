"""``python -m portal COMMAND``: the table of commands, and how a refusal is told.

A command's module is imported when the command runs, so that one that needs no
database answers at once. Nobody at a terminal ever sees a traceback for a refusal.
"""

from __future__ import annotations

import sys
from importlib import import_module

import click

from portal.core.errors import PortalError

TABLE: dict[str, tuple[str, str]] = {
    "serve": ("portal.cli_serve:serve", "Serve the portal's pages."),
    "init": ("portal.cli_operators:init", "Make a new portal ready for its first use."),
    "migrate": ("portal.cli_operators:migrate", "Bring the database up to date."),
    "staff": ("portal.cli_people:staff", "Add members of the study team."),
    "participant": ("portal.cli_people:participant", "Enrol participants."),
    "diary": ("portal.cli_diary:diary", "Hand in a diary for a participant."),
    "alerts": ("portal.cli_alerts:alerts", "List alerts, the nearest deadline first."),
    "alert": ("portal.cli_alerts:alert", "Acknowledge or close one alert."),
    "messages": ("portal.cli_messages:messages", "List messages, or say why one ..."),
    "demo": ("portal.cli_demo:demo", "Run the portal with invented people."),
    "study": ("portal.cli_study:study", "Check, show and try out study files."),
}
"""Each command: where it is (``module:attribute``), and its line in the help."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command of the table, in its order."""
        return [*TABLE]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in TABLE:
            return None
        module, _, attribute = TABLE[cmd_name][0].partition(":")
        found = getattr(import_module(module), attribute)
        if not isinstance(found, click.Command):
            raise TypeError(f"{cmd_name} is no command")
        return found

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """The help, without importing a single command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in TABLE.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; a refusal is one sentence on stderr and exit status 1."""
        try:
            return super().invoke(ctx)
        except PortalError as refused:
            click.echo(f"{ctx.command_path}: {refused.message}", err=True)
            sys.exit(1)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """The follow-up portal.

    Settings come from the environment (PORTAL_DATABASE_URL, PORTAL_SECRET_KEY, ...);
    the README lists them. Each command has its own help with an example:

        python -m portal alerts --help
    """


__all__ = ["LazyGroup", "cli"]
