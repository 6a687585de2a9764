"""Staff accounts: passwords, the same answer for everybody, and limits that end."""

from __future__ import annotations

import statistics
import time
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from portal import audit
from portal.db.tables.access import LoginSession
from portal.db.tables.people import Staff
from portal.errors import InvalidInput, NotFound
from portal.people.access import passwords, sessions
from portal.people.access.keys import Keyring
from portal.people.access.limits import TryLater
from portal.people.accounts import accounts
from portal.runtime import Runtime
from tests.support.arrivals import PASSWORD
from tests.support.cast import Cast, cast
from tests.support.clock import Clock

KEYS = Keyring("a key that only these tests know")


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime, on_call=False)


@pytest.fixture
def nurse(runtime: Runtime, people: Cast) -> Staff:
    return add(runtime, people, username="Li.Na")


def add(runtime: Runtime, people: Cast, **changes: Any) -> Staff:
    chosen: dict[str, Any] = {
        "site_id": people.here.site.id,
        "username": "somebody",
        "display_name": "Li Na",
        "role": "nurse",
        "password": PASSWORD,
        "language": "zh",
        "by": audit.OPERATOR,
        "now": runtime.now(),
        **changes,
    }
    with runtime.writing() as session:
        return accounts.add_staff(session, **chosen)


def sign_in(
    runtime: Runtime, username: str, password: str = PASSWORD, address: str = "a"
) -> str | None:
    with runtime.writing() as session:
        attempt = accounts.begin_sign_in(
            session, KEYS, username, address=address, real_now=runtime.real_now()
        )
    if not accounts.fits(attempt, password):
        return None
    with runtime.writing() as session:
        staff = accounts.pass_password(session, attempt, password)
        if staff is None:
            return None
        return accounts.sign_in(
            session, staff.id, now=runtime.now(), real_now=runtime.real_now()
        )


def test_the_right_password_opens_a_session(runtime: Runtime, nurse: Staff) -> None:
    token = sign_in(runtime, "li.na")
    assert token is not None
    with runtime.reading() as session:
        viewer = sessions.find(session, token, real_now=runtime.real_now())
    assert viewer is not None
    assert (viewer.staff_id, viewer.role, viewer.name) == (nurse.id, "nurse", "Li Na")


@pytest.mark.parametrize("typed", ["LI.NA", " li.na ", "ｌｉ．ｎａ"])
def test_a_user_name_is_read_as_people_type_it(
    runtime: Runtime, nurse: Staff, typed: str
) -> None:
    assert sign_in(runtime, typed) is not None


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD + " ", PASSWORD.upper()])
def test_a_wrong_password_opens_nothing(
    runtime: Runtime, nurse: Staff, password: str
) -> None:
    assert sign_in(runtime, "li.na", password) is None


def test_an_unknown_name_never_signs_in(runtime: Runtime, nurse: Staff) -> None:
    assert sign_in(runtime, "nobody") is None
    assert sign_in(runtime, "nobody", "nobody has this password") is None


def test_a_password_costs_a_thief_what_owasp_asks(true_cost: PasswordHasher) -> None:
    hashed = passwords.hashed(PASSWORD, not_in="li.na")
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not true_cost.check_needs_rehash(hashed)


def test_an_unknown_name_costs_the_same_work(
    true_cost: PasswordHasher, runtime: Runtime, nurse: Staff
) -> None:
    def seconds(username: str) -> float:
        with runtime.writing() as session:
            attempt = accounts.begin_sign_in(
                session,
                KEYS,
                username,
                address=f"{username}{time.monotonic_ns()}",
                real_now=runtime.real_now(),
            )
        began = time.process_time()
        assert not accounts.fits(attempt, "wrong password")
        return time.process_time() - began

    known = statistics.median(seconds("li.na") for _ in range(5))
    unknown = statistics.median(seconds("nobody") for _ in range(5))
    assert unknown > known / 3  # a hash was computed: the rest is noise
    with runtime.reading() as session:
        kept = session.scalars(select(Staff.password_hash).filter_by(id=nurse.id)).one()
    cost = kept.split("$")[:4]
    assert cost == accounts.NOBODY.split("$")[:4]


def test_the_password_itself_is_nowhere(runtime: Runtime, nurse: Staff) -> None:
    assert nurse.password_hash.startswith("$argon2id$")
    assert PASSWORD not in nurse.password_hash


def test_a_hash_of_weaker_settings_is_renewed_at_sign_in(
    runtime: Runtime, nurse: Staff
) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with runtime.writing() as session:
        session.get_one(Staff, nurse.id).password_hash = weak
    assert sign_in(runtime, "li.na") is not None
    with runtime.reading() as session:
        renewed = session.get_one(Staff, nurse.id).password_hash
    assert renewed != weak
    assert not passwords.HASHER.check_needs_rehash(renewed)
    assert sign_in(runtime, "li.na") is not None


