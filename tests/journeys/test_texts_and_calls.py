"""What people text, press and read, between real processes and a real provider.

The web process, the engine, the provider's server and the relay of e-mail are started
once for this module on each kind of database; every story has people of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import select

from portal.alerting.answers import closing
from portal.db.tables.alerts import AlertEvent, Task
from portal.db.tables.diary import EntryVersion, Visit
from portal.db.tables.outbox import Inbound, Message, OptOut
from portal.db.tables.people import Participant, Staff
from tests.support.authenticator import scanned
from tests.support.databases import Databases
from tests.support.journey import NUMBERS
from tests.support.phone import Phone
from tests.support.provided import Provided, provided
from tests.support.waiting import until

pytestmark = [pytest.mark.journey, pytest.mark.in_turn]
NURSE, DOCTOR = NUMBERS["nurse"], NUMBERS["doctor"]
STRANGER = "+8619900000999"


@pytest.fixture(scope="module")
def houses() -> Iterator[tuple[ExitStack, dict[str, Provided]]]:
    """The hospitals of this module, one a kind of database, gone at its end."""
    with ExitStack() as stack:
        yield stack, {}


@pytest.fixture
def house(
    database_kind: str,
    databases: Databases,
    houses: tuple[ExitStack, dict[str, Provided]],
    tmp_path_factory: pytest.TempPathFactory,
    begins: datetime,
) -> Provided:
    """The hospital on this kind of database, its processes running."""
    stack, opened = houses
    if database_kind not in opened:
        url = databases.migrated()
        stack.callback(databases.drop, url)
        folder = tmp_path_factory.mktemp(database_kind)
        opened[database_kind] = stack.enter_context(provided(url, folder, begins))
    assert opened[database_kind].public
    return opened[database_kind]


def entries_of(house: Provided, code: str) -> list[EntryVersion]:
    query = select(EntryVersion).join(Participant).where(Participant.code == code)
    return house.all(query.order_by(EntryVersion.received_at, EntryVersion.position))


def acts_of(house: Provided, number: str) -> list[str]:
    return house.all(select(OptOut.act).filter_by(number=number).order_by(OptOut.id))


def close(house: Provided, code: str) -> None:
    """The nurse closes somebody's alert, so that it pages nobody in other stories."""
    alert, now = house.alert_of(code), house.runtime.now()
    ending = closing.Closing("spoke", "Spoke.", adverse_event=False)
    with house.runtime.writing() as session:
        nurse = session.scalars(select(Staff).filter_by(username="nurse")).one()
        closing.close(session, alert.id, nurse, ending, now=now)


def test_a_temperature_by_text_is_judged_answered_and_paged(house: Provided) -> None:
    mine = house.enrol("DS-101", "+8619900001101", language="en")
    house.write(mine, "38.6")
    (entry,) = entries_of(house, "DS-101")
    assert (entry.source, entry.tier) == ("text", "urgent")
    alert = house.alert_of("DS-101")
    (answer,) = house.wait_for_texts(mine, "should call you within")
    assert f"within {alert.ack_minutes} minutes" in answer
    assert "028-5550 0120" in answer
    house.wait_for_texts(NURSE, alert.code)
    close(house, "DS-101")


def test_chinese_words_of_a_seizure_are_an_emergency_and_no_text_repeats_them(
    house: Provided,
) -> None:
    mine = house.enrol("DS-102", "+8619900001102", language="zh")
    house.write(mine, "昨晚抽搐了")
    alert = house.alert_of("DS-102")
    assert alert.tier == "emergency"
    assert entries_of(house, "DS-102")[0].answers["note"] == "昨晚抽搐了"
    house.wait_for_texts(mine, "^请立即拨打120")
    for who in (NURSE, DOCTOR):
        house.wait_for_texts(who, alert.code)
    assert not any("抽搐" in item.body for item in house.provider.sent())
    close(house, "DS-102")


def test_every_other_word_reaches_a_person(house: Provided) -> None:
    mine = house.enrol("DS-103", "+8619900001103", language="en")
    house.write(mine, "Which entrance do I take tomorrow?")
    house.wait_for_texts(mine, "^If you feel ill now, do not wait")
    (task,) = house.all(
        select(Task).join(Participant).where(Participant.code == "DS-103")
    )
    assert task.kind == "words_to_read"
    nurse = house.staff("nurse")
    nurse.open(f"/staff/tasks/{task.id}")
    assert "Which entrance do I take tomorrow?" in nurse.page


