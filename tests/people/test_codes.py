"""Codes: six digits for five minutes, five tries, one use, and nothing told about whom."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.db.tables.access import Challenge
from portal.db.tables.outbox import Message
from portal.db.tables.people import Caregiver, Participant
from portal.errors import InvalidInput
from portal.people import contacts
from portal.people.access import codes
from portal.people.access.codes import AcceptedCode, RejectedCode
from portal.people.access.keys import Keyring
from portal.people.access.limits import TryLater
from portal.runtime import Runtime
from tests.support import arrivals, source
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock

KEYS = Keyring("a key that only these tests know")
NUMBER = "+8613800138007"
STRANGER = "+8613800138555"


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime, on_call=False)


@pytest.fixture
def participant(runtime: Runtime, people: Cast) -> Participant:
    with runtime.writing() as session:
        enrolled(session, people, "DS-001", number="13800138001")
        return enrolled(session, people)


def ask(
    runtime: Runtime, number: str = NUMBER, address: str = "a"
) -> codes.PendingCode:
    with runtime.writing() as session:
        return codes.request_code(
            session,
            KEYS,
            number,
            region="CN",
            address=address,
            now=runtime.now(),
            real_now=runtime.real_now(),
        )


def answer(
    runtime: Runtime, asked: codes.PendingCode, typed: str, address: str = "a"
) -> AcceptedCode | RejectedCode:
    with runtime.writing() as session:
        return codes.try_code(
            session,
            KEYS,
            asked.handle,
            typed,
            address=address,
            real_now=runtime.real_now(),
        )


def messages(runtime: Runtime) -> list[Message]:
    with runtime.reading() as session:
        return list(session.scalars(select(Message).order_by(Message.id)))


def sent_code(runtime: Runtime) -> str:
    return str(messages(runtime)[-1].variables["code"])


def wrong(right: str) -> str:
    return f"{(int(right) + 1) % 10**6:06d}"


def test_a_code_is_texted_to_the_number_in_the_persons_language(
    runtime: Runtime, participant: Participant
) -> None:
    ask(runtime)
    [message] = messages(runtime)
    assert (message.purpose, message.template, message.channel) == (
        "code",
        "code",
        "text",
    )
    assert message.language == "zh"
    assert message.participant_id == participant.id
    assert message.not_after == runtime.now() + timedelta(minutes=5)
    assert re.fullmatch("[0-9]{6}", sent_code(runtime))


def test_the_right_code_names_the_person_once(
    runtime: Runtime, participant: Participant
) -> None:
    asked = ask(runtime)
    code = sent_code(runtime)
    outcome = answer(runtime, asked, code)
    assert isinstance(outcome, AcceptedCode)
    assert [each.participant_id for each in outcome.people] == [participant.id]
    assert answer(runtime, asked, code) == RejectedCode("over")


@pytest.mark.parametrize("style", ["{} ", "{:.3} {}", "full"])
def test_a_code_is_read_as_people_type_it(
    runtime: Runtime, participant: Participant, style: str
) -> None:
    asked = ask(runtime)
    code = sent_code(runtime)
    typed = {
        "{} ": f" {code} ",
        "{:.3} {}": f"{code[:3]} {code[3:]}",
        "full": "".join(chr(ord(digit) + 0xFEE0) for digit in code),
    }[style]
    assert isinstance(answer(runtime, asked, typed), AcceptedCode)


@pytest.mark.parametrize(
    "number",
    ["138 0013 8007", "008613800138007", "+86 138-0013-8007", "１３８００１３８００７"],
)
def test_a_number_is_read_as_people_type_it(
    runtime: Runtime, participant: Participant, number: str
) -> None:
    assert ask(runtime, number).number == NUMBER
    assert len(messages(runtime)) == 1


def test_what_is_no_number_is_refused_before_anything_is_written(
    runtime: Runtime, participant: Participant
) -> None:
    for typed in ("", "12", "hello", "１" * 200, "\ud800"):
        with pytest.raises(InvalidInput):
            ask(runtime, typed)
    with runtime.reading() as session:
        assert session.query(Challenge).count() == 0


def test_five_wrong_tries_kill_a_code(
    runtime: Runtime, participant: Participant
) -> None:
    asked = ask(runtime)
    code = sent_code(runtime)
    said = [answer(runtime, asked, wrong(code)) for _ in range(5)]
    assert said == [
        RejectedCode("wrong", 4),
        RejectedCode("wrong", 3),
        RejectedCode("wrong", 2),
        RejectedCode("wrong", 1),
        RejectedCode("used_up", 0),
    ]
    assert answer(runtime, asked, code) == RejectedCode("used_up")


def test_letters_cost_no_try(runtime: Runtime, participant: Participant) -> None:
    asked = ask(runtime)
    for typed in ("", "12345", "1234567", "abcdef", "\x00", "१२३४५६"):
        assert answer(runtime, asked, typed) == RejectedCode("malformed", 5)
    assert isinstance(answer(runtime, asked, sent_code(runtime)), AcceptedCode)


def test_a_code_lives_five_minutes(
    runtime: Runtime, participant: Participant, clock: Clock
) -> None:
    asked = ask(runtime)
    clock.advance(minutes=5, seconds=-1)
    assert answer(runtime, asked, "abc") == RejectedCode("malformed", 5)
    clock.advance(seconds=1)
    assert answer(runtime, asked, sent_code(runtime)) == RejectedCode("over")


def test_a_new_code_ends_the_one_before(
    runtime: Runtime, participant: Participant, clock: Clock
) -> None:
    first = ask(runtime)
    old = sent_code(runtime)
    clock.advance(seconds=30)
    second = ask(runtime)
    assert answer(runtime, first, old) == RejectedCode("over")
    assert isinstance(answer(runtime, second, sent_code(runtime)), AcceptedCode)


def test_a_code_opens_only_the_browser_that_asked(
    runtime: Runtime, participant: Participant, clock: Clock
) -> None:
    mine = ask(runtime)
    code = sent_code(runtime)
    theirs = ask(runtime, STRANGER)
    outcome = answer(runtime, theirs, code)
    assert isinstance(outcome, RejectedCode)
    assert isinstance(answer(runtime, mine, code), AcceptedCode)


def test_an_unknown_number_gets_a_challenge_and_no_text(
    runtime: Runtime, participant: Participant
) -> None:
    known, unknown = ask(runtime), ask(runtime, STRANGER)
    assert len(messages(runtime)) == 1
    with runtime.reading() as session:
        rows = session.scalars(select(Challenge)).all()
        assert {row.handle for row in rows} == {known.handle, unknown.handle}
    code = sent_code(runtime)
    tries = [(answer(runtime, a, wrong(code))) for a in (known, unknown)]
    assert tries[0] == tries[1]


def test_neither_number_nor_code_can_be_read_from_the_rows(
    runtime: Runtime, participant: Participant
) -> None:
    asked = ask(runtime)
    code = sent_code(runtime)
    with runtime.reading() as session:
        row = session.scalars(select(Challenge)).one()
    kept = f"{row.handle} {row.number_key} {row.code_hash}"
    assert "13800138007" not in kept
    assert code not in (row.code_hash, row.number_key)
    other = Keyring("another key").digest("code", asked.handle, code)
    assert row.code_hash != other


def test_a_second_code_must_wait_half_a_minute(
    runtime: Runtime, participant: Participant, clock: Clock
) -> None:
    ask(runtime)
    clock.advance(seconds=29)
    with pytest.raises(TryLater) as refused:
        ask(runtime)
    assert refused.value.ends_at == clock() + timedelta(seconds=1)
    clock.advance(seconds=1)
    ask(runtime)


def test_a_number_gets_five_codes_an_hour_and_ten_a_day(
    runtime: Runtime, participant: Participant, clock: Clock
) -> None:
    began = clock()
    for _ in range(5):
        ask(runtime)
        clock.advance(minutes=1)
    with pytest.raises(TryLater) as refused:
        ask(runtime)
    assert refused.value.ends_at == began + timedelta(hours=1)
    clock.set(began + timedelta(hours=2))
    for _ in range(5):
        ask(runtime)
        clock.advance(minutes=1)
    clock.set(began + timedelta(hours=4))
    with pytest.raises(TryLater) as refused:
        ask(runtime)
    assert refused.value.ends_at == began + timedelta(days=1)
    assert len(messages(runtime)) == 10


def test_limits_are_the_same_for_a_number_nobody_has(
    runtime: Runtime, participant: Participant
) -> None:
    ask(runtime, STRANGER)
    with pytest.raises(TryLater):
        ask(runtime, STRANGER)


def test_an_address_asks_for_thirty_codes_an_hour(
    runtime: Runtime, participant: Participant
) -> None:
    for index in range(30):
        ask(runtime, f"+86138001390{index:02}")
    with pytest.raises(TryLater):
        ask(runtime, "+8613800139099")
    ask(runtime, "+8613800139099", address="elsewhere")


def test_codes_of_one_number_are_tried_ten_times_an_hour(
    runtime: Runtime, participant: Participant, clock: Clock
) -> None:
    began = clock()
    for _ in range(2):
        asked = ask(runtime)
        for _ in range(5):
            answer(runtime, asked, wrong(sent_code(runtime)))
        clock.advance(minutes=1)
    asked = ask(runtime)
    with pytest.raises(TryLater) as refused:
        answer(runtime, asked, sent_code(runtime), address="another")
    assert refused.value.ends_at == began + timedelta(hours=1)


def test_a_right_code_is_not_counted_as_a_try(
    runtime: Runtime, participant: Participant, clock: Clock
) -> None:
    for _ in range(12):
        asked = ask(runtime)
        assert isinstance(answer(runtime, asked, sent_code(runtime)), AcceptedCode)
        clock.advance(hours=3)


@pytest.mark.parametrize("status", ["withdrawn", "died"])
def test_who_has_left_the_study_gets_no_code(
    runtime: Runtime, participant: Participant, status: str
) -> None:
    with runtime.writing() as session:
        session.get_one(Participant, participant.id).status = status
    ask(runtime)
    assert messages(runtime) == []


def test_a_retired_number_is_nobodys(
    runtime: Runtime, participant: Participant
) -> None:
    with runtime.writing() as session:
        contacts.replace(
            session,
            "mobile",
            "+8613800138333",
            now=runtime.now(),
            verified=True,
            participant_id=participant.id,
        )
    ask(runtime)
    assert messages(runtime) == []


def test_staff_numbers_get_no_code(runtime: Runtime, people: Cast) -> None:
    ask(runtime, "+8613900001000")
    assert messages(runtime) == []


def test_a_shared_number_offers_everybody_in_force(
    runtime: Runtime, people: Cast, participant: Participant
) -> None:
    with runtime.writing() as session:
        partner = enrolled(session, people, "DS-008").id
        gone = enrolled(session, people, "DS-009").id
        session.get_one(Participant, gone).status = "withdrawn"
    helper = arrivals.caregiver(runtime, people, participant.id, "13800138007")
    asked = ask(runtime)
    assert len(messages(runtime)) == 1
    outcome = answer(runtime, asked, sent_code(runtime))
    assert isinstance(outcome, AcceptedCode)
    offered = {(each.participant_id, each.caregiver_id) for each in outcome.people}
    assert offered == {
        (participant.id, None),
        (partner, None),
        (participant.id, helper.id),
    }


def test_a_caregiver_removed_gets_no_code(
    runtime: Runtime, people: Cast, participant: Participant
) -> None:
    helper = arrivals.caregiver(runtime, people, participant.id)
    with runtime.writing() as session:
        session.get_one(Caregiver, helper.id).active = False
    ask(runtime, "13800138099")
    assert messages(runtime) == []


def test_the_choice_of_person_ends_ten_minutes_after_the_code_was_asked(
    runtime: Runtime, participant: Participant, clock: Clock
) -> None:
    asked = ask(runtime)
    with runtime.reading() as session:
        assert codes.people_to_choose(session, KEYS, asked.handle, real_now=clock())
        clock.advance(minutes=10)
        late = codes.people_to_choose(session, KEYS, asked.handle, real_now=clock())
    assert late == ()


def test_only_the_codes_themselves_say_how_many_digits_they_have() -> None:
    said = [
        f"{name}: {line}"
        for name, text in source.text_files()
        if name.startswith(("portal/web/", "templates/", "portal/translations/"))
        for line in text.splitlines()
        if re.search(r"\b(6|12|six|twelve) digits|(6|12|六|十二)位数字", line)
    ]
    app = ("from the app", "the app shows", "应用显示的")  # RFC 6238 has always six
    assert [line for line in said if not any(one in line for one in app)] == []