def test_five_wrong_tries_from_one_place_stop_that_place_for_a_quarter_hour(
    runtime: Runtime, nurse: Staff, clock: Clock
) -> None:
    began = clock()
    for _ in range(5):
        sign_in(runtime, "li.na", "wrong")
    with pytest.raises(TryLater) as refused:
        sign_in(runtime, "li.na")
    assert refused.value.ends_at == began + timedelta(minutes=15)
    assert sign_in(runtime, "li.na", address="another place") is not None
    clock.set(refused.value.ends_at)
    assert sign_in(runtime, "li.na") is not None


def test_limits_are_the_same_for_a_name_nobody_has(
    runtime: Runtime, nurse: Staff
) -> None:
    for _ in range(5):
        sign_in(runtime, "nobody", "wrong")
    with pytest.raises(TryLater):
        sign_in(runtime, "nobody")


def test_tries_from_many_places_stop_a_name(runtime: Runtime, nurse: Staff) -> None:
    with runtime.writing() as session:
        for index in range(30):
            accounts.begin_sign_in(
                session,
                KEYS,
                "li.na",
                address=f"place {index}",
                real_now=runtime.real_now(),
            )
    with pytest.raises(TryLater):
        sign_in(runtime, "li.na", address="a new place")


def test_right_passwords_are_never_too_many(runtime: Runtime, nurse: Staff) -> None:
    for _ in range(8):
        assert sign_in(runtime, "li.na") is not None


def test_a_closed_account_ends_its_sessions_and_opens_none(
    runtime: Runtime, nurse: Staff
) -> None:
    token = sign_in(runtime, "li.na")
    assert token is not None
    with runtime.writing() as session:
        accounts.disable(
            session,
            nurse.id,
            by=audit.OPERATOR,
            now=runtime.now(),
            real_now=runtime.real_now(),
        )
    with runtime.reading() as session:
        assert sessions.find(session, token, real_now=runtime.real_now()) is None
        assert session.scalars(select(LoginSession.ended_at)).all() == [
            runtime.real_now()
        ]
    assert sign_in(runtime, "li.na") is None


def test_an_account_closed_while_the_password_is_checked_stays_closed(
    runtime: Runtime, nurse: Staff
) -> None:
    with runtime.writing() as session:
        attempt = accounts.begin_sign_in(
            session, KEYS, "li.na", address="a", real_now=runtime.real_now()
        )
    assert accounts.fits(attempt, PASSWORD)
    with runtime.writing() as session:
        session.get_one(Staff, nurse.id).active = False
    with runtime.writing() as session:
        assert accounts.pass_password(session, attempt, PASSWORD) is None


def test_a_new_password_ends_every_session_and_the_old_password(
    runtime: Runtime, nurse: Staff
) -> None:
    token = sign_in(runtime, "li.na")
    assert token is not None
    with runtime.writing() as session:
        accounts.set_password(
            session,
            nurse.id,
            "another four good words",
            by=audit.OPERATOR,
            now=runtime.now(),
            real_now=runtime.real_now(),
        )
    with runtime.reading() as session:
        assert sessions.find(session, token, real_now=runtime.real_now()) is None
    assert sign_in(runtime, "li.na") is None
    assert sign_in(runtime, "li.na", "another four good words") is not None


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short",
        "elevenchars",
        "somebodysomebody",
        "passwordpassword",
        "PASSWORD1234",
        "aaaaaaaaaaaaaaa",
        "ababababababab",
        "x" * 257,
    ],
)
def test_a_weak_password_is_refused(
    runtime: Runtime, people: Cast, password: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        add(runtime, people, username="somebody", password=password)
    assert refused.value.field == "password"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", ""),
        ("username", "with space"),
        ("username", "x" * 65),
        ("display_name", " "),
        ("role", "owner"),
        ("language", "fr"),
    ],
)
def test_an_unusable_account_is_refused_by_field(
    runtime: Runtime, people: Cast, field: str, value: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        add(runtime, people, **{field: value})
    assert refused.value.field == field


def test_a_name_is_taken_in_any_spelling(
    runtime: Runtime, people: Cast, nurse: Staff
) -> None:
    with pytest.raises(InvalidInput) as refused:
        add(runtime, people, username="LI.NA")
    assert refused.value.field == "username"


def test_closing_an_account_that_never_was_is_refused(runtime: Runtime) -> None:
    now = runtime.now()
    with runtime.writing() as session, pytest.raises(NotFound):
        accounts.disable(session, 77, by=audit.OPERATOR, now=now, real_now=now)
