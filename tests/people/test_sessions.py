"""Sessions and enrolled phones: how long they last, and what ends them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.db.tables.access import Device, LoginSession
from portal.db.tables.people import Caregiver, Participant, Staff
from portal.people.access import enrolled_phones, sessions
from portal.people.access.sessions import Viewer
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime, on_call=False)


@pytest.fixture
def participant(runtime: Runtime, people: Cast) -> Participant:
    with runtime.writing() as session:
        return enrolled(session, people)


def open_person(
    runtime: Runtime, participant_id: int, helper: int | None = None
) -> str:
    with runtime.writing() as session:
        person = arrivals.person(runtime, participant_id, helper)
        now = runtime.real_now()
        return sessions.open_for_person(session, person, now=now, real_now=now)


def open_staff(runtime: Runtime, staff: Staff) -> str:
    with runtime.writing() as session:
        return sessions.open_for_staff(session, staff.id, real_now=runtime.real_now())


def find(runtime: Runtime, token: str) -> Viewer | None:
    with runtime.reading() as session:
        return sessions.find(session, token, real_now=runtime.real_now())


def keep_awake(runtime: Runtime, clock: Clock, token: str, until: timedelta) -> None:
    """Looks every twenty minutes until shortly before ``until`` has passed."""
    end = clock() + until
    while clock() + timedelta(minutes=20) < end:
        clock.advance(minutes=20)
        viewer = find(runtime, token)
        assert viewer is not None
        with runtime.writing() as session:
            sessions.touch(session, viewer.session_id, real_now=clock())
    clock.set(end)


def test_the_token_is_kept_as_a_hash_only(
    runtime: Runtime, participant: Participant
) -> None:
    token = open_person(runtime, participant.id)
    with runtime.reading() as session:
        row = session.scalars(select(LoginSession)).one()
    assert row.token_hash != token
    assert len(token) >= 43  # 256 bits
    assert find(runtime, row.token_hash) is None


def test_a_participants_day_ends_after_24_hours(
    runtime: Runtime, participant: Participant, clock: Clock
) -> None:
    token = open_person(runtime, participant.id)
    keep_awake(runtime, clock, token, timedelta(hours=24))
    assert find(runtime, token) is None


def test_a_shift_ends_after_12_hours(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    token = open_staff(runtime, people.here["nurse"])
    keep_awake(runtime, clock, token, timedelta(hours=12))
    assert find(runtime, token) is None


@pytest.mark.parametrize("kind", ["staff", "participant"])
def test_half_an_hour_of_silence_ends_reading(
    runtime: Runtime, people: Cast, participant: Participant, clock: Clock, kind: str
) -> None:
    openers: dict[str, Callable[[], str]] = {
        "staff": lambda: open_staff(runtime, people.here["nurse"]),
        "participant": lambda: open_person(runtime, participant.id),
    }
    token = openers[kind]()
    clock.advance(minutes=30, seconds=-1)
    assert find(runtime, token) is not None
    clock.advance(seconds=1)
    assert find(runtime, token) is None


def test_signing_out_ends_one_session_and_not_the_other(
    runtime: Runtime, participant: Participant
) -> None:
    one, other = (open_person(runtime, participant.id) for _ in range(2))
    viewer = find(runtime, one)
    assert viewer is not None
    with runtime.writing() as session:
        sessions.end(session, viewer.session_id, real_now=runtime.real_now())
    assert find(runtime, one) is None
    assert find(runtime, other) is not None


@pytest.mark.parametrize("status", ["withdrawn", "died"])
def test_leaving_the_study_ends_reading_at_once(
    runtime: Runtime, participant: Participant, status: str
) -> None:
    token = open_person(runtime, participant.id)
    with runtime.writing() as session:
        session.get_one(Participant, participant.id).status = status
    assert find(runtime, token) is None


def test_a_caregiver_reads_for_their_participant_until_removed(
    runtime: Runtime, people: Cast, participant: Participant
) -> None:
    helper = arrivals.caregiver(runtime, people, participant.id)
    token = open_person(runtime, participant.id, helper.id)
    viewer = find(runtime, token)
    assert viewer is not None
    assert (viewer.kind, viewer.participant_id, viewer.caregiver_id) == (
        "caregiver",
        participant.id,
        helper.id,
    )
    with runtime.writing() as session:
        session.get_one(Caregiver, helper.id).active = False
    assert find(runtime, token) is None


def test_everybody_of_a_participant_can_be_signed_out(
    runtime: Runtime, people: Cast, participant: Participant
) -> None:
    helper = arrivals.caregiver(runtime, people, participant.id)
    tokens = [
        open_person(runtime, participant.id),
        open_person(runtime, participant.id, helper.id),
    ]
    with runtime.writing() as session:
        sessions.end_all_of_participant(
            session, participant.id, real_now=runtime.real_now()
        )
    assert [find(runtime, token) for token in tokens] == [None, None]


def enrol(runtime: Runtime, participant_id: int, held: str | None) -> tuple[str, bool]:
    with runtime.writing() as session:
        person = arrivals.person(runtime, participant_id)
        return enrolled_phones.enrol(
            session, person, held=held, real_now=runtime.real_now()
        )


def phone(runtime: Runtime, secret: str) -> enrolled_phones.EnrolledPhone | None:
    with runtime.reading() as session:
        return enrolled_phones.find(session, secret, real_now=runtime.real_now())


def test_a_phone_stays_enrolled_while_it_is_used(
    runtime: Runtime, participant: Participant, clock: Clock
) -> None:
    secret, is_new = enrol(runtime, participant.id, None)
    assert is_new
    clock.advance(days=399)
    found = phone(runtime, secret)
    assert found is not None
    assert found.person.participant_id == participant.id
    with runtime.writing() as session:
        enrolled_phones.touch(session, found.device_id, real_now=clock())
    clock.advance(days=399)
    assert phone(runtime, secret) is not None
    clock.advance(days=1)
    assert phone(runtime, secret) is None


def test_the_same_person_keeps_their_phones_credential(
    runtime: Runtime, participant: Participant
) -> None:
    secret, _ = enrol(runtime, participant.id, None)
    assert enrol(runtime, participant.id, secret) == (secret, False)
    with runtime.reading() as session:
        assert len(session.scalars(select(Device)).all()) == 1


def test_another_person_on_a_phone_ends_the_first_ones_credential(
    runtime: Runtime, people: Cast, participant: Participant
) -> None:
    with runtime.writing() as session:
        partner = enrolled(session, people, "DS-008", number="13800138008").id
    first, _ = enrol(runtime, participant.id, None)
    second, is_new = enrol(runtime, partner, first)
    assert is_new
    assert phone(runtime, first) is None
    found = phone(runtime, second)
    assert found is not None
    assert found.person.participant_id == partner


def test_a_revoked_phone_and_a_made_up_secret_report_for_nobody(
    runtime: Runtime, participant: Participant
) -> None:
    secret, _ = enrol(runtime, participant.id, None)
    with runtime.writing() as session:
        enrolled_phones.revoke_all(session, participant.id, real_now=runtime.real_now())
    assert phone(runtime, secret) is None
    assert phone(runtime, "made up") is None


def test_withdrawal_ends_reporting_by_phone(
    runtime: Runtime, participant: Participant
) -> None:
    secret, _ = enrol(runtime, participant.id, None)
    with runtime.writing() as session:
        session.get_one(Participant, participant.id).status = "withdrawn"
    assert phone(runtime, secret) is None
