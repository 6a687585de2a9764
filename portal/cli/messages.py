"""``python -m portal messages``: what was sent to whom, and why not."""

from __future__ import annotations

from collections.abc import Sequence

import click

from portal import startup
from portal.cli.help import for_people
from portal.cli.output import print_json, print_table
from portal.messages.states import MessageState
from portal.records.staff import explanations, overview

HEADINGS = ("id", "what for", "by", "template", "to", "state", "reason", "alert", "UTC")


@click.command()
@click.option(
    "--why", type=int, metavar="ID", help="Say why one did or did not go out."
)
@click.option(
    "--state",
    type=click.Choice([state.value for state in MessageState]),
    help="Only this state.",
)
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def messages(why: int | None, state: str | None, limit: int, as_json: bool) -> None:
    """List texts and calls, the newest first, or say why one did or did not go out.

    Example: python -m portal messages --why 12
    """
    with startup.opened() as runtime, runtime.reading() as session:
        if why is not None:
            _print_why(
                explanations.why(
                    session, why, now=runtime.now(), real_now=runtime.real_now()
                ),
                why,
                as_json,
            )
        else:
            _print(overview.messages(session, state=state, limit=limit), as_json)


def _print_why(sentences: tuple[str, ...], message_id: int, as_json: bool) -> None:
    if as_json:
        print_json({"id": message_id, "why": sentences})
    else:
        click.echo(for_people("\n".join(sentences)))


def _print(found: Sequence[overview.MessageLine], as_json: bool) -> None:
    if as_json:
        print_json(found)
    elif not found:
        click.echo("There is no such message.")
    else:
        print_table(HEADINGS, [_row(line) for line in found])


def _row(line: overview.MessageLine) -> tuple[object, ...]:
    return (
        line.id,
        line.purpose,
        line.channel,
        line.template,
        line.number,
        line.state,
        line.reason or "-",
        line.alert_id,
        line.created_at,
    )
