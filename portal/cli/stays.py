"""``python -m portal participant admit`` and ``discharge``: days in hospital, by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import click
from sqlalchemy.orm import Session

from portal import audit, startup
from portal.cli.output import print_json
from portal.db.people import Participant
from portal.enrolment import stays
from portal.errors import InvalidInput
from portal.people import timeline
from portal.protocol.study.model import Study
from portal.records.staff import roster

JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
ON = click.option("--on", metavar="YYYY-MM-DD", help="The day; today if not given.")
Act = Callable[[Session, Study, Participant, date, datetime], None]


@click.command()
@click.argument("code")
@ON
@JSON
def admit(code: str, on: str | None, as_json: bool) -> None:
    """Say that somebody was in hospital on a day: an admission, or "still here".

    At home it begins another stay. During a stay it says that they are still here,
    which holds until the end of the next day.

    Example: python -m portal participant admit DS-007 --on 2026-03-18
    """

    def act(
        session: Session, _study: Study, who: Participant, day: date, now: datetime
    ) -> None:
        stays.admit(session, who, on=day, actor=audit.OPERATOR, now=now)

    _record(code, on, act, as_json)


@click.command()
@click.argument("code")
@ON
@click.option("--correct", is_flag=True, help="The day on record is wrong: this one.")
@click.option("--not-home", is_flag=True, help="They did not go home after all.")
@JSON
def discharge(
    code: str, on: str | None, correct: bool, not_home: bool, as_json: bool
) -> None:
    """Say that somebody went home on a day, or put the day on record right.

    Example: python -m portal participant discharge DS-007 --on 2026-03-18
    """

    def act(
        session: Session, study: Study, who: Participant, day: date, now: datetime
    ) -> None:
        said: stays.Said = {"actor": audit.OPERATOR, "now": now}
        if correct or not_home:
            right = None if not_home else day
            stays.correct_discharge(session, study, who, on=right, **said)
        else:
            stays.discharge(session, study, who, on=day, **said)

    _record(code, on, act, as_json)


def _record(code: str, on: str | None, act: Act, as_json: bool) -> None:
    with startup.opened() as runtime, runtime.writing() as session:
        now = runtime.now()
        who = roster.by_code(session, code)
        today = timeline.local_today(session, who, now=now)
        study = runtime.study(session, who.study_version_id)
        act(session, study, who, _day(on) if on else today, now)
        session.flush()
        place = timeline.place(session, who, today=today)
        known = [
            {key: value and str(value) for key, value in stay._asdict().items()}
            for stay in timeline.stays_of(session, who)
        ]
    if as_json:
        print_json({"code": who.code, "today": place.value, "stays": known})
    else:
        click.echo(f"Recorded. {who.code} is today: {SAID[place.value]}.")


SAID = {"ward": "in hospital", "home": "at home", "unknown": "not known whether home"}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        said = f'--on: "{text[:40]}" is no day such as 2026-03-10.'
        raise InvalidInput(said, field="on") from None
