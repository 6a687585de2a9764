"""``python -m portal study calendar``: the visits and phases of a study for one person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from portal.languages import SOURCE

if TYPE_CHECKING:
    from portal.protocol.calendar.study_days import VisitWindow
    from portal.protocol.calendar.whereabouts import Milestones
    from portal.protocol.study.model import Study


@click.command()
@click.argument("name", metavar="STUDY")
@click.option(
    "--d0", required=True, metavar="YYYY-MM-DD", help="D0, from which all days count."
)
@click.option(
    "--event",
    "events",
    multiple=True,
    metavar="ID=YYYY-MM-DD",
    help="The day of an event of the study, such as dose2=2026-04-07.",
)
@click.option("--json", "as_json", is_flag=True, help="Print a list of visits.")
def calendar(name: str, d0: str, events: tuple[str, ...], as_json: bool) -> None:
    """Print the visits and phases of a study for one D0.

    STUDY is a name such as dcar-sle, or a path. A phase that begins at an event has no
    day until --event says when it happened.

    Example: python -m portal study calendar dcar-sle --d0 2026-03-10 --json
    """
    from portal.protocol.calendar.study_days import planned_visits
    from portal.protocol.calendar.whereabouts import Milestones
    from portal.study_files import load_study

    first, study = _day(d0, "--d0"), load_study(name)
    happened = dict(_happened(study, first, said) for said in events)
    try:
        visits = planned_visits(study, first)
        told = list(_lines(study, Milestones(first, events=happened), visits))
    except OverflowError as error:
        raise click.BadParameter(f"{error}.", param_hint="--d0") from error
    if as_json:
        click.echo(json.dumps([_visit_json(visit) for visit in visits]))
    else:
        click.echo("\n".join(told))


def _day(text: str, option: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 (a date only)
    except ValueError as error:
        said = f'"{text}" is not a date such as 2026-03-10.'
        raise click.BadParameter(said, param_hint=option) from error


def _happened(study: Study, d0: date, said: str) -> tuple[str, date]:
    """The event that an option names, and its day."""
    name, _, day = said.partition("=")
    known = {event.id: event.title.say(SOURCE) for event in study.events}
    if name not in known:
        which = ", ".join(f"{one} ({title})" for one, title in known.items())
        told = f"Its events: {which}." if which else "It has none: leave --event out."
        refused = f'{study.id} has no event "{name}". {told}'
        raise click.BadParameter(refused, param_hint="--event")
    happened = _day(day, "--event")
    if happened < d0:
        refused = f"{name} cannot be before D0, which is {d0.isoformat()}."
        raise click.BadParameter(refused, param_hint="--event")
    return name, happened


def _visit_json(visit: VisitWindow) -> dict[str, str]:
    return {
        "code": visit.code,
        "date": visit.date.isoformat(),
        "opens": visit.opens.isoformat(),
        "closes": visit.closes.isoformat(),
    }


def _lines(
    study: Study, person: Milestones, visits: tuple[VisitWindow, ...]
) -> Iterator[str]:
    d0 = person.d0
    titles = {visit.code: visit.title.say(SOURCE) for visit in study.visits}
    yield f"{study.id} {study.version}, D0 {d0:%a} {d0.isoformat()}"
    yield f"{'visit':<6} {'day':>5}  {'date':<14}  {'opens':<10}  {'closes':<10}"
    for visit in visits:
        yield (
            f"{visit.code:<6} {_number_and_day(d0, visit.date)}  "
            f"{visit.opens.isoformat()}  {visit.closes.isoformat()}  "
            f"{titles[visit.code]}"
        )
    yield from _phases(study, person)


def _phases(study: Study, person: Milestones) -> Iterator[str]:
    """The phases at home from their first days; others with the event they wait for."""
    from portal.protocol.calendar.study_days import phase_begins

    begun = {phase.code: day for phase, day in phase_begins(study, person)}
    width = max(len("phase"), *(len(phase.code) for phase in study.phases))
    yield ""
    yield f"{'phase':<{width}} {'day':>5}  from"
    for phase in study.phases_at_home:
        title, first = phase.title.say(SOURCE), begun.get(phase.code)
        if first is not None:
            yield f"{phase.code:<{width}} {_number_and_day(person.d0, first)}  {title}"
        elif phase.begins is not None:
            event = phase.begins.event
            waits = f"after {event}: --event {event}=YYYY-MM-DD"
            yield f"{phase.code:<{width}} {'':>5}  {waits}  {title}"


def _number_and_day(d0: date, day: date) -> str:
    from portal.protocol.calendar.study_days import day_number

    return f"{day_number(d0, day):>5}  {day:%a} {day.isoformat()}"
