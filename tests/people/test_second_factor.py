"""A code from an app: right once, sealed at rest, tried seldom, on real time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.db.tables.audit import Audit
from portal.db.tables.people import Staff
from portal.errors import InvalidInput
from portal.people.access.keys import Keyring
from portal.people.access.limits import TryLater
from portal.people.accounts import second_factor
from portal.people.accounts.seals import Seals
from portal.people.accounts.second_factor import CodeResult, SecondStep
from portal.runtime import Runtime
from tests.support.authenticator import App, added
from tests.support.cast import Cast, cast
from tests.support.clock import Clock
from tests.support.settings import SECRET

SEALS, KEYS = Seals(SECRET), Keyring(SECRET)


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime, on_call=False)


@pytest.fixture
def nurse(people: Cast) -> int:
    return people.here["nurse"].id


def offer(runtime: Runtime, staff_id: int) -> App:
    with runtime.writing() as session:
        second_factor.offer(session, SEALS, staff_id)
    return shown(runtime, staff_id)


def shown(runtime: Runtime, staff_id: int) -> App:
    with runtime.reading() as session:
        found = second_factor.offered(session, SEALS, staff_id, "portal.example")
    assert found is not None
    assert added(found.link) == added(found.link.replace("portal.example", "x"))
    return added(found.link)


def tried(
    runtime: Runtime, staff_id: int, typed: str, seals: Seals = SEALS
) -> CodeResult:
    with runtime.writing() as session:
        return second_factor.try_code(
            session,
            seals,
            KEYS,
            staff_id,
            typed,
            now=runtime.now(),
            real_now=runtime.real_now(),
        )


def standing(runtime: Runtime, staff_id: int, *, required: bool = False) -> SecondStep:
    with runtime.reading() as session:
        staff = session.get_one(Staff, staff_id)
        return second_factor.wanted(staff, required=required)


@pytest.fixture
def app(runtime: Runtime, nurse: int) -> App:
    """The nurse's app, whose secret is in force since half a minute."""
    made = offer(runtime, nurse)
    assert (
        tried(runtime, nurse, made.code(runtime.real_now(), off=-1)) is CodeResult.RIGHT
    )
    return made


def test_a_secret_counts_only_once_a_code_proved_that_the_app_has_it(
    runtime: Runtime, people: Cast, nurse: int
) -> None:
    made = offer(runtime, nurse)
    assert standing(runtime, nurse) is SecondStep.NOTHING
    assert tried(runtime, nurse, "000000") is CodeResult.WRONG
    assert standing(runtime, nurse) is SecondStep.NOTHING
    assert tried(runtime, nurse, made.code(runtime.real_now())) is CodeResult.RIGHT
    assert standing(runtime, nurse) is SecondStep.CODE
    assert standing(runtime, people.there["nurse"].id) is SecondStep.NOTHING


def test_where_it_is_required_everybody_sets_it_up(
    runtime: Runtime, nurse: int, app: App, people: Cast
) -> None:
    assert standing(runtime, nurse, required=True) is SecondStep.CODE
    assert (
        standing(runtime, people.here["admin"].id, required=True) is SecondStep.SET_UP
    )


def test_an_offer_not_taken_up_ends_with_the_next(runtime: Runtime, nurse: int) -> None:
    """Who saw the first one may have been somebody else."""
    first = offer(runtime, nurse)
    second = offer(runtime, nurse)
    assert first != second == shown(runtime, nurse)
    assert tried(runtime, nurse, first.code(runtime.real_now())) is CodeResult.WRONG


def test_what_is_in_force_is_neither_shown_nor_replaced(
    runtime: Runtime, nurse: int, app: App
) -> None:
    with runtime.reading() as session:
        assert second_factor.offered(session, SEALS, nurse, "x") is None
    with runtime.writing() as session, pytest.raises(InvalidInput):
        second_factor.offer(session, SEALS, nurse)
    assert tried(runtime, nurse, app.code(runtime.real_now())) is CodeResult.RIGHT


