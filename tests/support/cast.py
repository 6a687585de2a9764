"""An invented hospital to test with, and a second one whose rows are only noise.

The second site has the same rows as the first, so a query that forgets to ask whose row
it is gives a wrong answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from portal import audit
from portal.db.tables.people import (
    Contact,
    Participant,
    Shift,
    Site,
    Staff,
    StudyVersion,
)
from portal.enrolment import enrolment
from portal.enrolment.enrolment_form import Enrolment
from portal.people import contacts
from portal.protocol.study.compiled import to_compiled
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.verdict import Finding, Verdict
from portal.runtime import Runtime
from portal.vocabulary.people import ContactKind
from tests.support import copies
from tests.support.clock import START
from tests.support.study import the_usual_study

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
D0 = date(2026, 3, 1)  # eleven days before the tests' clock
DUTY_ROLES = {
    "nurse": "nurse",
    "doctor": "investigator",
    "second_doctor": "investigator",
    "investigator": "investigator",
    "coordinator": "coordinator",
}
DUTIES = (*DUTY_ROLES, "monitor", "admin")


@dataclass
class House:
    """One hospital: its site and its staff, each by the duty or role they have."""

    site: Site
    staff: dict[str, Staff] = field(default_factory=dict)

    def __getitem__(self, duty: str) -> Staff:
        return self.staff[duty]


@dataclass
class Cast:
    """The study, the hospital that a test is about, and the one next door."""

    study: Study
    version: StudyVersion
    here: House
    there: House

    def study_of(self, _version_id: int) -> Study:
        return self.study


TABLES = ("site", "study_version", "staff", "contact", "shift")
_first: dict[tuple[str, bool], tuple[Cast, list[copies.Copy]]] = {}


def cast(runtime: Runtime, *, on_call: bool = True) -> Cast:
    """Two staffed hospitals; with ``on_call`` every duty is served at both."""
    with runtime.writing() as session:
        if not copies.without_rows(session, TABLES[:2]):  # the others refer to them
            return made(session, on_call=on_call)
        how = runtime.database.engine.name, on_call
        if how in _first:
            copies.put(session, _first[how][1])
        else:
            people = made(session, on_call=on_call)
            _first[how] = people, copies.copied(session, TABLES)
        return likeness(_first[how][0])


def made(session: Session, *, on_call: bool) -> Cast:
    """The same, from the ground up."""
    study, _ = the_usual_study()
    version = StudyVersion(**_stored())
    session.add(version)
    houses = [House(_site("here")), House(_site("there"))]
    session.add_all(house.site for house in houses)
    session.flush()
    for house in houses:
        house.staff = {duty: _staff(house.site, duty) for duty in DUTIES}
    session.add_all(one for house in houses for one in house.staff.values())
    session.flush()
    for number, house in enumerate(houses, 1):
        session.add_all(_reached(house, f"+861390000{number}"))
        session.add_all(_shifts(house) if on_call else ())
    session.flush()
    return Cast(study, version, *houses)


def likeness(people: Cast) -> Cast:
    """The same people in another database."""
    houses = [
        House(
            copies.like(house.site), {k: copies.like(v) for k, v in house.staff.items()}
        )
        for house in (people.here, people.there)
    ]
    return Cast(people.study, copies.like(people.version), *houses)


@cache
def _stored() -> dict[str, Any]:
    """What ``study_versions.install`` keeps, put together once."""
    study, source = the_usual_study()
    return {
        "study_id": study.id,
        "version": study.version,
        "sha256": study.sha256,
        "approved": study.approved,
        "source": source,
        "compiled": to_compiled(study),
        "loaded_at": LONG_AGO,
    }


def _site(code: str) -> Site:
    return Site(
        code=code,
        name={"zh": "示范医院", "en": f"Hospital {code}"},
        country="CN",
        time_zone="Asia/Shanghai",
        duty_line="028-5550 0120",
        emergency_number="120",
        created_at=LONG_AGO,
    )


def _staff(site: Site, duty: str) -> Staff:
    return Staff(
        site_id=site.id,
        username=f"{duty}-{site.code}",
        display_name=f"{duty.capitalize()} of {site.code}",
        role=DUTY_ROLES.get(duty, duty),
        password_hash="-",
        language="en",
        active=True,
        created_at=LONG_AGO,
    )


def _reached(house: House, numbers: str) -> list[Contact]:
    """The verified number of a hospital, and of each of its staff."""
    owners = [{"staff_id": one.id} for one in house.staff.values()]
    wanted = [(f"{numbers}{place:03}", owner) for place, owner in enumerate(owners)]
    wanted.insert(0, (f"{numbers}999", {"site_id": house.site.id}))
    return [
        Contact(
            kind=ContactKind.MOBILE,
            value=value,
            version=1,
            verified_at=LONG_AGO,
            created_at=LONG_AGO,
            **owner,
        )
        for value, owner in wanted
    ]


def _shifts(house: House) -> list[Shift]:
    return [
        Shift(
            site_id=house.site.id,
            duty=duty,
            staff_id=house[duty].id,
            starts_at=LONG_AGO,
            ends_at=None,
            override=False,
        )
        for duty in DUTY_ROLES
    ]


ENROLLED = ("participant", "contact", "stay", "consent", "visit", "task")
_enrolled: dict[tuple[Any, ...], tuple[int, list[copies.Copy], list[Any]]] = {}


def enrolled(
    session: Session,
    cast: Cast,
    code: str = "DS-007",
    *,
    house: House | None = None,
    d0: date = D0,
    home_since: date | None = D0 + timedelta(days=8),
    number: str = "13800138007",
    language: str = "zh",
) -> Participant:
    """A participant with a verified number, by default on day 11, at home since day 8."""
    house = house or cast.here
    before = copies.lasts(session, ENROLLED)
    asked = (code, number, d0, home_since, language)
    place = (house.site.id, house.site.time_zone, house.site.country)
    how = (_kind(session), cast.version.id, *place, *asked, *before.values())
    if cast.study is the_usual_study()[0] and how in _enrolled:
        number_of_row, rows, notes = _enrolled[how]
        copies.put(session, rows)
        session.info.setdefault(audit.WAITING, []).extend(notes)
        return session.get_one(Participant, number_of_row)
    noted = len(session.info.get(audit.WAITING, []))
    person = _enrol(session, cast, house, asked)
    rows = copies.copied(session, ENROLLED, after=before)
    if cast.study is the_usual_study()[0] and before["participant"] < person.id:
        notes = session.info[audit.WAITING][noted:]
        _enrolled[how] = person.id, rows, notes
    return person


def _kind(session: Session) -> str:
    return session.get_bind().dialect.name


def _enrol(
    session: Session,
    cast: Cast,
    house: House,
    asked: tuple[str, str, date, date | None, str],
) -> Participant:
    code, number, d0, home_since, language = asked
    person = enrolment.enrol(
        session,
        cast.version,
        cast.study,
        house.site,
        Enrolment(
            code=code,
            number=number,
            d0=d0,
            language=language,
            consent_version="2.0",
            consented_at=min(LONG_AGO, _day_before(d0)),
            ahead=True,
            discharged_on=home_since,
        ),
        actor=audit.OPERATOR,
        now=START,
    )
    hold_number(session, participant_id=person.id)
    return person


def _day_before(d0: date) -> datetime:
    return datetime(d0.year, d0.month, d0.day, tzinfo=UTC) - timedelta(days=1)


def hold_number(session: Session, **owner: int) -> None:
    """Verify a number, as a code that came back would."""
    contact = contacts.current(session, "mobile", **owner)
    assert contact is not None
    contact.verified_at = START


def finding(
    rule: str, tier: Tier, ack_minutes: int | None = None, **facts: object
) -> Finding:
    return Finding(rule, tier, ack_minutes, facts)


def verdict(tier: Tier, *rules: str, ack_minutes: int | None = None) -> Verdict:
    """A possible verdict of triage: these rules, all at this tier."""
    found = tuple(finding(rule, tier, ack_minutes) for rule in rules)
    return Verdict(tier, ack_minutes, found, (), ())


URGENT = verdict(Tier.URGENT, "T10", ack_minutes=15)
EMERGENCY = verdict(Tier.EMERGENCY, "T01", ack_minutes=5)
