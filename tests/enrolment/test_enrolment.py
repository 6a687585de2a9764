"""Who is enrolled with what; visits and days in hospital follow from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from portal import audit
from portal.db.tables.audit import Audit
from portal.db.tables.diary import Visit
from portal.db.tables.people import Caregiver, Consent, Contact, Participant, Stay
from portal.enrolment import caregivers, enrolment, stays
from portal.enrolment.enrolment_form import Enrolment
from portal.errors import Faults, InvalidInput
from portal.people import contacts
from portal.people.case import Case
from portal.runtime import Runtime
from portal.visits import planned_visits
from tests.support.cast import LONG_AGO, Cast, House, cast, enrolled
from tests.support.clock import START, Clock

PAPERS = Enrolment(
    code=" ds-007 ",
    number="138 0013 8007",
    d0=date(2026, 3, 10),
    language="zh",
    consent_version=" 2.0 ",
    consented_at=LONG_AGO,
    name="张三",
)


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


def enrol(
    runtime: Runtime, people: Cast, papers: Enrolment = PAPERS, by: str = "coordinator"
) -> Participant:
    return enrol_at(runtime, people, people.here, papers, by)


def enrol_at(
    runtime: Runtime, people: Cast, house: House, papers: Enrolment, by: str
) -> Participant:
    with runtime.writing() as session:
        return enrolment.enrol(
            session,
            people.version,
            people.study,
            house.site,
            papers,
            actor=audit.Actor("staff", str(house[by].id)),
            now=runtime.now(),
        )


def caregiver(
    runtime: Runtime, people: Cast, person: Participant, **changes: Any
) -> Caregiver:
    given: dict[str, Any] = {
        "number": "139 1111 2222",
        "language": "zh",
        "consent_version": "C1",
        "consented_at": LONG_AGO,
        **changes,
    }
    with runtime.writing() as session:
        mine = session.get_one(Participant, person.id)
        return caregivers.add_caregiver(
            session,
            mine,
            actor=audit.Actor("staff", str(people.here["nurse"].id)),
            now=runtime.now(),
            **given,
        )


def test_a_participant_is_kept_with_code_number_zone_and_signed_consent(
    runtime: Runtime, people: Cast
) -> None:
    person = enrol(runtime, people)
    assert (person.code, person.time_zone) == ("DS-007", "Asia/Shanghai")
    assert person.enrolled_by == people.here["coordinator"].id
    with runtime.reading() as session:
        number = contacts.texted(session, participant_id=person.id)
        assert number is not None
        assert number.value == "+8613800138007"
        assert contacts.mobile(session, participant_id=person.id) is None  # only typed
        assert contacts.name(session, participant_id=person.id) == "张三"
        consent = session.scalars(select(Consent)).one()
        assert (consent.act, consent.version) == ("given", "2.0")
        assert consent.signed_at == LONG_AGO
        acts = select(Audit.act).where(Audit.subject_kind == "participant")
        assert session.scalars(acts).all() == ["participant.enrolled"]


def test_the_audit_of_an_enrolment_holds_neither_name_nor_number(
    runtime: Runtime, people: Cast
) -> None:
    enrol(runtime, people)
    with runtime.reading() as session:
        told = " ".join(str(row.detail) for row in session.scalars(select(Audit)))
    assert "张三" not in told
    assert "138001" not in told


def test_every_visit_is_planned_from_the_infusion(
    runtime: Runtime, people: Cast
) -> None:
    enrolled_there = enrol_at(
        runtime,
        people,
        people.there,
        replace(PAPERS, code="NO-001", d0=date(2026, 2, 1)),
        "nurse",
    )
    person = enrol(runtime, people)
    with runtime.reading() as session:
        found = planned_visits.of(session, session.get_one(Participant, person.id))
        assert [(v.code, v.target) for v in found] == [
            ("D14", date(2026, 3, 24)),
            ("D28", date(2026, 4, 7)),
            ("M3", date(2026, 6, 10)),
            ("M6", date(2026, 9, 10)),
            ("M9", date(2026, 12, 10)),
            ("M12", date(2027, 3, 10)),
            ("M18", date(2027, 9, 10)),
            ("M24", date(2028, 3, 10)),
        ]
        assert {v.state for v in found} == {"planned"}
        count = select(func.count()).select_from(Visit)
        assert session.scalar(count) == 16, enrolled_there.code


@pytest.mark.parametrize(
    ("today", "code"),
    [
        (date(2026, 3, 10), "D14"),
        (date(2026, 3, 26), "D14"),  # the last day of its window
        (date(2026, 3, 27), "D28"),
        (date(2028, 6, 1), None),
    ],
)
def test_the_next_visit_is_the_first_whose_window_has_not_closed(
    runtime: Runtime, people: Cast, today: date, code: str | None
) -> None:
    person = enrol(runtime, people)
    with runtime.reading() as session:
        found = planned_visits.upcoming(
            session, session.get_one(Participant, person.id), today=today
        )
        assert (found.code if found else None) == code


def test_the_same_form_sent_twice_enrols_once(runtime: Runtime, people: Cast) -> None:
    first = enrol(runtime, people)
    assert enrol(runtime, people).id == first.id
    with runtime.reading() as session:
        for table in (Participant, Consent, Stay):
            assert session.scalar(select(func.count()).select_from(table)) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"number": "138 0013 8008"},
        {"d0": date(2026, 3, 11)},
        {"language": "en"},
    ],
)
def test_a_taken_code_with_anything_different_is_refused(
    runtime: Runtime, people: Cast, other: dict[str, Any]
) -> None:
    enrol(runtime, people)
    with pytest.raises(InvalidInput, match="taken") as refused:
        enrol(runtime, people, replace(PAPERS, **other))
    assert refused.value.field == "code"


def test_a_code_of_another_site_or_colleague_is_taken_too(
    runtime: Runtime, people: Cast
) -> None:
    enrol(runtime, people)
    with pytest.raises(InvalidInput, match="taken"):
        enrol_at(runtime, people, people.there, PAPERS, "coordinator")
    with pytest.raises(InvalidInput, match="taken"):
        enrol(runtime, people, by="investigator")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "7"}, "code"),
        ({"code": "DS-007; --"}, "code"),
        ({"number": "12345"}, "number"),
        ({"language": "de"}, "language"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"d0": date(2026, 6, 1)}, "d0"),
        ({"d0": date(2001, 1, 1)}, "d0"),
        ({"consent_version": " "}, "consent_version"),
        ({"consented_at": START + timedelta(minutes=1)}, "consented_at"),
        ({"consented_at": None}, "consented_at"),
        ({"consented_at": datetime(2026, 3, 10, 16, tzinfo=UTC)}, "consented_at"),
        ({"d0": None}, "d0"),
        ({"d0": date(2026, 3, 13)}, "d0"),  # tomorrow: asked about first
        ({"discharged_on": date(2026, 3, 9)}, "discharged_on"),
        ({"discharged_on": date(2026, 3, 13)}, "discharged_on"),
    ],
)
def test_a_field_that_cannot_be_is_named(
    runtime: Runtime, people: Cast, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        enrol(runtime, people, replace(PAPERS, **wrong))
    assert refused.value.field == field
    with runtime.reading() as session:
        assert session.scalars(select(Participant)).all() == []


def test_consent_on_the_day_of_infusion_and_a_confirmed_day_to_come_are_taken(
    runtime: Runtime, people: Cast
) -> None:
    late = datetime(2026, 3, 10, 15, 59, tzinfo=UTC)  # still the day in the hospital
    enrol(runtime, people, replace(PAPERS, consented_at=late))
    planned = replace(PAPERS, code="DS-008", d0=date(2026, 3, 20), ahead=True)
    assert enrol(runtime, people, planned).d0 == date(2026, 3, 20)


def test_everything_an_enrolment_lacks_is_told_at_once(
    runtime: Runtime, people: Cast
) -> None:
    empty = replace(PAPERS, code="", number="", d0=None, consent_version="")
    with pytest.raises(Faults) as refused:
        enrol(runtime, people, empty)
    fields = [fault.field for fault in refused.value.every]
    assert sorted(map(str, fields)) == ["code", "consent_version", "d0", "number"]


def test_two_people_may_share_one_number(runtime: Runtime, people: Cast) -> None:
    enrol(runtime, people)
    enrol(runtime, people, replace(PAPERS, code="DS-008"))
    with runtime.reading() as session:
        assert len(contacts.owners_of(session, "+8613800138007")) == 2


def test_a_caregiver_brings_a_consent_of_their_own(
    runtime: Runtime, people: Cast
) -> None:
    person = enrol(runtime, people)
    helper = caregiver(runtime, people, person, name="王芳")
    with runtime.reading() as session:
        query = select(Consent).where(Consent.caregiver_id == helper.id)
        own = session.scalars(query).one()
        assert (own.version, own.recorded_by) == ("C1", people.here["nurse"].id)
        number = contacts.texted(session, caregiver_id=helper.id)
        assert number is not None
        assert number.verified_at is None
        assert number.value == "+8613911112222"


def test_a_caregivers_form_sent_twice_adds_one(runtime: Runtime, people: Cast) -> None:
    person = enrol(runtime, people)
    first = caregiver(runtime, people, person)
    assert caregiver(runtime, people, person).id == first.id
    with runtime.reading() as session:
        assert len(session.scalars(select(Caregiver)).all()) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"consent_version": ""}, "consent_version"),
        ({"consented_at": START + timedelta(hours=1)}, "consented_at"),
        ({"number": "nonsense"}, "number"),
        ({"language": ""}, "language"),
    ],
)
def test_without_a_consent_no_caregivers_number_is_kept(
    runtime: Runtime, people: Cast, wrong: dict[str, Any], field: str
) -> None:
    person = enrol(runtime, people)
    with pytest.raises(InvalidInput) as refused:
        caregiver(runtime, people, person, **wrong)
    assert refused.value.field == field
    with runtime.reading() as session:
        query = select(Contact).where(Contact.caregiver_id.is_not(None))
        assert session.scalars(query).all() == []


def went(
    runtime: Runtime, people: Cast, person: Participant, act: str, on: date
) -> None:
    actor, now = audit.Actor("staff", str(people.here["nurse"].id)), runtime.now()
    with runtime.writing() as session:
        mine = session.get_one(Participant, person.id)
        if act == "home":
            stays.discharge(Case(session, people.study, mine, now), on=on, actor=actor)
        else:
            stays.admit(session, mine, on=on, actor=actor, now=now)


def phase(runtime: Runtime, people: Cast, person: Participant) -> str:
    with runtime.reading() as session:
        mine = session.get_one(Participant, person.id)
        return Case(session, people.study, mine, runtime.now()).phase


def test_going_home_and_coming_back_move_the_phase(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    with runtime.writing() as session:
        person = enrolled(session, people, d0=date(2026, 3, 8), home_since=None)
    assert phase(runtime, people, person) == "W0"
    went(runtime, people, person, "home", date(2026, 3, 12))
    assert phase(runtime, people, person) == "W1"
    clock.advance(days=2)
    went(runtime, people, person, "back", date(2026, 3, 14))
    assert phase(runtime, people, person) == "W0"
    clock.advance(days=3)
    went(runtime, people, person, "home", date(2026, 3, 17))
    assert phase(runtime, people, person) == "W1"
    with runtime.reading() as session:
        assert len(session.scalars(select(Stay)).all()) == 2


def test_a_discharge_recorded_twice_is_one(runtime: Runtime, people: Cast) -> None:
    with runtime.writing() as session:
        person = enrolled(session, people, home_since=None)
    for _ in range(2):
        went(runtime, people, person, "home", date(2026, 3, 9))
    with runtime.reading() as session:
        acts = select(Audit.detail).where(Audit.act == "participant.discharged")
        assert session.scalars(acts).all() == [{"on": "2026-03-09"}]


@pytest.mark.parametrize(
    ("act", "on"),
    [
        ("home", date(2026, 2, 28)),  # before the admission
        ("home", date(2026, 3, 13)),  # tomorrow: it would silence the diary till then
        ("home", date(2036, 3, 9)),
        ("back", date(2026, 3, 13)),  # tomorrow
        ("back", date(2025, 12, 1)),  # months before the infusion
    ],
)
def test_days_in_hospital_that_cannot_be_are_refused(
    runtime: Runtime, people: Cast, act: str, on: date
) -> None:
    with runtime.writing() as session:
        person = enrolled(session, people, home_since=None)
    with pytest.raises(InvalidInput) as refused:
        went(runtime, people, person, act, on)
    assert refused.value.field == "on"


@pytest.mark.parametrize("on", [date(2026, 3, 8), date(2026, 3, 13)])
def test_an_admission_lies_between_the_last_discharge_and_today(
    runtime: Runtime, people: Cast, on: date
) -> None:
    with runtime.writing() as session:
        person = enrolled(session, people, home_since=date(2026, 3, 9))
    with pytest.raises(InvalidInput):
        went(runtime, people, person, "back", on)
