"""``python -m portal participant``: enrolling people, and their days in hospital."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import click
from sqlalchemy.orm import Session

from portal import audit, startup, study_versions
from portal.cli import LazyGroup
from portal.cli.output import print_json, read_back
from portal.db.tables.people import Participant, Site
from portal.enrolment import enrolment, reconsent, stays
from portal.enrolment.enrolment_form import Enrolment
from portal.errors import Doubtful, Faults, InvalidInput, NotFound
from portal.languages import FIRST, LANGUAGES
from portal.operating import sites
from portal.people import timeline
from portal.people.case import Case
from portal.phone_numbers import to_mobile
from portal.protocol.study.model import Study
from portal.records.staff.work import roster
from portal.runtime import Runtime

JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
ON = click.option("--on", metavar="YYYY-MM-DD", help="The day; today if not given.")
Act = Callable[[Session, Study, Participant, date, datetime], None]
STAYS = {"ward": "in hospital", "home": "at home", "unknown": "not known whether home"}


@click.group(
    cls=LazyGroup,
    lazy={
        "day-zero": "portal.cli.amendment.day_zero:day_zero_command",
        "event": "portal.cli.amendment.event:event_command",
    },
)
def participant() -> None:
    """Enrol participants, and record when they are in hospital.

    Example: python -m portal participant add DS-007 --number 13900000000
    --d0 2026-03-10 --consent-version 1.0 --consented-at 2026-03-02T10:00
    """


@participant.command("add")
@click.argument("code")
@click.option("--number", required=True, help="Mobile number.")
@click.option(
    "--d0", required=True, metavar="YYYY-MM-DD", help="D0, from which all days count."
)
@click.option("--discharged-on", metavar="YYYY-MM-DD", help="If already at home.")
@click.option(
    "--language", type=click.Choice(list(LANGUAGES)), default=FIRST, show_default=True
)
@click.option("--consent-version", required=True, help="Of the signed consent form.")
@click.option(
    "--consented-at",
    required=True,
    metavar="TIME",
    help="When it was signed, such as 2026-03-02T10:00 in the site's zone.",
)
@click.option("--ahead", is_flag=True, help="Confirm that D0 is in the future.")
@click.option("--time-zone", help="Such as Asia/Shanghai; the site's if not given.")
@click.option("--site", "site_code", help="The site's code, if there are several.")
@click.option("--json", "as_json", is_flag=True, help="Print the participant as JSON.")
def add_participant(
    code: str,
    number: str,
    d0: str,
    discharged_on: str | None,
    language: str,
    consent_version: str,
    consented_at: str,
    ahead: bool,
    time_zone: str | None,
    site_code: str | None,
    as_json: bool,
) -> None:
    """Enrol one participant under the newest study version.

    Example: python -m portal participant add DS-007 --number 13900000000
    --d0 2026-03-10 --discharged-on 2026-03-18 --consent-version 1.0
    --consented-at 2026-03-02T10:00
    """
    with startup.opened() as runtime, runtime.writing() as session:
        now = runtime.now()
        site = sites.only(session, site_code)
        home = _day(discharged_on, "discharged-on") if discharged_on else None
        asked = Enrolment(
            code=code,
            number=number,
            d0=_day(d0, "d0"),
            language=language,
            consent_version=consent_version,
            consented_at=_moment(consented_at, site.time_zone),
            ahead=ahead,
            time_zone=time_zone,
            discharged_on=home,
        )
        enrolled = _enrol(runtime, session, site, asked, now)
        e164 = to_mobile(number, site.country)
        found = {"id": enrolled.id, "code": enrolled.code, "d0": str(enrolled.d0)}
    if as_json:
        print_json({**found, "number": e164})
    else:
        told = read_back(e164)
        click.echo(f"{found['code']} was enrolled, D0 {found['d0']}{told}.")


def _enrol(
    runtime: Runtime, session: Session, site: Site, asked: Enrolment, now: datetime
) -> Participant:
    version = study_versions.newest(session)
    if version is None:
        raise NotFound("There is no study yet. Run: python -m portal init")
    study = runtime.study(session, version.id)
    try:
        return enrolment.enrol(
            session, version, study, site, asked, actor=audit.OPERATOR, now=now
        )
    except Faults as faults:
        raise InvalidInput(_with_option(faults), field=faults.field) from None


def _with_option(faults: Faults) -> str:
    doubtful = any(isinstance(fault, Doubtful) for fault in faults.every)
    return f"{faults.message} Add --ahead for that." if doubtful else faults.message


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        said = f'--{field}: "{text[:40]}" is not a day such as 2026-03-10.'
        raise InvalidInput(said, field=field) from None


def _moment(text: str, zone: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        said = f'--consented-at: "{text[:40]}" is not like 2026-03-01T09:30+08:00.'
        raise InvalidInput(said, field="consented_at") from None
    there = found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))
    return there.astimezone(UTC)


@participant.command()
@click.argument("code")
@click.option("--version", required=True, help="Of the signed consent form.")
@click.option(
    "--signed-at",
    required=True,
    metavar="TIME",
    help="Such as 2026-05-02T10:00, in the site's zone.",
)
def consent(code: str, version: str, signed_at: str) -> None:
    """Record that a participant signed a new version of the consent form.

    Example: python -m portal participant consent DS-007 --version 2.0
    --signed-at 2026-05-02T10:00
    """
    with startup.opened() as runtime, runtime.writing() as session:
        who = roster.by_code(session, code)
        zone = session.get_one(Site, who.site_id).time_zone
        moment = _moment(signed_at, zone)
        new = reconsent.record(session, who, version, moment, None, now=runtime.now())
    state = "was recorded" if new else "is on record already"
    click.echo(f"The consent of {code.upper()} to {version} {state}.")


@participant.command()
@click.argument("code")
@ON
@JSON
def admit(code: str, on: str | None, as_json: bool) -> None:
    """Record that somebody was in hospital on a day: an admission, or "still here".

    For somebody at home it starts a new stay. During a stay it records that they are
    still here, which is valid until the end of the next day.

    Example: python -m portal participant admit DS-007 --on 2026-03-18
    """

    def act(
        session: Session, _study: Study, who: Participant, day: date, now: datetime
    ) -> None:
        stays.admit(session, who, on=day, actor=audit.OPERATOR, now=now)

    _record_stay(code, on, act, as_json)


@participant.command()
@click.argument("code")
@ON
@click.option(
    "--correct", is_flag=True, help="Replace the recorded day, which is wrong."
)
@click.option("--not-home", is_flag=True, help="They did not go home after all.")
@JSON
def discharge(
    code: str, on: str | None, correct: bool, not_home: bool, as_json: bool
) -> None:
    """Record on which day somebody went home, or correct the recorded day.

    Example: python -m portal participant discharge DS-007 --on 2026-03-18
    """

    def act(
        session: Session, study: Study, who: Participant, day: date, now: datetime
    ) -> None:
        case = Case(session, study, who, now)
        if correct or not_home:
            right = None if not_home else day
            stays.correct_discharge(case, on=right, actor=audit.OPERATOR)
        else:
            stays.discharge(case, on=day, actor=audit.OPERATOR)

    _record_stay(code, on, act, as_json)


def _record_stay(code: str, on: str | None, act: Act, as_json: bool) -> None:
    with startup.opened() as runtime, runtime.writing() as session:
        now = runtime.now()
        who = roster.by_code(session, code)
        today = timeline.local_today(session, who, now=now)
        study = runtime.study(session, who.study_version_id)
        act(session, study, who, _day(on, "on") if on else today, now)
        session.flush()
        place = Case(session, study, who, now).place
        known = [
            {key: value and str(value) for key, value in stay._asdict().items()}
            for stay in timeline.stays_of(session, who)
        ]
    if as_json:
        print_json({"code": who.code, "today": place.value, "stays": known})
    else:
        click.echo(f"Recorded. {who.code} is today: {STAYS[place.value]}.")