def test_a_code_works_once(runtime: Runtime, nurse: int, app: App) -> None:
    code = app.code(runtime.real_now())
    answers = [tried(runtime, nurse, code) for _ in range(2)]
    assert answers == [CodeResult.RIGHT, CodeResult.WRONG]


def test_a_code_of_a_minute_ago_is_over(
    runtime: Runtime, nurse: int, app: App, clock: Clock
) -> None:
    code = app.code(clock())
    clock.advance(seconds=60)
    assert tried(runtime, nurse, code) is CodeResult.WRONG


def test_codes_follow_real_time_and_not_the_time_of_the_study(
    runtime: Runtime, nurse: int, app: App
) -> None:
    with runtime.writing() as session:
        answer = second_factor.try_code(
            session,
            SEALS,
            KEYS,
            nurse,
            app.code(runtime.real_now()),
            now=runtime.now() + timedelta(days=300),
            real_now=runtime.real_now(),
        )
    assert answer is CodeResult.RIGHT


def test_after_five_wrong_codes_the_right_one_waits_a_quarter_of_an_hour(
    runtime: Runtime, people: Cast, nurse: int, app: App, clock: Clock
) -> None:
    noise = people.there["nurse"].id
    other = offer(runtime, noise)
    assert [tried(runtime, nurse, "000000") for _ in range(5)] == [CodeResult.WRONG] * 5
    with pytest.raises(TryLater) as refused:
        tried(runtime, nurse, app.code(clock()))
    assert refused.value.ends_at == clock() + timedelta(minutes=15)
    assert tried(runtime, noise, other.code(clock())) is CodeResult.RIGHT
    clock.advance(minutes=15)
    assert tried(runtime, nurse, app.code(clock())) is CodeResult.RIGHT


def test_nobody_guesses_on_all_day(
    runtime: Runtime, nurse: int, app: App, clock: Clock
) -> None:
    wrong = 0
    for _ in range(60):
        clock.advance(minutes=10)
        try:
            wrong += tried(runtime, nurse, "000000") is CodeResult.WRONG
        except TryLater:
            continue
    assert wrong == 30


def test_right_codes_are_not_counted(
    runtime: Runtime, nurse: int, app: App, clock: Clock
) -> None:
    for _ in range(12):
        clock.advance(seconds=30)
        assert tried(runtime, nurse, app.code(clock())) is CodeResult.RIGHT


def test_the_secret_is_sealed_to_its_owner(
    runtime: Runtime, people: Cast, nurse: int, app: App
) -> None:
    other = people.here["doctor"].id
    with runtime.writing() as session:
        row, thief = session.get_one(Staff, nurse), session.get_one(Staff, other)
        assert row.totp_secret is not None
        assert app.secret.hex() not in row.totp_secret
        thief.totp_secret, thief.totp_since = row.totp_secret, row.totp_since
    assert tried(runtime, other, app.code(runtime.real_now())) is CodeResult.UNREADABLE


def test_a_changed_key_says_so_and_one_that_is_rotated_is_taken_over(
    runtime: Runtime, nurse: int, app: App, clock: Clock
) -> None:
    new = "another-key-0123456789-abcdefghijklmnop-xyz"
    assert tried(runtime, nurse, app.code(clock()), Seals(new)) is CodeResult.UNREADABLE
    rotating = Seals(new, old_secret=SECRET)
    assert tried(runtime, nurse, app.code(clock()), rotating) is CodeResult.RIGHT
    clock.advance(seconds=30)
    assert tried(runtime, nurse, app.code(clock()), Seals(new)) is CodeResult.RIGHT


def test_what_happened_is_in_the_audit_trail(
    runtime: Runtime, nurse: int, app: App
) -> None:
    tried(runtime, nurse, "000000")
    query = select(Audit.act).where(Audit.subject_id == str(nurse))
    with runtime.reading() as session:
        assert list(session.scalars(query.order_by(Audit.id))) == [
            "staff.second_factor_set_up",
            "staff.code_refused",
        ]
