"""Codes on paper: one person's, one phone's, three days, once; nothing kept readable."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.audit import Actor
from portal.db.tables.access import PaperCode
from portal.db.tables.audit import Audit
from portal.db.tables.people import Participant
from portal.people.access import paper_codes
from portal.people.access.keys import Keyring
from portal.people.access.limits import TryLater
from portal.people.access.paper_codes import PrintedCode, RejectedPaperCode
from portal.people.reporters import Person
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock

KEYS = Keyring("a key that only these tests know")


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime, on_call=False)


@pytest.fixture
def person(runtime: Runtime, people: Cast) -> Person:
    with runtime.writing() as session:
        enrolled(session, people, "DS-001", number="13800138001")
        participant = enrolled(session, people)
    return arrivals.person(runtime, participant.id)


def make(runtime: Runtime, people: Cast, person: Person) -> PrintedCode:
    with runtime.writing() as session:
        return paper_codes.make(
            session,
            KEYS,
            person,
            actor=Actor("staff", str(people.here["nurse"].id)),
            now=runtime.now(),
            real_now=runtime.real_now(),
        )


def use(runtime: Runtime, typed: str, address: str = "a") -> Person | RejectedPaperCode:
    with runtime.writing() as session:
        return paper_codes.try_code(
            session, KEYS, typed, address=address, real_now=runtime.real_now()
        )


def test_a_code_names_its_person_once(
    runtime: Runtime, people: Cast, person: Person
) -> None:
    made = make(runtime, people, person)
    assert re.fullmatch(r"\d{4} \d{4} \d{4}", made.code)
    assert use(runtime, made.code) == person
    assert use(runtime, made.code) == RejectedPaperCode("used")


@pytest.mark.parametrize("style", ["plain", "dashes", "wide"])
def test_a_code_is_read_as_people_type_it(
    runtime: Runtime, people: Cast, person: Person, style: str
) -> None:
    code = make(runtime, people, person).code
    typed = {
        "plain": code.replace(" ", ""),
        "dashes": f" {code.replace(' ', '-')} ",
        "wide": "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in code),
    }[style]
    assert use(runtime, typed) == person


def test_a_code_ends_after_three_days(
    runtime: Runtime, people: Cast, person: Person, clock: Clock
) -> None:
    made = make(runtime, people, person)
    assert made.expires_at == clock() + timedelta(days=3)
    clock.set(made.expires_at)
    assert use(runtime, made.code) == RejectedPaperCode("over")


def test_a_new_code_ends_the_one_before_and_nobody_elses(
    runtime: Runtime, people: Cast, person: Person
) -> None:
    helper = arrivals.caregiver(runtime, people, person.participant_id)
    caregiver = arrivals.person(runtime, person.participant_id, helper.id)
    theirs = make(runtime, people, caregiver)
    first, second = (make(runtime, people, person) for _ in range(2))
    assert use(runtime, first.code) == RejectedPaperCode("over")
    assert use(runtime, second.code) == person
    assert use(runtime, theirs.code) == caregiver


def test_who_left_the_study_gets_in_by_no_paper(
    runtime: Runtime, people: Cast, person: Person
) -> None:
    made = make(runtime, people, person)
    with runtime.writing() as session:
        session.get_one(Participant, person.participant_id).status = "withdrawn"
    assert use(runtime, made.code) == RejectedPaperCode("over")


def test_the_digits_can_be_read_from_no_row(
    runtime: Runtime, people: Cast, person: Person
) -> None:
    digits = make(runtime, people, person).code.replace(" ", "")
    with runtime.reading() as session:
        [row] = session.scalars(select(PaperCode))
        audit = session.scalars(select(Audit)).all()
    assert digits not in row.code_hash
    made = [one for one in audit if one.act == "paper_code.made"]
    assert len(made) == 1
    assert digits not in str(made[0].detail)


def test_guessing_is_stopped_by_address_and_the_stop_ends(
    runtime: Runtime, people: Cast, person: Person, clock: Clock
) -> None:
    made = make(runtime, people, person)
    for _ in range(20):
        assert use(runtime, "000000000000") == RejectedPaperCode("unknown")
    with pytest.raises(TryLater) as limit:
        use(runtime, made.code)
    assert limit.value.ends_at == clock() + timedelta(hours=1)
    assert use(runtime, made.code, address="elsewhere") == person


def test_a_slip_of_the_finger_is_no_try(
    runtime: Runtime, people: Cast, person: Person
) -> None:
    for _ in range(30):
        assert use(runtime, "1234") == RejectedPaperCode("malformed")