def test_only_the_paged_persons_own_number_takes_an_alert_by_its_code(
    house: Provided,
) -> None:
    mine = house.enrol("DS-104", "+8619900001104")
    house.write(mine, "39.0")
    alert = house.alert_of("DS-104")
    house.wait_for_texts(NURSE, alert.code)
    for other in (mine, DOCTOR, STRANGER):
        house.write(other, alert.code)
        assert house.alert_of("DS-104").state == "open"
    house.write(NURSE, f"a {alert.code.lower()}")
    taken = house.alert_of("DS-104")
    (nurse,) = house.all(select(Staff).filter_by(username="nurse"))
    assert (taken.state, taken.acked_by) == ("acked", nurse.id)
    house.wait_for_texts(NURSE, f"^You have alert {alert.code}")
    close(house, "DS-104")


def test_the_key_1_takes_the_alert_and_nothing_else_does(house: Provided) -> None:
    mine = house.enrol("DS-105", "+8619900001105")
    again = house.enrol("DS-106", "+8619900001106")
    with pressing(house, "7"):
        house.write(mine, "38.9")
        code = house.alert_of("DS-105").code
        house.wait_for_texts(NURSE, code)
        until(lambda: len(calls(house, code)) == 1, "the nurse's call")
        house.provider.settle()
    assert house.alert_of("DS-105").state == "open"
    with pressing(house, "1"):
        house.write(again, "38.9")
        until(lambda: house.alert_of("DS-106").state == "acked", "the pressed key")
    taken = house.alert_of("DS-106")
    events = select(AlertEvent).filter_by(alert_id=taken.id, kind="acknowledged")
    (event,) = house.all(events)
    assert event.detail["source"] == "call"
    close(house, "DS-105")
    close(house, "DS-106")


@contextmanager
def pressing(house: Provided, key: str) -> Iterator[None]:
    """The nurse presses this key in every call, for as long as the block lasts."""
    house.provider.handset(NURSE, key=key)
    try:
        yield
    finally:
        house.provider.handset(NURSE, key=None)


def calls(house: Provided, code: str) -> list[str]:
    heard = [item.heard for item in house.provider.sent(NURSE) if item.kind == "call"]
    return [words for call in heard for _, words in call[:1] if code in words]


@pytest.mark.parametrize(
    ("code", "number", "language", "stop", "start", "answer"),
    [
        ("DS-107", "+8619900001107", "en", "STOP", "START", "^Your message"),
        ("DS-108", "+8619900001108", "zh", "退订", "恢复", "您的消息已收到"),
    ],
)
def test_stop_and_start_are_kept_shown_and_silence_no_report(
    house: Provided,
    code: str,
    number: str,
    language: str,
    stop: str,
    start: str,
    answer: str,
) -> None:
    mine = house.enrol(code, number, language=language)
    house.write(mine, stop)
    assert acts_of(house, mine) == ["stop"]
    assert "opted_out" in house.tasks_of(code)
    nurse = house.staff("nurse")
    nurse.open(f"/staff/participants/{code}")
    assert "takes no texts, only calls" in nurse.page
    house.write(mine, "39.5")
    alert = house.alert_of(code)
    house.wait_for_texts(NURSE, alert.code)
    assert house.texts(mine) == []
    close(house, code)
    house.write(mine, start)
    assert acts_of(house, mine) == ["stop", "start"]
    house.write(mine, "36.6")
    house.wait_for_texts(mine, answer)
    nurse.open(f"/staff/participants/{code}")
    assert "takes no texts, only calls" not in nurse.page


@pytest.mark.parametrize(
    ("code", "number", "language", "word"),
    [
        ("DS-109", "+8619900001109", "en", "HELP"),
        ("DS-110", "+8619900001110", "zh", "帮助"),
    ],
)
def test_help_is_answered_with_the_duty_line_and_pages_the_nurse(
    house: Provided, code: str, number: str, language: str, word: str
) -> None:
    mine = house.enrol(code, number, language=language)
    house.write(mine, word)
    (answer,) = house.wait_for_texts(mine, "120")
    assert "028-5550 0120" in answer
    assert house.tasks_of(code) == ["asked_for_help"]
    house.wait_for_texts(NURSE, code)


