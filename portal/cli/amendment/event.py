"""``python -m portal participant event``: on which day an event happened."""

from __future__ import annotations

from datetime import date

import click

from portal import startup
from portal.cli.amendment.signing import signed
from portal.enrolment import events
from portal.enrolment.events import RecordedDay
from portal.errors import InvalidInput
from portal.people.case import Case
from portal.records.staff.work import roster

NONE = "none"


@click.command("event")
@click.argument("code")
@click.argument("event")
@click.argument("day", metavar="YYYY-MM-DD")
@click.option("--by", required=True, metavar="NAME", help="User name of who says so.")
@click.option("--why", default="", metavar="TEXT", help="Why a recorded day is wrong.")
def event_command(code: str, event: str, day: str, by: str, why: str) -> None:
    """Record on which day an event of the study, such as a second dose, happened.

    ``none`` instead of a day: it did not happen after all. Another day than the recorded
    one needs a reason. It asks NAME for their password, and for the code where they have
    a second factor.

    Example: python -m portal participant event VX-007 dose2 2026-04-07 --by he
    """
    said = RecordedDay(event, _day(day), why)
    with startup.opened() as runtime:
        staff_id = signed(runtime, by)
        with runtime.writing() as session:
            who = roster.by_code(session, code)
            study = runtime.study(session, who.study_version_id)
            case = Case(session, study, who, runtime.now())
            events.record(case, said, staff_id)
            held, phase = case.milestones.events.get(event), case.phase
    click.echo(f"{code.upper()}: {event} {held or 'has not happened'}. Phase: {phase}.")


def _day(text: str) -> date | None:
    if text == NONE:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        said = f'"{text[:40]}" is no day such as 2026-03-10.'
        raise InvalidInput(said, field="day") from None
