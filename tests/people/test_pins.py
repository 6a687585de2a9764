"""The PIN of a phone: its own, limited, changeable, and never between anybody and a report."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from portal.db.tables.access import Device
from portal.errors import InvalidInput
from portal.people.access import enrolled_phones, pins
from portal.people.access.keys import Keyring
from portal.people.access.limits import TryLater
from portal.people.reporters import Person
from portal.runtime import Runtime
from tests.support import arrivals, source
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock

KEYS = Keyring("a key that only these tests know")
PIN = "507318"


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime, on_call=False)


@pytest.fixture
def person(runtime: Runtime, people: Cast) -> Person:
    with runtime.writing() as session:
        participant = enrolled(session, people)
    return arrivals.person(runtime, participant.id)


@pytest.fixture
def phone(runtime: Runtime, person: Person) -> int:
    return another_phone(runtime, person, PIN)


def another_phone(runtime: Runtime, person: Person, pin: str) -> int:
    with runtime.writing() as session:
        secret, _ = enrolled_phones.enrol(
            session, person, held=None, real_now=runtime.real_now()
        )
        found = enrolled_phones.find(session, secret, real_now=runtime.real_now())
        assert found is not None
    choose(runtime, person, found.device_id, pin)
    return found.device_id


def choose(runtime: Runtime, person: Person, phone: int, pin: str) -> None:
    hashed = pins.hashed(pin)
    with runtime.writing() as session:
        now = runtime.real_now()
        pins.choose(session, person, phone, hashed, now=now, real_now=now)


def enter(runtime: Runtime, phone: int, typed: str) -> bool:
    with runtime.writing() as session:
        attempt = pins.begin_try(session, KEYS, phone, real_now=runtime.real_now())
    if not pins.fits(attempt, typed):
        return False
    with runtime.writing() as session:
        return pins.passed(session, attempt)


def test_the_pin_opens_its_phone_as_often_as_it_is_right(
    runtime: Runtime, phone: int
) -> None:
    assert all(enter(runtime, phone, typed) for typed in [PIN, "507 318"] * 6)
    assert enter(runtime, phone, "５０７３１８")
    assert not enter(runtime, phone, "507319")


def test_another_phone_of_the_same_person_has_its_own(
    runtime: Runtime, person: Person, phone: int
) -> None:
    other = another_phone(runtime, person, "740962")
    assert not enter(runtime, other, PIN)
    assert enter(runtime, other, "740962")


def test_five_wrong_pins_stop_this_phone_for_a_quarter_of_an_hour_and_no_longer(
    runtime: Runtime, person: Person, phone: int, clock: Clock
) -> None:
    other = another_phone(runtime, person, "740962")
    for _ in range(5):
        assert not enter(runtime, phone, "000000")
    with pytest.raises(TryLater) as limit:
        enter(runtime, phone, PIN)
    assert limit.value.ends_at == clock() + timedelta(minutes=15)
    assert enter(runtime, other, "740962")
    clock.set(limit.value.ends_at)
    assert enter(runtime, phone, PIN)


def test_a_day_allows_twenty_wrong_ones(
    runtime: Runtime, phone: int, clock: Clock
) -> None:
    for _ in range(4):
        for _ in range(5):
            enter(runtime, phone, "000000")
        clock.advance(minutes=15)
    with pytest.raises(TryLater) as limit:
        enter(runtime, phone, PIN)
    assert limit.value.ends_at > clock() + timedelta(hours=22)


@pytest.mark.parametrize(
    "easy", ["123456", "654321", "000000", "121212", "112211", "890123"]
)
def test_what_anybody_would_try_first_is_refused(easy: str) -> None:
    with pytest.raises(InvalidInput, match="too easy"):
        pins.hashed(easy)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef"])
def test_a_pin_has_six_digits(typed: str) -> None:
    assert not pins.is_pin(typed)
    with pytest.raises(InvalidInput, match="6 digits"):
        pins.hashed(typed)


def test_a_pin_is_kept_by_argon2_alone(runtime: Runtime, phone: int) -> None:
    with runtime.reading() as session:
        kept = session.get_one(Device, phone).pin_hash
    assert kept is not None
    assert kept.startswith("$argon2id$")
    assert PIN not in kept


def test_a_pin_changed_meanwhile_opens_nothing(
    runtime: Runtime, person: Person, phone: int
) -> None:
    with runtime.writing() as session:
        attempt = pins.begin_try(session, KEYS, phone, real_now=runtime.real_now())
    assert pins.fits(attempt, PIN)
    choose(runtime, person, phone, "740962")
    with runtime.writing() as session:
        assert not pins.passed(session, attempt)


def test_a_phone_switched_off_opens_nothing(
    runtime: Runtime, person: Person, phone: int
) -> None:
    with runtime.writing() as session:
        attempt = pins.begin_try(session, KEYS, phone, real_now=runtime.real_now())
        whose = (person.participant_id, None)
        enrolled_phones.revoke_one(session, *whose, phone, real_now=runtime.real_now())
        assert not pins.passed(session, attempt)


def test_a_phone_without_a_pin_has_nothing_to_try(
    runtime: Runtime, person: Person
) -> None:
    with runtime.writing() as session:
        secret, _ = enrolled_phones.enrol(
            session, person, held=None, real_now=runtime.real_now()
        )
        found = enrolled_phones.find(session, secret, real_now=runtime.real_now())
        assert found is not None
        assert not found.has_pin
        with pytest.raises(InvalidInput, match="no PIN"):
            pins.begin_try(session, KEYS, found.device_id, real_now=runtime.real_now())


def test_only_the_pin_itself_says_how_long_it_is() -> None:
    said = [
        f"{name}: {line}"
        for name, text in source.text_files()
        if name.startswith(("portal/", "templates/"))
        for line in text.splitlines()
        if "PIN" in line and re.search(r"\b(6|123456|six)\b|6位", line)
    ]
    assert said == []