def test_a_number_nobody_knows_gets_no_answer_and_is_read(house: Provided) -> None:
    lost = "+8619900001998"
    house.write(lost, "Is this the hospital?")
    query = select(Task).filter_by(kind="unknown_text").order_by(Task.id.desc())
    task = house.all(query)[0]
    nurse = house.staff("nurse")
    nurse.open(f"/staff/tasks/{task.id}")
    assert "Is this the hospital?" in nurse.page
    house.settled()
    assert house.provider.sent(lost) == []


def test_two_machines_that_answer_each_other_fall_silent(house: Provided) -> None:
    mine = house.enrol("DS-111", "+8619900001111")
    house.provider.handset(mine, reply="I am driving and will answer later.")
    house.write(mine, "I am driving and will answer later.")
    until(lambda: len(house.texts(mine)) == 5, "five answers")
    received = select(Inbound).filter_by(number=mine)
    until(lambda: len(house.all(received)) == 6, "every text of the machine")
    house.provider.settle()
    house.settled()
    assert len(house.texts(mine)) == 5
    assert len(entries_of(house, "DS-111")) == 6


def test_the_doctor_is_paged_by_e_mail_beside_text_and_call(house: Provided) -> None:
    mine = house.enrol("DS-112", "+8619900001112")
    house.write(mine, "昏倒")
    alert = house.alert_of("DS-112")
    assert alert.tier == "emergency"

    def mails() -> list[str]:
        read = [message_from_bytes(raw, policy=default) for raw in house.relay.taken]
        assert all(one["To"] == "doctor@hospital.example" for one in read)
        bodies = [one.get_body() for one in read]
        return [body.get_content() for body in bodies if body is not None]

    until(lambda: any(alert.code in mail for mail in mails()), "the doctor's e-mail")
    assert sum(alert.code in mail for mail in mails()) == 1
    house.wait_for_texts(DOCTOR, alert.code)
    close(house, "DS-112")


def test_a_moved_visit_is_told_once_with_the_day_that_holds(house: Provided) -> None:
    mine = house.enrol("DS-113", "+8619900001113", day=10)
    day = another_day(house, "DS-113")
    path = "/staff/participants/DS-113/visits/D14"
    nurse = house.staff("nurse")
    nurse.open(path)
    nurse.send_surely(path, act="book", at=f"{day}T12:00")
    nurse.send_surely(
        path, act="book", at=f"{day}T12:00"
    )  # the button, pressed once more
    (told,) = house.wait_for_texts(mine, "your next visit")
    assert f"{day:%a} {day.day} {day:%b}" in told
    house.settled()
    house.wait_for_texts(mine, "your next visit")


def another_day(house: Provided, code: str) -> date:
    """The day after somebody's day 14, which lies in its window too."""
    planned = select(Visit.target).join(Participant).where(Participant.code == code)
    (day,) = house.all(planned.where(Visit.code == "D14"))
    return day + timedelta(days=1)  # type: ignore[no-any-return]


def visit_texts(house: Provided, code: str) -> list[str]:
    query = select(Message.state).join(Participant).where(Participant.code == code)
    return house.all(
        query.where(Message.template.startswith("visit")).order_by(Message.id)
    )


@pytest.mark.parametrize(
    ("code", "number", "error", "states", "tasks"),
    [
        ("DS-116", "+8619900001116", 30003, ["undelivered", "queued"], []),
        ("DS-117", "+8619900001117", 30007, ["undelivered"], ["unconfirmed"]),
    ],
    ids=["switched off", "filtered"],
)
def test_a_text_that_did_not_arrive_goes_once_more_or_is_told(
    house: Provided,
    code: str,
    number: str,
    error: int,
    states: list[str],
    tasks: list[str],
) -> None:
    mine = house.enrol(code, number, day=10)
    house.provider.handset(mine, texts="undelivered", error_code=error)
    path, nurse = f"/staff/participants/{code}/visits/D14", house.staff("nurse")
    nurse.open(path)
    nurse.send_surely(path, act="book", at=f"{another_day(house, code)}T12:00")
    until(lambda: visit_texts(house, code) == states, f"{states} of {code}")
    assert house.tasks_of(code) == tasks
    path = f"/staff/participants/{code}/status"
    nurse.open(path)
    nurse.send(path, status="paused", reason="The story is over.")


