"""``python -m portal alerts`` and ``alert``: alerts without a browser."""

from __future__ import annotations

from datetime import datetime

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import startup
from portal.alerting.answers import answering as alert_service
from portal.alerting.answers import closing
from portal.alerting.answers.closing import OUTCOMES, Closing
from portal.cli.output import print_json, print_table
from portal.db.tables.alerts import Alert
from portal.db.tables.people import Staff
from portal.errors import NotFound
from portal.people.accounts import accounts
from portal.records.staff.work import overview
from portal.vocabulary.alerts import AlertState

HEADINGS = ("id", "code", "who", "tier", "state", "opened (UTC)", "answer by", "by")


@click.command()
@click.option("--all", "closed", is_flag=True, help="Also closed ones, newest first.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
def alerts(closed: bool, as_json: bool) -> None:
    """List alerts that are not closed, by tier, then by deadline.

    Example: python -m portal alerts --json
    """
    with startup.opened() as runtime, runtime.reading() as session:
        found, now = overview.alerts(session, closed=closed), runtime.now()
    if as_json:
        print_json(found)
    elif not found:
        click.echo("No alert is open." if not closed else "There are no alerts.")
    else:
        print_table(HEADINGS, [_row(line, now) for line in found])


def _row(line: overview.AlertLine, now: datetime) -> tuple[object, ...]:
    state = f"{line.state}: {line.outcome}" if line.outcome else line.state
    return (
        line.id,
        line.code,
        line.participant,
        line.tier,
        state,
        line.opened_at,
        "overdue"
        if line.state == AlertState.OPEN and line.ack_due_at <= now
        else line.ack_due_at,
        line.acked_by,
    )


@click.group()
def alert() -> None:
    """Acknowledge or close one alert, in the name of a member of staff.

    Example: python -m portal alert ack 3 --as lin
    """


BY = click.option("--as", "username", required=True, help="Your user name.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print the alert as JSON.")


@alert.command("ack")
@click.argument("which", metavar="ID")
@BY
@JSON
def acknowledge(which: str, username: str, as_json: bool) -> None:
    """Acknowledge an alert by its id or code; then its ladder stops.

    Example: python -m portal alert ack K7PQ --as lin
    """
    with startup.opened() as runtime, runtime.writing() as session:
        now = runtime.now()
        found = overview.find_alert(session, which)
        staff = _staff(session, username)
        changed = alert_service.acknowledge(
            session, found.id, staff, source="command", now=now
        )
        said = _said(changed, staff)
    _tell(said, as_json)


@alert.command("close")
@click.argument("which", metavar="ID")
@BY
@click.option("--outcome", required=True, type=click.Choice(OUTCOMES))
@click.option("--reason", required=True, help="One sentence on what was done.")
@click.option("--adverse-event", "term", help="Term of the adverse event, if any.")
@click.option("--grade", type=click.IntRange(1, 5), help="Its grade.")
@JSON
def close(
    which: str,
    username: str,
    outcome: str,
    reason: str,
    term: str | None,
    grade: int | None,
    as_json: bool,
) -> None:
    """Close an alert with its outcome.

    Example: python -m portal alert close K7PQ --as lin --outcome spoke
    --reason "Fever is down, seen by Dr Zhou" --adverse-event Fever --grade 1
    """
    ending = Closing(outcome, reason, term is not None, term or "", grade)
    with startup.opened() as runtime, runtime.writing() as session:
        now = runtime.now()
        found = overview.find_alert(session, which)
        staff = _staff(session, username)
        changed = closing.close(session, found.id, staff, ending, now=now)
        said = _said(changed, staff)
    _tell(said, as_json)


def _staff(session: Session, username: str) -> Staff:
    name = accounts.normal_name(username)
    found = session.scalar(select(Staff).filter_by(username=name, active=True))
    if found is None:
        raise NotFound("There is no such member of staff.")
    return found


def _said(changed: Alert, staff: Staff) -> dict[str, object]:
    return {
        "id": changed.id,
        "code": changed.code,
        "state": changed.state,
        "by": staff.username,
        "outcome": changed.outcome,
    }


def _tell(said: dict[str, object], as_json: bool) -> None:
    if as_json:
        print_json(said)
    else:
        done = {"acked": "acknowledged", "closed": "closed"}[str(said["state"])]
        click.echo(f"Alert {said['id']} ({said['code']}) is {done} by {said['by']}.")
