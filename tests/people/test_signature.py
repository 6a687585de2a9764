"""Signing takes the password again, and the code where there is a second factor."""

from __future__ import annotations

import pytest

from portal.errors import InvalidInput
from portal.people.access.keys import Keyring
from portal.people.access.limits import TryLater
from portal.people.accounts import accounts, second_factor
from portal.people.accounts.seals import Seals
from portal.people.accounts.signature import SigningDesk
from portal.runtime import Runtime
from tests.support.authenticator import added
from tests.support.cast import Cast, cast
from tests.support.clock import Clock
from tests.support.settings import SECRET

PASSWORD = "four words do well"
NAME = "investigator-here"


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    people = cast(runtime, on_call=False)
    with runtime.writing() as session:
        for house in (people.here, people.there):
            accounts.set_password(
                session,
                house["investigator"].id,
                PASSWORD if house is people.here else "other words do well",
                by=accounts.Actor("operator", "test"),
                now=runtime.now(),
                real_now=runtime.real_now(),
            )
    return people


@pytest.fixture
def desk(runtime: Runtime, people: Cast) -> SigningDesk:
    return SigningDesk(
        runtime.writing,
        Keyring(SECRET),
        Seals(SECRET),
        "127.0.0.1",
        runtime.now,
        runtime.real_now,
    )


def test_the_right_password_signs_as_whose_it_is(
    desk: SigningDesk, people: Cast
) -> None:
    assert desk.sign(NAME, PASSWORD, "") == people.here["investigator"].id


@pytest.mark.parametrize(
    ("name", "password"),
    [(NAME, "other words do well"), ("nobody", PASSWORD), (NAME, "")],
)
def test_a_wrong_password_signs_nothing(
    desk: SigningDesk, name: str, password: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        desk.sign(name, password, "")
    assert refused.value.field == "password"


def test_wrong_tries_are_counted_as_at_the_door(desk: SigningDesk) -> None:
    for _ in range(5):
        with pytest.raises(InvalidInput):
            desk.sign(NAME, "wrong", "")
    with pytest.raises(TryLater):
        desk.sign(NAME, PASSWORD, "")


def test_a_second_factor_is_asked_for_where_there_is_one(
    desk: SigningDesk, people: Cast, runtime: Runtime, clock: Clock
) -> None:
    staff_id = people.here["investigator"].id
    with runtime.writing() as session:
        second_factor.offer(session, Seals(SECRET), staff_id)
    with runtime.reading() as session:
        offer = second_factor.offered(session, Seals(SECRET), staff_id, "here")
    assert offer
    app = added(offer.link)
    with runtime.writing() as session:
        second_factor.try_code(
            session,
            Seals(SECRET),
            Keyring(SECRET),
            staff_id,
            app.code(runtime.real_now()),
            now=runtime.now(),
            real_now=runtime.real_now(),
        )
    clock.advance(minutes=2)
    for code in ("", "000000"):
        with pytest.raises(InvalidInput) as refused:
            desk.sign(NAME, PASSWORD, code)
        assert refused.value.field == "code"
    code = app.code(runtime.real_now())
    assert desk.sign(NAME, PASSWORD, code) == staff_id