def fill_in(phone: Phone, temp: str) -> None:
    """A whole calm diary with this temperature, screen by screen."""
    phone.open("/diary")
    phone.send("/diary", none="1")
    phone.send("/diary/", none="1")  # nor has any of it passed
    phone.send("/diary/", temp=temp)
    while "/diary/sent" not in phone.address:
        none = "none" in phone.form("/diary/").names
        phone.send("/diary/", **{"none" if none else "go": "1"})


def test_a_correction_keeps_both_and_says_why(house: Provided) -> None:
    mine = house.enrol("DS-114", "+8619900001114")
    phone = house.participant(mine)
    fill_in(phone, "36.6")
    (entry,) = {version.entry_id for version in entries_of(house, "DS-114")}
    before = [version.id for version in entries_of(house, "DS-114")]
    phone.open(f"/history/{entry}/correct")
    phone.send(f"/history/{entry}/correct", temp="38.6", reason="I mistyped it.")
    kept = entries_of(house, "DS-114")
    assert [version.id for version in kept][: len(before)] == before
    assert (kept[-1].kind, kept[-1].reason) == ("correction", "I mistyped it.")
    assert kept[-1].answers["temp"]["value"] == "38.6"
    phone.open(f"/history/{entry}")
    assert "36.6" in phone.page
    assert "38.6" in phone.page
    house.wait_for_texts(NURSE, house.alert_of("DS-114").code)
    close(house, "DS-114")


def test_a_code_from_an_app_is_asked_for_until_another_administrator_resets_it(
    house: Provided,
) -> None:
    mei = house.staff("mei")
    mei.open("/staff/account")
    mei.send("/staff/account/second-factor")
    app = scanned(mei.page)
    confirm = "/staff/account/second-factor/confirm"
    mei.send(confirm, code=app.code(house.runtime.real_now()))
    assert "you also need a code from your app whenever you sign in" in mei.page
    again = house.staff("mei")
    assert "/staff/sign-in/code" in again.address
    again.send("/staff/sign-in/code", code="000000")
    assert again.status == 400
    again.send("/staff/sign-in/code", code=app.code(house.runtime.real_now(), off=1))
    assert again.status == 200
    assert "/sign-in" not in again.address
    # The phone is lost: nobody but another administrator helps, and never oneself.
    (her,) = house.all(select(Staff).filter_by(username="mei"))
    reset = f"/staff/accounts/{her.id}/second-factor"
    again.open("/staff/accounts")
    assert reset not in again.page
    wei = house.staff("wei")
    wei.open("/staff/accounts")
    wei.send(reset)
    assert "/sign-in" not in house.staff("mei").address
    again.open("/staff")
    assert "/staff/sign-in" in again.address  # what was open ended with the reset


def test_requests_carry_what_twilio_documents_and_every_receipt_is_taken(
    house: Provided,
) -> None:
    """The provider refuses, and complains of, any name or value that it does not know."""
    mine = house.enrol("DS-115", "+8619900001115")
    house.write(mine, "39.9")
    code = house.alert_of("DS-115").code
    house.wait_for_texts(mine, "should call you within")
    house.wait_for_texts(NURSE, code)
    until(lambda: len(calls(house, code)) == 1, "the nurse's call")
    house.settled()
    house.provider.settle()
    assert asked(house, "text") == {
        *("To", "From", "Body", "StatusCallback", "SmartEncoded", "ValidityPeriod"),
    }
    assert asked(house, "call") == {
        *("To", "From", "Twiml", "StatusCallback", "StatusCallbackEvent", "Timeout"),
        *("MachineDetection", "MachineDetectionTimeout"),
    }
    receipts = [told for item in house.provider.sent() for told in item.answers]
    assert {status for _, status in receipts} <= {200, 204}
    assert house.provider.complaints == []
    close(house, "DS-115")


def asked(house: Provided, kind: str) -> set[str]:
    """The names of all parameters that texts or calls were asked for with."""
    items = [item for item in house.provider.sent() if item.kind == kind]
    return {name for item in items for name in item.asked}
