"""``python -m portal messages`` and ``reminders``: what was sent, and what will be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
from sqlalchemy import select

from portal import startup
from portal.cli.help import for_people
from portal.cli.output import print_json, print_table
from portal.db.tables.people import Participant
from portal.errors import NotFound
from portal.people.case import Case
from portal.records.staff.work import explanations, overview
from portal.visits.reminders import preview as previews
from portal.visits.reminders.preview import Preview, PreviewedText
from portal.vocabulary.messages import MessageState
from portal.vocabulary.people import ParticipantStatus

HEADINGS = ("id", "what for", "by", "template", "to", "state", "reason", "alert", "UTC")


@click.command()
@click.option("--why", type=int, metavar="ID", help="Say why one was or was not sent.")
@click.option(
    "--state",
    type=click.Choice([state.value for state in MessageState]),
    help="Only this state.",
)
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def messages(why: int | None, state: str | None, limit: int, as_json: bool) -> None:
    """List texts and calls, newest first, or say why one was or was not sent.

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


PLANNED = ("their clock", "the site's", "what", "to", "if", "text")


@click.group()
def reminders() -> None:
    """Show which texts participants will get.

    Example: python -m portal reminders preview DS-007 --days 30
    """


@reminders.command()
@click.argument("code")
@click.option("--days", type=click.IntRange(1, 800), default=90, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def preview(code: str, days: int, as_json: bool) -> None:
    """List every text of the next days for the participant CODE.

    A star marks days on which clocks change, for the participant or at the site.

    Example: python -m portal reminders preview DS-007 --days 30
    """
    with startup.opened() as runtime, runtime.reading() as session:
        query = select(Participant).filter_by(code=code.strip().upper())
        participant = session.scalar(query)
        if participant is None:
            raise NotFound("There is no such participant.")
        study = runtime.study(session, participant.study_version_id)
        found = previews.preview(
            Case(session, study, participant, runtime.now()), days=days
        )
    if as_json:
        print_json(_plan_json(found))
    else:
        _print_plan(found)


def _plan_json(found: Preview) -> dict[str, Any]:
    lines = [
        {**vars(line), "kind": line.kind.value, "day": str(line.day)}
        for line in found.lines
    ]
    changes = [
        {"zone": zone, "day": str(day), "minutes": minutes}
        for zone, day, minutes in found.changes
    ]
    return {**vars(found), "lines": lines, "changes": changes}


def _print_plan(found: Preview) -> None:
    if found.status != ParticipantStatus.ACTIVE:
        click.echo(f"{found.code} gets no reminders: {found.status}.")
        return
    click.echo(f"{found.code}: their clock {found.zone}, the site's {found.site_zone}")
    if found.lines:
        print_table(PLANNED, [_planned(line) for line in found.lines])
    else:
        click.echo("There is nothing to send in these days.")
    for zone, day, minutes in found.changes:
        click.echo(f"* {day}: clocks in {zone} move by {minutes:+} minutes")


def _planned(line: PreviewedText) -> tuple[object, ...]:
    return (
        f"{line.theirs:%a %Y-%m-%d %H:%M}" + ("*" if line.their_change else ""),
        f"{line.site:%a %Y-%m-%d %H:%M}" + ("*" if line.site_change else ""),
        line.kind.value,
        line.to,
        line.condition or "-",
        line.text,
    )
