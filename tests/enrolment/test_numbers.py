"""A new number, a lost phone, a caregiver who leaves: nothing goes to the wrong hand."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from portal import audit
from portal.db.tables.access import Device, LoginSession
from portal.db.tables.outbox import Message
from portal.db.tables.people import Caregiver, Consent, Contact, Participant
from portal.enrolment import caregivers, numbers
from portal.enrolment.numbers import NumberOwner
from portal.errors import InvalidInput, NotFound
from portal.messages.outbox import NewMessage, enqueue
from portal.people import contacts
from portal.people.access import enrolled_phones, sessions
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.cast import Cast, cast, enrolled

NEW = "13900139000"


class House:
    """A participant and a caregiver, each with a phone, a session and a queued text."""

    def __init__(self, runtime: Runtime, people: Cast) -> None:
        self.runtime, self.people = runtime, people
        with runtime.writing() as session:
            enrolled(session, people, "NO-1", house=people.there, number="13800138900")
            self.person_id = enrolled(session, people).id
        self.caregiver_id = arrivals.caregiver(runtime, people, self.person_id).id
        self.person = NumberOwner(self.person_id)
        self.caregiver = NumberOwner(self.person_id, self.caregiver_id)
        for owner in (self.person, self.caregiver):
            self._settle(owner)

    def _settle(self, owner: NumberOwner) -> None:
        runtime = self.runtime
        who = arrivals.person(runtime, owner.participant_id, owner.caregiver_id)
        real_now = runtime.real_now()
        with runtime.writing() as session:
            enrolled_phones.enrol(session, who, held=None, real_now=real_now)
            sessions.open_for_person(session, who, now=runtime.now(), real_now=real_now)
            contact = contacts.current(session, "mobile", **owner.key)
            assert contact is not None
            for purpose in ("notice", "code"):
                letter = NewMessage(
                    dedupe_key=f"{purpose}:{owner.caregiver_id}",
                    purpose=purpose,
                    channel="text",
                    contact=contact,
                    study_version_id=self.people.version.id,
                    template="notice",
                    language="zh",
                    participant_id=owner.participant_id,
                )
                enqueue(session, letter, now=runtime.now())

    def change(
        self, owner: NumberOwner, number: str = NEW, *, revoke: bool = False
    ) -> None:
        with self.runtime.writing() as session:
            numbers.change_number(
                session,
                self.people.study,
                owner,
                number,
                revoke=revoke,
                actor=audit.OPERATOR,
                now=self.runtime.now(),
                real_now=self.runtime.real_now(),
            )

    def remove(self, owner: NumberOwner) -> None:
        with self.runtime.writing() as session:
            caregivers.remove_caregiver(
                session,
                owner,
                staff_id=self.people.here["nurse"].id,
                now=self.runtime.now(),
                real_now=self.runtime.real_now(),
            )

    def number(self, owner: NumberOwner) -> str | None:
        with self.runtime.reading() as session:
            contact = contacts.mobile(session, **owner.key)
            return contact.value if contact else None

    def message(self, purpose: str, owner: NumberOwner) -> tuple[str, str | None]:
        """The state of a message and the number it is bound for."""
        key = f"{purpose}:{owner.caregiver_id}"
        with self.runtime.reading() as session:
            found = session.scalars(select(Message).filter_by(dedupe_key=key)).one()
            contact = session.get_one(Contact, found.contact_id)
            current = contact.retired_at is None
            return found.state, contact.value if current else None

    def ways_in(self, owner: NumberOwner) -> int:
        with self.runtime.reading() as session:
            mine: dict[str, Any] = {
                "participant_id": owner.participant_id,
                "caregiver_id": owner.caregiver_id,
            }
            phones = session.scalars(
                select(Device).filter_by(**mine, revoked_at=None)
            ).all()
            open_ones = session.scalars(
                select(LoginSession).filter_by(**mine, ended_at=None)
            ).all()
            return len(phones) + len(open_ones)


@pytest.fixture
def house(runtime: Runtime) -> House:
    return House(runtime, cast(runtime))


def test_what_waits_goes_to_the_new_number_and_codes_do_not(house: House) -> None:
    house.change(house.person)
    assert house.number(house.person) == "+8613900139000"
    assert house.message("notice", house.person) == ("queued", "+8613900139000")
    assert house.message("code", house.person) == ("queued", None)  # stops when claimed
    assert house.message("notice", house.caregiver) == ("queued", "+8613800138099")


def test_the_old_number_is_kept_as_it_was(house: House) -> None:
    house.change(house.person)
    house.change(house.person)
    with house.runtime.reading() as session:
        query = select(Contact).filter_by(participant_id=house.person_id, kind="mobile")
        rows = session.scalars(query.order_by(Contact.version)).all()
        assert [row.version for row in rows] == [1, 2]
        assert rows[0].value == "+8613800138007"
        assert rows[0].retired_at is not None


def test_a_new_number_leaves_the_phone_in_hand_its_way_in(house: House) -> None:
    house.change(house.person)
    assert house.ways_in(house.person) == 2


def test_a_lost_phone_loses_its_way_in_and_nobody_elses_does(house: House) -> None:
    house.change(house.person, revoke=True)
    assert house.ways_in(house.person) == 0
    assert house.ways_in(house.caregiver) == 2


@pytest.mark.parametrize("number", ["", "12345", "not a number"])
def test_a_number_that_is_none_is_refused(house: House, number: str) -> None:
    with pytest.raises(InvalidInput):
        house.change(house.person, number)
    assert house.number(house.person) == "+8613800138007"


def test_a_caregiver_who_leaves_gets_nothing_and_reports_nothing(
    house: House,
) -> None:
    house.remove(house.caregiver)
    with house.runtime.reading() as session:
        caregiver = session.get_one(Caregiver, house.caregiver_id)
        query = select(Consent).filter_by(caregiver_id=house.caregiver_id)
        acts = [one.act for one in session.scalars(query.order_by(Consent.id))]
    assert not caregiver.active
    assert acts == ["given", "withdrawn"]
    assert house.number(house.caregiver) is None
    assert house.message("notice", house.caregiver)[0] == "cancelled"
    assert house.ways_in(house.caregiver) == 0
    assert house.ways_in(house.person) == 2
    assert house.message("notice", house.person)[0] == "queued"


def test_a_participant_is_not_removed_as_a_caregiver(house: House) -> None:
    with pytest.raises(InvalidInput):
        house.remove(house.person)


def test_somebody_elses_caregiver_does_not_exist(house: House) -> None:
    with house.runtime.reading() as session:
        stranger = session.scalars(select(Participant).filter_by(code="NO-1")).one()
        with pytest.raises(NotFound):
            numbers.owner_of(session, stranger, house.caregiver_id)
